const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/**
 * Scenarios: occurrences as `[time, problem, variant]`, in milliseconds from the start, and the least and the most notifications that a
 * person on call wants. Variants of a problem differ in their text and request. With `processes`, each occurrence is in a process of its
 * own that dies of it, and what is left to the next one is a journal or nothing.
 */
export const scenarios = [
  { title: 'one error', goal: [1, 1], occurrences: () => [[0, 0]] },
  { title: 'one a second for a day', goal: [3, 5], occurrences: () => every(second, 86_400) },
  { title: '10,000 in a minute', goal: [1, 2], occurrences: () => every(minute / 10_000, 10_000) },
  {
    title: 'one every 10 min for a day',
    goal: [3, 4],
    occurrences: () => every(10 * minute, 144),
  },
  {
    title: 'an outage: 200 problems, each 5 a second for 10 min',
    goal: [1, 2],
    occurrences: () => every(200, 3000).flatMap(([at]) => atOnce(at, 200)),
  },
  {
    title: '5 min of one a second, hourly for a day',
    goal: [2, 4],
    occurrences: () => times(24, (burst) => every(second, 300, burst * hour)).flat(),
  },
  {
    title: 'a deploy: 30 new problems, 4 s apart',
    goal: [1, 3],
    occurrences: () => times(30, (problem) => [problem * 4 * second, problem]),
  },
  {
    title: 'a deploy: 30 new problems, 20 s apart',
    goal: [1, 3],
    occurrences: () => times(30, (problem) => [problem * 20 * second, problem]),
  },
  {
    title: 'a storm: 8 problems, one a minute each, that stop one after the other after an hour',
    goal: [1, 2],
    occurrences: () =>
      times(8, (problem) => every(minute, 61 + problem, 0, problem))
        .flat()
        .toSorted(byTime),
  },
  {
    title: 'a job that fails daily, for 10 days',
    goal: [10, 10],
    occurrences: () => times(10, (night) => [night * day + jitter(night) * 20 * minute, 0]),
  },
  {
    title: 'a nightly batch: 500 failures in 4 min, for 5 nights',
    goal: [5, 6],
    occurrences: () =>
      times(5, (night) => every(480, 500, night * day + jitter(night) * 20 * minute)).flat(),
  },
  {
    title: 'a slow leak: twice as many every 6 hours, for 3 days',
    goal: [5, 6],
    occurrences: () =>
      times(12, (part) => every((6 * hour) / 2 ** part, 2 ** part, part * 6 * hour)).flat(),
  },
  {
    title: 'a dependency that flaps: 3 min down, 4 min up, for 6 hours',
    goal: [3, 5],
    occurrences: () => times(51, (turn) => every(second, 180, turn * 7 * minute)).flat(),
  },
  {
    title: 'a job that fails hourly, for 3 days',
    goal: [3, 6],
    occurrences: () => every(hour, 72),
  },
  {
    title: 'a job that fails twice a day, for 5 days',
    goal: [5, 6],
    occurrences: () => times(10, (run) => [run * 12 * hour + jitter(run) * 20 * minute, 0]),
  },
  {
    title: 'a job that fails weekly, 4 times',
    goal: [4, 4],
    occurrences: () => every(7 * day, 4),
  },
  {
    title: 'an outage of 3 days: one a minute',
    goal: [6, 8],
    occurrences: () => every(minute, 3 * 1440),
  },
  {
    title: 'one a minute in business hours, for 5 days',
    goal: [6, 9],
    occurrences: () => times(5, (morning) => every(minute, 540, morning * day)).flat(),
  },
  {
    title: 'retries with growing gaps, from 1 s to 18 hours',
    goal: [2, 4],
    occurrences: () => times(18, (attempt) => [(2 ** attempt - 1) * second, 0]),
  },
  {
    title: 'a user who tries 50 times in 20 min',
    goal: [1, 2],
    occurrences: () => every(24 * second, 50),
  },
  {
    title: 'two problems in turns, one every 10 min for a day',
    goal: [4, 8],
    occurrences: () => times(144, (index) => [index * 10 * minute, index % 2]),
  },
  {
    title: 'a storm of 12 problems, again 2 hours later',
    goal: [2, 5],
    occurrences: () =>
      [0, 2 * hour]
        .flatMap((from) => times(12, (problem) => every(5 * second, 60, from, problem)).flat())
        .toSorted(byTime),
  },
  {
    title: 'a crash loop: 288 starts in a day',
    goal: [1, 10],
    processes: 'journal',
    occurrences: () => every(5 * minute, 288),
  },
  {
    title: 'the same without a disk',
    goal: [1, 10],
    processes: 'diskless',
    occurrences: () => every(5 * minute, 288),
  },
  {
    title: 'a bot on 2,000 addresses, in 4 min',
    goal: [2, 2],
    occurrences: () => times(2000, (index) => [index * 120, 0, index]),
  },
]

/** Long enough for all remaining deliveries. */
export const afterMs = day

function every(gapMs, count, from = 0, problem = 0) {
  return times(count, (index) => [from + index * gapMs, problem])
}

function atOnce(at, problems) {
  return times(problems, (problem) => [at, problem])
}

function times(count, create) {
  return Array.from({ length: count }, (_, index) => create(index))
}

function byTime([a], [b]) {
  return a - b
}

/** A number from -1 to 1 that looks random. */
function jitter(index) {
  return Math.sin(index * 7.3)
}
