const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** The number of posts of other policies, each as `(occurrences) => posts`. What they count survives restarts. */
export const otherPolicies = [
  { title: 'all', posts: (occurrences) => occurrences.length },
  { title: '3 in 10 min', posts: firstInWindow(3, 10 * minute) },
  { title: '1 a min', posts: cooldown(minute) },
  { title: '1 in 5 min', posts: cooldown(5 * minute) },
  { title: '1 in 30 min', posts: cooldown(30 * minute) },
  { title: '2ⁿ', posts: powersOfTwo(5 * minute) },
  { title: '10ⁿ', posts: powersOfTen() },
  { title: 'firing, resolved', posts: firingAndResolved() },
]

/** Counts the posts of a policy that decides for each problem separately. */
function byProblem(shouldPost) {
  return (occurrences) => {
    const states = new Map()
    let posts = 0
    for (const [at, problem] of occurrences) {
      const state = states.get(problem) ?? {}
      states.set(problem, state)
      if (shouldPost(state, at)) posts += 1
    }
    return posts
  }
}

function firstInWindow(limit, windowMs) {
  return byProblem((state, at) => {
    const window = Math.floor(at / windowMs)
    state.count = state.window === window ? state.count + 1 : 1
    state.window = window
    return state.count <= limit
  })
}

function cooldown(gapMs) {
  return byProblem((state, at) => {
    if (state.postedAt !== undefined && at - state.postedAt < gapMs) return false
    state.postedAt = at
    return true
  })
}

/** Each occurrence extends the expiry of the count. */
function powersOfTwo(expiryMs) {
  return byProblem((state, at) => {
    state.count = state.seenAt !== undefined && at - state.seenAt <= expiryMs ? state.count + 1 : 1
    state.seenAt = at
    return Number.isInteger(Math.log2(state.count))
  })
}

function powersOfTen() {
  return byProblem((state) => {
    state.count = (state.count ?? 0) + 1
    return Number.isInteger(Math.log10(state.count))
  })
}

/** Evaluates each group after 30 s, then every 5 min. After 5 min without occurrences it is resolved; while firing, it repeats every 4 h. */
function firingAndResolved() {
  return (occurrences) => {
    let posts = 0
    for (const group of groupByProblem(occurrences).values())
      posts += notifications(group.map(([at]) => at))
    return posts
  }
}

function groupByProblem(occurrences) {
  const groups = new Map()
  for (const occurrence of occurrences) {
    const group = groups.get(occurrence[1]) ?? []
    groups.set(occurrence[1], group)
    group.push(occurrence)
  }
  return groups
}

function notifications(times) {
  const end = times.at(-1) + hour
  let posts = 0
  let next = 0
  let wasFiring = false
  let postedAt = Number.NEGATIVE_INFINITY
  for (let at = times[0] + 30 * second; at <= end; at += 5 * minute) {
    while (next < times.length && times[next] <= at) next += 1
    const isFiring = at - times[next - 1] < 5 * minute
    if (isFiring !== wasFiring || (isFiring && at - postedAt >= 4 * hour)) {
      posts += 1
      postedAt = at
    }
    wasFiring = isFiring
    if (!isFiring && next < times.length) at = times[next] + 30 * second - 5 * minute
  }
  return posts
}
