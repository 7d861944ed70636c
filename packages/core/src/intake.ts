import { describeRecord, type DescriberParts } from './describe-record.ts'
import { describeEvent } from './event/describe-event.ts'
import { isFatal } from './event/level.ts'
import type { LogEvent } from './event/log-event.ts'
import type { LogRecord } from './event/log-record.ts'
import { createFingerprinter, type Fingerprinter } from './incident/fingerprint.ts'
import { controlsKey, readControls, type RecordControls } from './incident/record-controls.ts'
import { Routes, type Route } from './incident/routes.ts'
import { Subject } from './incident/subject.ts'
import { isOwnWork } from './own-work.ts'
import { RepeatedRecord } from './repeated-record.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { createHostReader } from './whereabouts.ts'

/** What an intake works with. */
export interface IntakeParts {
  readonly options: ResolvedOptions
  readonly describing: DescriberParts
  readonly onBrokenHook: (error: unknown) => void
}

/** A record that counts. */
export interface Accepted {
  readonly fingerprint: string
  /** Who hears of it, each channel once. */
  readonly routes: readonly Route[]
  readonly subject: Subject
  readonly host: string
  readonly record: LogRecord
  /** Normalised already if a hook had to see it. */
  readonly event: LogEvent | undefined
}

/** Decides what a record is before it counts: whether anybody wants it, as which problem, and who hears of it. */
export class Intake {
  readonly #options: ResolvedOptions
  readonly #describing: DescriberParts
  readonly #routes: Routes
  readonly #hostOf: (record: LogRecord) => string
  readonly #fingerprinter: Fingerprinter<LogRecord | LogEvent>
  readonly #byControls: Fingerprinter<LogRecord | LogEvent>
  /** Not where hooks decide, which may decide otherwise each time. */
  readonly #repeated: RepeatedRecord<Pick<Accepted, 'fingerprint' | 'routes' | 'host'>> | undefined

  constructor({ options, describing, onBrokenHook }: IntakeParts) {
    const { groupBy, hooks, routes } = options
    this.#options = options
    this.#describing = describing
    this.#routes = new Routes(routes)
    this.#hostOf = createHostReader(describing.redactor.text)
    this.#fingerprinter = createFingerprinter({
      groupBy,
      hook: hooks.fingerprint,
      onHookError: onBrokenHook,
    })
    const isHooked = hooks.fingerprint !== undefined || hooks.beforeSend !== undefined
    this.#repeated = isHooked ? undefined : new RepeatedRecord()
    this.#byControls = createFingerprinter({
      groupBy,
      hook: ({ fields }) => readControls(fields)?.fingerprint,
    })
  }

  /** @returns `undefined` for a record that is no alert */
  accept(record: LogRecord, severity: number): Accepted | undefined {
    if (isOwnWork()) return undefined
    const repeated = this.#repeated?.read(record, severity)
    if (repeated !== undefined) {
      const { fingerprint, routes, host } = repeated
      const subject = new Subject(record, severity)
      // One by one: to spread them took as long as to decide anew.
      return { fingerprint, routes, subject, host, record, event: undefined }
    }
    const accepted = this.#decide(record, severity)
    if (accepted !== undefined) {
      const { fingerprint, routes, host } = accepted
      this.#repeated?.learn(record, severity, { fingerprint, routes, host })
    }
    return accepted
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
      subject,
      host: this.#hostOf(record),
      record: shown,
      event,
    }
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
