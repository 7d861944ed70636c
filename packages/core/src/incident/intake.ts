import { createHostReader } from '../event/host.ts'
import type { LogEvent } from '../event/log-event.ts'
import type { LogRecord } from '../event/log-record.ts'
import { describeEvent, type DescribeEventOptions } from '../event/normalize.ts'
import { createFingerprinter, type Fingerprinter } from '../grouping/fingerprint.ts'
import type { Health } from '../health/health.ts'
import { isOwnWork } from '../options/hooks.ts'
import { isFatal } from '../options/levels.ts'
import type { SlackOptions } from '../options/options.ts'
import type { ResolvedOptions } from '../options/resolve.ts'
import { FloodGate, type Look } from './load-shedder.ts'
import { controlsKey, readControls, type RecordControls } from './record-controls.ts'
import { Subject } from './record-view.ts'
import { RepeatedRecord } from './repeated-record.ts'
import { type Route, Routes } from './routes.ts'

/** What an intake works with. */
export interface IntakeParts {
  readonly options: ResolvedOptions
  readonly describing: DescriberParts
  readonly health: Pick<Health, 'count' | 'lost' | 'broke'>
  /** In milliseconds since 1970. */
  readonly now: number
}

/** A record that counts. */
export interface Accepted {
  readonly fingerprint: string
  /** Who hears of it, each channel once. */
  readonly routes: readonly Route[]
  readonly host: string
  /** As in `'POST /orders/:id'`. */
  readonly endpoint: string | undefined
  /** The id of who was signed in. */
  readonly user: string | undefined
  readonly record: LogRecord
  /** On pino's scale. */
  readonly severity: number
  /** Normalised already if a hook had to see it. */
  readonly event: LogEvent | undefined
}

/** Decides what a record is before it counts: whether anybody wants it, as which problem, and who hears of it. */
export class Intake {
  readonly #options: ResolvedOptions
  readonly #describing: DescriberParts
  readonly #health: IntakeParts['health']
  readonly #gate: FloodGate
  readonly #routes: Routes
  readonly #hostOf: (record: LogRecord) => string
  readonly #fingerprinter: Fingerprinter<LogRecord | LogEvent>
  readonly #byControls: Fingerprinter<LogRecord | LogEvent>
  /** Not where hooks decide, which may decide otherwise each time. */
  readonly #repeated: RepeatedRecord<Pick<Accepted, 'fingerprint' | 'routes' | 'host'>> | undefined

  constructor({ options, describing, health, now }: IntakeParts) {
    const { groupBy, hooks, routes } = options
    this.#options = options
    this.#describing = describing
    this.#health = health
    this.#gate = new FloodGate(now)
    this.#routes = new Routes(routes)
    this.#hostOf = createHostReader(describing.redactor.text)
    this.#fingerprinter = createFingerprinter({
      groupBy,
      hook: hooks.fingerprint,
      onHookError: (error) => health.broke('the fingerprint hook', error),
    })
    const isHooked = hooks.fingerprint !== undefined || hooks.beforeSend !== undefined
    this.#repeated = isHooked ? undefined : new RepeatedRecord()
    this.#byControls = createFingerprinter({
      groupBy,
      hook: ({ fields }) => readControls(fields)?.fingerprint,
    })
  }

  /** Whether so many different problems come at once that most records are only counted. */
  isFlooded(now: number): boolean {
    return this.#gate.isClosed(now)
  }

  /** Whether there is no time to look at a record that says this; it counts as lost with that. */
  skips(look: Look, now: number): boolean {
    if (this.#gate.admits(look, now)) return false
    this.#health.lost('too many different problems at once')
    return true
  }

  /** @returns `undefined` for a record that is no alert, or that there is no time for */
  accept(record: LogRecord, severity: number, now: number): Accepted | undefined {
    const again = this.#acceptAgain(record, severity)
    if (again !== undefined) return again
    if (!isFatal(severity) && this.skips(record, now)) return undefined
    const accepted = isOwnWork() ? undefined : this.#decide(record, severity)
    if (accepted === undefined) this.#health.count('ignored')
    // The gate has to know a problem well before its records pass by it.
    else if (this.#gate.learn(record, accepted.fingerprint, now)) {
      const { fingerprint, routes, host } = accepted
      this.#repeated?.learn(record, severity, { fingerprint, routes, host })
    }
    return accepted
  }

  /** Where nothing has to be decided, since the record says the same as the one before it. */
  #acceptAgain(record: LogRecord, severity: number): Accepted | undefined {
    const repeated = this.#repeated?.read(record, severity)
    if (repeated === undefined || isOwnWork()) return undefined
    const { fingerprint, routes, host } = repeated
    // Only what is no more than an error and its text is known again.
    // One by one: to spread them took as long as to decide anew.
    return {
      fingerprint,
      routes,
      host,
      endpoint: undefined,
      user: undefined,
      record,
      severity,
      event: undefined,
    }
  }

  #decide(record: LogRecord, severity: number): Accepted | undefined {
    const logged = new Subject(record, severity)
    if (this.#options.ignores(logged)) return undefined
    const controls = this.#options.recordControls ? readControls(record.fields) : undefined
    if (isSilenced(controls, severity)) return undefined
    const shown = controls === undefined ? record : withoutControls(record)
    const event = this.#prepare(shown)
    if (event === null) return undefined
    const source = event ?? shown
    const subject = event === undefined ? logged : new Subject(event, severity)
    const isGrouped = controls?.fingerprint !== undefined
    return {
      fingerprint: isGrouped ? this.#byControls.of(record) : this.#fingerprinter.of(source),
      routes: this.#routesOf(subject, controls),
      host: this.#hostOf(record),
      endpoint: subject.endpoint,
      user: subject.userId,
      record: shown,
      severity,
      event,
    }
  }

  /** Of the service, if it is known. */
  get release(): string | undefined {
    return this.#options.release
  }

  /** All channels that are configured. */
  get channels(): readonly string[] {
    return this.#routes.channels
  }

  /** The route to a channel; `undefined` for one that nobody configured. */
  routeTo(channel: string): Route | undefined {
    return this.#routes.to(channel)
  }

  /** Where the error of a record was thrown, for the cap on what differs each time; not where a hook decides. */
  placeOf({ record, event }: Accepted): string | undefined {
    if (this.#options.hooks.fingerprint !== undefined) return undefined
    return this.#fingerprinter.placeOf(event ?? record)
  }

  /** Normalises a record, not before it is to be shown. */
  describe({ record, event }: Accepted): LogEvent {
    return event ?? describeEvent(record, this.#describing)
  }

  /** A hook sees the event before it counts, and may drop it: `null`. */
  #prepare(record: LogRecord): LogEvent | null | undefined {
    const { beforeSend } = this.#options.hooks
    return beforeSend === undefined ? undefined : describeRecord(record, this.#describing)
  }

  #routesOf(subject: Subject, controls: RecordControls | undefined): readonly Route[] {
    const chosen = controls?.channel === undefined ? undefined : this.#routes.to(controls.channel)
    return chosen === undefined ? this.#routes.of(subject) : [chosen]
  }
}

/** Whatever a record asks for, people hear of what is fatal. */
function isSilenced(controls: RecordControls | undefined, severity: number): boolean {
  return controls?.isSilent === true && !isFatal(severity)
}

function withoutControls(record: LogRecord): LogRecord {
  const { [controlsKey]: _, ...fields } = record.fields
  return { ...record, fields }
}

/** What describing works with. */
export interface DescriberParts extends DescribeEventOptions {
  readonly beforeSend: SlackOptions['beforeSend']
  /** Told when the hook throws; the event counts as it was. */
  readonly onBrokenHook: (error: unknown) => void
}

/** Describes a record, then asks the service's own hook; `null` if that drops it. */
export function describeRecord(record: LogRecord, parts: DescriberParts): LogEvent | null {
  const event = describeEvent(record, parts)
  try {
    const changed = parts.beforeSend === undefined ? event : parts.beforeSend(event)
    if (changed === null || isEvent(changed)) return changed
    // Dropped for good by a mere forgotten `return`, an alert would be missed in silence.
    throw new TypeError('Expected `beforeSend` to return an event or null')
  } catch (error) {
    parts.onBrokenHook(error)
    return event
  }
}

/** A hook in JavaScript may return anything. */
function isEvent(value: unknown): value is LogEvent {
  return typeof value === 'object' && value !== null && 'fields' in value && 'message' in value
}
