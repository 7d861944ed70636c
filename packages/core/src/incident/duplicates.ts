import type { KeptSample } from '../event/samples.ts'
import type { RequestIds } from '../event/ids.ts'
import {
  type FailureClues,
  type FailureObjects,
  type FoundClues,
  namesRequest,
} from './failure-clues.ts'

/** The records of one failure come within this time, in milliseconds. */
const windowMs = 1000
/** Of each kind of key. */
const maxFailures = 300
const maxPerKey = 30

/** One failure, which several records may be about. */
export interface CountedFailure {
  readonly fingerprint: string
  /** When it was counted. */
  readonly at: number
  /** Of the records about it, the counted one first. */
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
  readonly fingerprint: string
  readonly isFatal: boolean
  readonly now: number
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
  readonly #byError = new WeakMap<object, CountedFailure>()
  readonly #byCause = new WeakMap<object, CountedFailure>()
  readonly #byRequest = new WeakMap<object, CountedFailure>()
  readonly #byRequestId = new RecentFailures()
  readonly #byScopeId = new RecentFailures()
  readonly #byRequestLine = new RecentFailures()
  readonly #byStack = {
    live: { named: new RecentFailures(), unnamed: new RecentFailures() },
    copied: { named: new RecentFailures(), unnamed: new RecentFailures() },
  }
  #latestAt = Number.NEGATIVE_INFINITY

  /** The failure that a record repeats. */
  find({ clues, objects }: FoundClues, by: Counted): CountedFailure | undefined {
    if (clues.kind === 'text') return undefined
    if (clues.kind === 'answer') return this.#findAnswered(clues, by.now)
    return (
      this.#findByObject(clues, objects, by.now) ??
      this.#findByRequest(clues, by) ??
      this.#findByStack(clues, by)
    )
  }

  /** Remembers a failure that is counted. */
  add({ clues, objects }: FoundClues, { fingerprint, isFatal, now }: Counted): CountedFailure {
    const failure: CountedFailure = {
      fingerprint,
      at: now,
      clues: [clues],
      isFatal,
      isPaired: false,
      routes: [],
      sample: undefined,
    }
    const [stack] = clues.stacks
    if (stack !== undefined) this.#stacksOf(clues.isLive, namesRequest(clues)).add(stack, failure)
    this.#learn(failure, clues, objects)
    this.#latestAt = now
    return failure
  }

  /** Remembers another record of a failure. */
  join(failure: CountedFailure, { clues, objects }: FoundClues, { isFatal }: Counted): void {
    failure.isFatal ||= isFatal
    const isNamed = failure.clues.some(namesRequest)
    if (clues.kind !== 'answer' && namesRequest(clues) !== isNamed) failure.isPaired = true
    failure.clues.push(clues)
    this.#learn(failure, clues, objects)
  }

  /** Whether anything failed within the last second. */
  isBusy(now: number): boolean {
    return now - this.#latestAt < windowMs
  }

  #learn(
    failure: CountedFailure,
    { ids, requestLine }: FailureClues,
    { errors, request }: FailureObjects,
  ): void {
    for (const id of ids.requestIds) this.#byRequestId.add(id, failure)
    for (const id of ids.scopeIds) this.#byScopeId.add(id, failure)
    if (requestLine !== undefined) this.#byRequestLine.add(requestLine, failure)
    const [error, ...causes] = errors
    if (error === undefined) return
    this.#byError.set(error, failure)
    for (const cause of causes) this.#byCause.set(cause, failure)
    if (request !== undefined) this.#byRequest.set(request, failure)
  }

  #findByObject(
    clues: FailureClues,
    { errors, request }: FailureObjects,
    now: number,
  ): CountedFailure | undefined {
    const [error] = errors
    if (error === undefined) return undefined
    const ofRequest = request && this.#byRequest.get(request)
    const isSame = (failure: CountedFailure | undefined): boolean =>
      failure !== undefined &&
      now - failure.at < windowMs &&
      (failure === ofRequest || !isOfOtherRequest(failure.clues, clues))
    const wrapper = this.#byCause.get(error)
    if (isSame(wrapper)) return wrapper
    for (const link of errors) {
      const failure = this.#byError.get(link)
      if (isSame(failure)) return failure
    }
    return undefined
  }

  #findByRequest(clues: FailureClues, { fingerprint, now }: Counted): CountedFailure | undefined {
    const { isLive, stacks, ids, shape } = clues
    if (ids.requestIds.length + ids.scopeIds.length === 0) return undefined
    const isSame = (failure: CountedFailure): boolean =>
      failure.clues.some(
        (other) =>
          // Of two error objects it is known whether they are the same.
          !(other.isLive && isLive) &&
          (failure.fingerprint === fingerprint || isRelated(other.stacks, stacks)),
      )
    // A job may fail many times in one span.
    const isSameInScope = (failure: CountedFailure): boolean =>
      failure.clues.every((other) => other.shape !== shape) && isSame(failure)
    return (
      this.#byRequestId.find(ids.requestIds, now, isSame) ??
      this.#byScopeId.find(ids.scopeIds, now, isSameInScope)
    )
  }

  #findByStack(clues: FailureClues, { isFatal, now }: Counted): CountedFailure | undefined {
    const isWanted = (failure: CountedFailure): boolean =>
      (isFatal ? !failure.isFatal : !failure.isPaired) &&
      failure.clues.every(({ ids }) => !differ(ids.traceId, clues.ids.traceId))
    const find = (isNamed: boolean): CountedFailure | undefined =>
      this.#stacksOf(false, isNamed).find(clues.stacks, now, isWanted) ??
      (clues.isLive ? undefined : this.#stacksOf(true, isNamed).find(clues.stacks, now, isWanted))
    const isNamed = namesRequest(clues)
    return find(!isNamed) ?? (isFatal ? find(isNamed) : undefined)
  }

  #findAnswered(clues: FailureClues, now: number): CountedFailure | undefined {
    const { ids, requestLine, shape } = clues
    // A request logger writes one line for each request.
    const isSame = ({ clues: others }: CountedFailure): boolean =>
      others.every(
        (other) =>
          (other.kind !== 'answer' || other.shape !== shape) &&
          !differ(other.requestLine, requestLine),
      )
    const isAlike = (failure: CountedFailure): boolean =>
      isSame(failure) && failure.clues.every((other) => !areApart(other.ids, ids))
    return (
      this.#byRequestId.find(ids.requestIds, now, isSame) ??
      (requestLine === undefined
        ? undefined
        : this.#byRequestLine.find([requestLine], now, isAlike))
    )
  }

  #stacksOf(isLive: boolean, isNamed: boolean): RecentFailures {
    const { live, copied } = this.#byStack
    const { named, unnamed } = isLive ? live : copied
    return isNamed ? named : unnamed
  }
}

/** A service may keep an error object, and throw it for many requests. */
function isOfOtherRequest(others: readonly FailureClues[], clues: FailureClues): boolean {
  const { ids, requestLine, shape } = clues
  if (others.some((other) => areApart(other.ids, ids) || differ(other.ids.traceId, ids.traceId)))
    return true
  if (requestLine === undefined || others.some((other) => isOverlapping(other.ids, ids)))
    return false
  // One line of code logs each failed request once.
  return others.some(
    (other) =>
      differ(other.requestLine, requestLine) ||
      (other.requestLine !== undefined && other.shape === shape),
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
function isRelated(some: readonly number[], others: readonly number[]): boolean {
  const [one] = some
  const [other] = others
  if (one === undefined || other === undefined) return false
  return others.includes(one) || some.includes(other)
}

/** The latest failures by a key, in two generations: the older one is forgotten when the newer one is a second old, or full. */
class RecentFailures {
  #current = new Map<string | number, CountedFailure[]>()
  #previous = new Map<string | number, CountedFailure[]>()
  #startedAt = Number.NEGATIVE_INFINITY
  #size = 0

  add(key: string | number, failure: CountedFailure): void {
    if (failure.at - this.#startedAt >= windowMs || this.#size >= maxFailures) {
      this.#previous = this.#current
      this.#current = new Map()
      this.#startedAt = failure.at
      this.#size = 0
    }
    const failures = this.#current.get(key)
    if (failures === undefined) this.#current.set(key, [failure])
    else if (failures.at(-1) === failure) return
    else if (failures.push(failure) > maxPerKey) failures.shift()
    this.#size += 1
  }

  /** The latest one. */
  find(
    keys: readonly (string | number)[],
    now: number,
    isWanted: (failure: CountedFailure) => boolean,
  ): CountedFailure | undefined {
    if (this.#size === 0) return undefined
    const isFound = (failure: CountedFailure): boolean =>
      now - failure.at < windowMs && isWanted(failure)
    for (const key of keys) {
      const found =
        this.#current.get(key)?.findLast(isFound) ?? this.#previous.get(key)?.findLast(isFound)
      if (found !== undefined) return found
    }
    return undefined
  }
}
