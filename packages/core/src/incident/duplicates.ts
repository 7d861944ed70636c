import type { KeptSample } from '../event/samples.ts'
import type { RequestIds } from '../event/ids.ts'
import {
  type FailureClues,
  type FailureObjects,
  type FoundClues,
  namesRequest,
  readStacks,
} from './failure-clues.ts'

/** The records of one failure come within this time, in milliseconds. */
const windowMs = 1000
/** The latest failures that are compared. */
const maxFailures = 100
/** The records of a failure that are compared and shown; an application may log the same error any number of times. */
const maxRecords = 10

/** One failure, which several records may be about. */
export interface CountedFailure {
  readonly fingerprint: string
  /** When it was counted. */
  readonly at: number
  /** Of the first records about it, the counted one first. */
  readonly clues: FailureClues[]
  isFatal: boolean
  /** Whether one record of it names the request, and another one does not. */
  isPaired: boolean
  /** The routes on which it is counted. */
  readonly routes: string[]
  /** The event that is shown, if this failure is. */
  sample: KeptSample | undefined
}

/** How a record counts. */
interface Counted {
  /** Reading it takes longer than all the rest. */
  readonly fingerprint: string
  readonly isFatal: boolean
  readonly now: number
  readonly routes: readonly { readonly id: string }[]
}

/**
 * Finds the records that are about one failure, so that it is counted once, whoever logs it. A record repeats one that came within
 * the second before if
 *
 * - both have the same error object, or that of one is a cause of the other's, unless they name different requests
 * - both name the same request, and have the same fingerprint, or the stack of one is that of a cause of the other
 * - they have the same stack, or the later one as a cause, and only one of them names a request; each record is repeated once in this way
 * - they have the same stack, and only the later one is fatal
 * - it is a request logger's line, and the other one names its request
 */
export class Duplicates {
  /** By the error objects that were logged, by their causes, and by requests without an id. A WeakMap would cost a flood much more. */
  readonly #byError = new FailuresByObject()
  readonly #byCause = new FailuresByObject()
  readonly #byRequest = new FailuresByObject()
  readonly #isLogged = (error: object): boolean => this.#byError.has(error)
  /** By the ids of requests and scopes. */
  readonly #byId = new FailuresById()
  /** The latest failures, as a ring; the oldest one is at `#next`. */
  readonly #latest: CountedFailure[] = []
  #next = 0
  /** When {@link Duplicates.forget} must be called next, in milliseconds since 1970. */
  forgetAt: number = Number.POSITIVE_INFINITY
  #latestAt = Number.NEGATIVE_INFINITY
  /** When a failure was counted last that has a copy of its error and names its request, and one that does not. */
  readonly #copiedAt = { named: Number.NEGATIVE_INFINITY, unnamed: Number.NEGATIVE_INFINITY }

  /** The failure that a record repeats. */
  find(found: FoundClues, by: Counted): CountedFailure | undefined {
    const { clues, objects } = found
    if (clues.kind === 'text') return undefined
    if (clues.kind === 'answer') return this.#findAnswered(clues, by.now)
    return (
      this.#findByObject(clues, objects, by.now) ??
      this.#findByRequest(found, by) ??
      this.#findByStack(found, by)
    )
  }

  /** Remembers a failure that is counted. */
  add(
    { clues, objects }: FoundClues,
    { fingerprint, isFatal, now, routes }: Counted,
  ): CountedFailure {
    const failure: CountedFailure = {
      fingerprint,
      at: now,
      clues: [clues],
      isFatal,
      isPaired: false,
      routes: routes.map(({ id }) => id),
      sample: undefined,
    }
    this.#latest[this.#next] = failure
    this.#next = (this.#next + 1) % maxFailures
    this.#latestAt = now
    if (this.forgetAt === Number.POSITIVE_INFINITY) this.forgetAt = now + windowMs
    if (clues.stacks.length > 0) this.#copiedAt[nameOf(clues)] = now
    this.#learn(failure, clues, objects)
    return failure
  }

  /**
   * Remembers another record of a failure.
   *
   * @returns whether it may show something new
   */
  join(failure: CountedFailure, { clues, objects }: FoundClues, { isFatal }: Counted): boolean {
    failure.isFatal ||= isFatal
    if (failure.clues.length >= maxRecords) return false
    const isNamed = failure.clues.some(namesRequest)
    if (clues.kind !== 'answer' && namesRequest(clues) !== isNamed) failure.isPaired = true
    failure.clues.push(clues)
    this.#learn(failure, clues, objects)
    return true
  }

  /** Releases errors and requests that are no longer compared. */
  forget(now: number): void {
    this.forgetAt = this.#latestAt + windowMs
    if (now < this.forgetAt) return
    this.forgetAt = Number.POSITIVE_INFINITY
    this.#latest.length = 0
    this.#next = 0
    for (const failures of [this.#byError, this.#byCause, this.#byRequest, this.#byId])
      failures.clear()
  }

  /** Whether anything failed within the last second. */
  isBusy(now: number): boolean {
    return now - this.#latestAt < windowMs
  }

  #learn(
    failure: CountedFailure,
    { ids: { requestIds, scopeIds } }: FailureClues,
    { errors, request }: FailureObjects,
  ): void {
    for (const id of requestIds) this.#byId.add(id, failure)
    for (const id of scopeIds) this.#byId.add(id, failure)
    const [error] = errors
    if (error === undefined) return
    this.#byError.add(error, failure)
    for (let depth = 1; depth < errors.length; depth += 1) {
      const cause = errors[depth]
      if (cause !== undefined) this.#byCause.add(cause, failure)
    }
    // The ids of a request show the same.
    if (request !== undefined && requestIds.length === 0) this.#byRequest.add(request, failure)
  }

  /** The latest one of all. */
  #findLatest(
    now: number,
    isWanted: (failure: CountedFailure) => boolean,
  ): CountedFailure | undefined {
    const { length } = this.#latest
    for (let age = 1; age <= length; age += 1) {
      const failure = this.#latest[(this.#next - age + length) % length]
      if (failure === undefined || now - failure.at >= windowMs) return undefined
      if (isWanted(failure)) return failure
    }
    return undefined
  }

  #findByObject(
    clues: FailureClues,
    { errors, request }: FailureObjects,
    now: number,
  ): CountedFailure | undefined {
    const [error] = errors
    // A shortcut for most errors, which are new.
    if (error === undefined || !(this.#byCause.has(error) || errors.some(this.#isLogged)))
      return undefined
    const wrapping = this.#byCause.recent([error], now)
    const logged = this.#byError.recent(errors, now)
    const [ofRequest] = request === undefined ? none : this.#byRequest.recent([request], now)
    return [...wrapping, ...logged].find(
      (failure) => failure === ofRequest || !isOfOtherRequest(failure.clues, clues),
    )
  }

  #findByRequest(found: FoundClues, by: Counted): CountedFailure | undefined {
    const { now } = by
    const { requestIds, scopeIds } = found.clues.ids
    const inRequest = this.#byId.recent(requestIds, now)
    const inScope = this.#byId.recent(scopeIds, now)
    if (inRequest.length + inScope.length === 0) return undefined
    return (
      inRequest.find((failure) => isSameInRequest(failure, found, by)) ??
      // A job may fail many times in one span.
      inScope.find(
        (failure) =>
          failure.clues.every((other) => !haveSameShape(other.keys, found.clues.keys)) &&
          isSameInRequest(failure, found, by),
      )
    )
  }

  #findByStack(
    { clues, objects }: FoundClues,
    { isFatal, now }: Counted,
  ): CountedFailure | undefined {
    const otherName = namesRequest(clues) ? 'unnamed' : 'named'
    const { named, unnamed } = this.#copiedAt
    const copiedAt = isFatal ? Math.max(named, unnamed) : this.#copiedAt[otherName]
    if (now - copiedAt >= windowMs) return undefined
    const stacks = stacksOf(clues, objects)
    return this.#findLatest(now, (failure) => {
      const others = failure.clues
      const [first] = others
      const [stack] = first?.stacks ?? []
      if (first === undefined || stack === undefined || !stacks.includes(stack)) return false
      const isOther = isFatal ? !failure.isFatal : !failure.isPaired && nameOf(first) === otherName
      return isOther && others.every(({ ids }) => !differ(ids.traceId, clues.ids.traceId))
    })
  }

  #findAnswered(clues: FailureClues, now: number): CountedFailure | undefined {
    const { ids, requestLine, keys } = clues
    // A request logger writes one line for each request.
    const isSame = ({ clues: others }: CountedFailure): boolean =>
      others.every(
        (other) =>
          (other.kind !== 'answer' || !haveSameShape(other.keys, keys)) &&
          !differ(other.requestLine, requestLine),
      )
    const isAlike = (failure: CountedFailure): boolean =>
      failure.clues.some((other) => other.requestLine === requestLine) &&
      isSame(failure) &&
      failure.clues.every((other) => !areApart(other.ids, ids))
    return (
      this.#byId.recent(ids.requestIds, now).find(isSame) ??
      (requestLine === undefined ? undefined : this.#findLatest(now, isAlike))
    )
  }
}

function isSameInRequest(
  failure: CountedFailure,
  { clues, objects }: FoundClues,
  by: Counted,
): boolean {
  return failure.clues.some(
    (other) =>
      // Of two error objects it is known whether they are the same.
      !(other.isLive && clues.isLive) &&
      (failure.fingerprint === by.fingerprint || isRelated(other.stacks, stacksOf(clues, objects))),
  )
}

function stacksOf({ isLive, stacks }: FailureClues, { error }: FailureObjects): readonly string[] {
  return isLive ? readStacks(error) : stacks
}

function nameOf(clues: FailureClues): 'named' | 'unnamed' {
  return namesRequest(clues) ? 'named' : 'unnamed'
}

/** Whether two records have the same fields, as those of one line of code. */
function haveSameShape(keys: readonly string[], others: readonly string[]): boolean {
  return keys.length === others.length && keys.every((key, index) => others[index] === key)
}

/** A service may keep an error object, and throw it for many requests. */
function isOfOtherRequest(others: readonly FailureClues[], clues: FailureClues): boolean {
  const { ids, requestLine, keys } = clues
  if (others.some((other) => areApart(other.ids, ids) || differ(other.ids.traceId, ids.traceId)))
    return true
  if (requestLine === undefined || others.some((other) => isOverlapping(other.ids, ids)))
    return false
  // One line of code logs each failed request once.
  return others.some(
    (other) =>
      differ(other.requestLine, requestLine) ||
      (other.requestLine !== undefined && haveSameShape(other.keys, keys)),
  )
}

/** Whether both have ids, none of which is the same. */
function areApart(one: RequestIds, other: RequestIds): boolean {
  return one.requestIds.length > 0 && other.requestIds.length > 0 && !isOverlapping(one, other)
}

function isOverlapping(one: RequestIds, other: RequestIds): boolean {
  return one.requestIds.some((id) => other.requestIds.includes(id))
}

function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other
}

/** Whether the error of one is the other's, or a cause of it. */
function isRelated(some: readonly string[], others: readonly string[]): boolean {
  const [one] = some
  const [other] = others
  if (one === undefined || other === undefined) return false
  return others.includes(one) || some.includes(other)
}

const none: readonly never[] = []

/** The latest failures by an object. To look through so few takes less time than to make the hash of a new object, as a Map does. */
class FailuresByObject {
  /** A ring of the size of {@link maxFailures}. */
  readonly #keys: object[] = []
  readonly #failures: CountedFailure[] = []
  #next = 0

  add(key: object, failure: CountedFailure): void {
    this.#keys[this.#next] = key
    this.#failures[this.#next] = failure
    this.#next = (this.#next + 1) % maxFailures
  }

  has(key: object): boolean {
    return this.#keys.includes(key)
  }

  /** The latest of each key first. */
  recent(keys: readonly object[], now: number): readonly CountedFailure[] {
    const { length } = this.#keys
    const found: CountedFailure[] = []
    for (const key of keys) {
      for (let age = 1; age <= length; age += 1) {
        const at = (this.#next - age + length) % length
        const failure = this.#failures[at]
        if (this.#keys[at] === key && isRecent(failure, now)) found.push(failure)
      }
    }
    return found
  }

  clear(): void {
    this.#keys.length = 0
    this.#failures.length = 0
    this.#next = 0
  }
}

/** The latest failures by an id, in two generations: the older one is forgotten when the newer one is full. */
class FailuresById {
  #current = new Map<string, CountedFailure[]>()
  #previous = new Map<string, CountedFailure[]>()
  readonly #isKnown = (key: string): boolean => this.#current.has(key) || this.#previous.has(key)

  add(key: string, failure: CountedFailure): void {
    const known = this.#current.get(key)
    if (known === undefined) {
      if (this.#current.size >= maxFailures) this.#turn()
      this.#current.set(key, [failure])
    } else if (known.at(-1) !== failure && known.push(failure) > maxFailures) known.shift()
  }

  /** The latest of each key first. */
  recent(keys: readonly string[], now: number): readonly CountedFailure[] {
    // Most records have no id, and most ids are new.
    if (keys.length === 0 || !keys.some(this.#isKnown)) return none
    return keys.flatMap((key) =>
      [this.#current.get(key) ?? none, this.#previous.get(key) ?? none].flatMap((failures) =>
        failures.filter((each) => isRecent(each, now)).toReversed(),
      ),
    )
  }

  clear(): void {
    this.#turn()
    this.#turn()
  }

  #turn(): void {
    this.#previous = this.#current
    this.#current = new Map()
  }
}

function isRecent(failure: CountedFailure | undefined, now: number): failure is CountedFailure {
  return failure !== undefined && now - failure.at < windowMs
}
