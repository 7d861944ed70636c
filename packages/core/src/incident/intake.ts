import type { LogEvent } from '../event/log-event.ts'
import { type LogRecord, readHost, liftMetadata } from '../event/log-record.ts'
import { describeEvent, type DescribeEventOptions } from '../event/normalize.ts'
import type { Sample, SampleKeeper } from '../event/samples.ts'
import { Fingerprinter } from '../grouping/fingerprint.ts'
import type { Health } from '../health/health.ts'
import { isInsideSink } from '../options/hooks.ts'
import { isFatal } from '../options/levels.ts'
import type { ResolvedOptions } from '../options/resolve.ts'
import { isList, isObject, readObject, readProperty, readText } from '../redaction/safe-read.ts'
import { Duplicates, type CountedFailure } from './duplicates.ts'
import { type FoundClues, readClues } from './failure-clues.ts'
import type { RoutedOccurrence } from './incidents.ts'
import { LoadShedder } from '../grouping/load-shedder.ts'
import { RecordView } from './record-view.ts'
import type { Route, Routes } from './routes.ts'

export interface IntakeDeps {
  readonly options: ResolvedOptions
  readonly normalizing: DescribeEventOptions
  readonly health: Pick<Health, 'count' | 'lost' | 'broke'>
  readonly routes: Routes
  readonly samples: SampleKeeper
  /** Called with the occurrences of a record that waited. */
  readonly onLate: (occurrences: readonly RoutedOccurrence[]) => void
  /** In milliseconds since 1970. */
  readonly now: number
}

/** How long a request logger's line waits for the failure that it may be about, in milliseconds. */
const answerWaitMs = 200
const maxWaiting = 100

const none: readonly RoutedOccurrence[] = []

/** Reads records as they are written: whether a record counts, as which problem, and on which routes. */
export class Intake {
  readonly #deps: IntakeDeps
  readonly #shedder: LoadShedder
  readonly #context: RecordContext
  readonly #duplicates = new Duplicates()
  readonly #waiting: { readonly accepted: AcceptedRecord; readonly clues: FoundClues }[] = []

  constructor(deps: IntakeDeps) {
    const { options, normalizing, samples, health, now } = deps
    this.#deps = deps
    this.#shedder = new LoadShedder(now)
    const fingerprinter = new Fingerprinter<LogRecord | LogEvent>({
      groupBy: options.groupBy,
      hook: options.hooks.fingerprint,
      onHookError: (error) => health.broke('the fingerprint hook', error),
    })
    this.#context = { options, normalizing, samples, fingerprinter }
  }

  /** One occurrence for each route of the record; none for a record that is ignored or shed. */
  accept(record: LogRecord, severity: number, now: number): readonly RoutedOccurrence[] {
    const { health } = this.#deps
    if (!isFatal(severity) && this.#shedder.shouldShed(record, now)) {
      health.lost('too many different problems at once')
      return none
    }
    const accepted = isInsideSink() ? undefined : this.#read(record, severity, now)
    if (accepted === undefined) {
      health.count('ignored')
      return none
    }
    const clues = readClues(accepted.read.record, accepted.read.logged)
    const failure = clues && this.#duplicates.find(clues, accepted)
    this.#shedder.learn(record, (failure ?? accepted).fingerprint, now)
    if (clues === undefined)
      return accepted.routes.map((route) => new RecordOccurrence(accepted, route))
    if (failure !== undefined) return this.#repeat(failure, accepted, clues)
    if (this.#mayWait(accepted, clues)) {
      this.#waiting.push({ accepted, clues })
      return none
    }
    return this.#countNew(accepted, clues)
  }

  /** When {@link Intake.tick} must be called next, in milliseconds since 1970. */
  get dueAt(): number {
    const waitingSince = this.#waiting[0]?.accepted.now ?? Number.POSITIVE_INFINITY
    return Math.min(waitingSince + answerWaitMs, this.#duplicates.forgetAt)
  }

  tick(now: number): void {
    this.#countWaiting(now)
    this.#duplicates.forget(now)
  }

  /** Counts the request loggers' lines that wait. */
  flush(): void {
    this.#countWaiting(Number.POSITIVE_INFINITY)
  }

  #countWaiting(now: number): void {
    const due = this.#waiting.filter(({ accepted }) => accepted.now + answerWaitMs <= now)
    this.#waiting.splice(0, due.length)
    for (const { accepted, clues } of due) {
      const failure = this.#duplicates.find(clues, accepted)
      const occurrences =
        failure === undefined
          ? this.#countNew(accepted, clues)
          : this.#repeat(failure, accepted, clues)
      if (occurrences.length > 0) this.#deps.onLate(occurrences)
    }
  }

  /**
   * The exception handler logs the requests that fail in one turn of the event loop together, at its end. So where something failed
   * just now, the line of a request that did not fail yet may come before its error.
   */
  #mayWait({ isFatal: isUrgent, now }: AcceptedRecord, { clues }: FoundClues): boolean {
    if (clues.kind !== 'answer' || isUrgent || this.#waiting.length >= maxWaiting) return false
    return this.#duplicates.isBusy(now)
  }

  #countNew(accepted: AcceptedRecord, clues: FoundClues): readonly RoutedOccurrence[] {
    const failure = this.#duplicates.add(clues, accepted)
    return accepted.routes.map(
      (route) => new RecordOccurrence(accepted, route, { counted: failure }),
    )
  }

  /** What another record of a failure adds to it; it counts only where its routes lead to other channels. */
  #repeat(
    failure: CountedFailure,
    accepted: AcceptedRecord,
    clues: FoundClues,
  ): readonly RoutedOccurrence[] {
    const hadRequest = failure.clues.some(({ requestLine }) => requestLine !== undefined)
    const isNew = this.#duplicates.join(failure, clues, accepted)
    if (isNew) failure.sample?.addContext(() => accepted.describe())
    // A line without an error of its own is on the routes of the failure.
    const routes =
      clues.clues.kind === 'answer'
        ? accepted.routes.filter(({ id }) => failure.routes.includes(id))
        : accepted.routes
    if (routes.length === 0) this.#deps.health.count('duplicates')
    return routes.map((route) => {
      if (failure.routes.includes(route.id))
        return new RecordOccurrence(accepted, route, { repeats: failure, hadRequest })
      failure.routes.push(route.id)
      return new RecordOccurrence(accepted, route)
    })
  }

  #read(given: LogRecord, severity: number, now: number): AcceptedRecord | undefined {
    const { options, normalizing } = this.#deps
    const record = liftMetadata(given)
    const logged = new RecordView(record, severity)
    if (options.ignores(logged)) return undefined
    const controls = options.recordControls ? readControls(record.fields) : undefined
    // A fatal record alerts whatever its controls are.
    if (controls?.isSilent === true && !isFatal(severity)) return undefined
    const shown = controls === undefined ? record : withoutControls(record)
    const event = options.hooks.beforeSend === undefined ? undefined : this.#prepare(shown)
    if (event === null) return undefined
    const view = event === undefined ? logged : new RecordView(event, severity)
    return new AcceptedRecord(this.#context, {
      routes: this.#routesOf(view, controls),
      now,
      isFatal: isFatal(severity),
      logged,
      host: readHost(record, normalizing.redactor.text),
      record: shown,
      event,
      view,
      parts: controls?.fingerprint,
    })
  }

  #routesOf(view: RecordView, controls: RecordControls | undefined): readonly Route[] {
    const { routes } = this.#deps
    const chosen = controls?.channel === undefined ? undefined : routes.to(controls.channel)
    return chosen === undefined ? routes.of(view) : [chosen]
  }

  /** The event as `beforeSend` returns it; `null` if the hook drops it. */
  #prepare(record: LogRecord): LogEvent | null {
    const { options, normalizing, health } = this.#deps
    const event = describeEvent(record, normalizing)
    try {
      const changed: unknown = options.hooks.beforeSend?.(event)
      if (changed === null || isEvent(changed)) return changed
      // A hook that forgets its `return` must not suppress alerts.
      throw new TypeError('Expected `beforeSend` to return an event or null')
    } catch (error) {
      health.broke('the beforeSend hook', error)
      return event
    }
  }
}

/** What the records of an intake share. */
interface RecordContext {
  readonly options: ResolvedOptions
  readonly normalizing: DescribeEventOptions
  readonly samples: SampleKeeper
  readonly fingerprinter: Fingerprinter<LogRecord | LogEvent>
}

interface ReadRecord {
  readonly routes: readonly Route[]
  readonly now: number
  readonly isFatal: boolean
  readonly host: string
  readonly record: LogRecord
  /** Normalized already if there is a `beforeSend` hook. */
  readonly event: LogEvent | undefined
  /** The record as it was logged. */
  readonly logged: RecordView
  readonly view: RecordView
  /** The parts of a fingerprint that the record has itself. */
  readonly parts: readonly string[] | undefined
}

/** A record that counts. What few need is read when they need it. */
class AcceptedRecord {
  readonly context: RecordContext
  readonly read: ReadRecord
  #fingerprint: string | undefined

  constructor(context: RecordContext, read: ReadRecord) {
    this.context = context
    this.read = read
  }

  get now(): number {
    return this.read.now
  }

  get isFatal(): boolean {
    return this.read.isFatal
  }

  get routes(): readonly Route[] {
    return this.read.routes
  }

  /** Not needed where the record repeats a failure. */
  get fingerprint(): string {
    const { record, event, parts } = this.read
    this.#fingerprint ??= this.context.fingerprinter.of(event ?? record, parts)
    return this.#fingerprint
  }

  /** Where its error was thrown. What a hook separates is not merged by place. */
  get place(): string | undefined {
    const { options, fingerprinter } = this.context
    const { record, event } = this.read
    return options.hooks.fingerprint === undefined
      ? fingerprinter.placeOf(event ?? record)
      : undefined
  }

  describe(): LogEvent {
    const { record, event } = this.read
    return event ?? describeEvent(record, this.context.normalizing)
  }
}

/** The failure that a record is counted as, or that it repeats. */
interface KnownFailure {
  readonly counted?: CountedFailure
  readonly repeats?: CountedFailure
  /** Whether an earlier record of it has the request. */
  readonly hadRequest?: boolean
}

/** A record on one of its routes. */
class RecordOccurrence implements RoutedOccurrence {
  readonly fingerprint: string
  readonly repeats: CountedFailure | undefined
  readonly route: Route
  readonly now: number
  readonly isFatal: boolean
  readonly host: string
  readonly release: string | undefined
  readonly endpoint: string | undefined
  readonly user: string | undefined
  readonly #accepted: AcceptedRecord
  readonly #counted: CountedFailure | undefined

  constructor(accepted: AcceptedRecord, route: Route, known: KnownFailure = {}) {
    const { now, isFatal: isUrgent, host, view } = accepted.read
    this.fingerprint = (known.repeats ?? accepted).fingerprint
    this.repeats = known.repeats
    this.route = route
    this.now = now
    this.isFatal = isUrgent
    this.host = host
    this.release = accepted.context.options.release
    this.endpoint = known.hadRequest === true ? undefined : view.endpoint
    this.user = view.userId
    this.#accepted = accepted
    this.#counted = known.counted
  }

  keep(onNormalized?: (event: LogEvent) => void): Sample {
    const accepted = this.#accepted
    const sample = accepted.context.samples.keep(() => accepted.describe(), onNormalized)
    if (this.#counted !== undefined) this.#counted.sample = sample
    return sample
  }

  variation(): string {
    return this.#accepted.read.view.variation
  }

  place(): string | undefined {
    return this.#accepted.place
  }
}

/** A hook in JavaScript may return anything. */
function isEvent(value: unknown): value is LogEvent {
  return isObject(value) && 'fields' in value && 'message' in value
}

/** Options of one record, its field `slack`; read only if `recordControls` is set. */
interface RecordControls {
  readonly channel: string | undefined
  /** Parts of a key. */
  readonly fingerprint: readonly string[] | undefined
  readonly isSilent: boolean
}

const controlsKey = 'slack'

function readControls(fields: unknown): RecordControls | undefined {
  const controls = isObject(fields) ? readObject(fields, controlsKey) : undefined
  if (controls === undefined) return undefined
  return {
    channel: readText(controls, 'channel'),
    fingerprint: readParts(readProperty(controls, 'fingerprint')),
    isSilent: readProperty(controls, 'silent') === true,
  }
}

function readParts(fingerprint: unknown): readonly string[] | undefined {
  const parts = isList(fingerprint) ? fingerprint : [fingerprint]
  const isValid = parts.length > 0 && parts.every((part) => typeof part === 'string' && part !== '')
  return isValid ? parts.map(String) : undefined
}

function withoutControls(record: LogRecord): LogRecord {
  const { [controlsKey]: _, ...fields } = record.fields
  const { shown } = record
  return { ...record, fields, ...(shown && { shown: () => withoutControls(shown()) }) }
}
