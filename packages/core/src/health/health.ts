import type { SinkEnvironment } from '../environment.ts'
import type { FleetHealth } from '../fleet/fleet-deps.ts'

/** Statistics since start. */
export interface SinkHealth {
  readonly events: {
    /** Events with a message of their own. */
    readonly shown: number
    /** Events that only increased a counter. */
    readonly counted: number
    /** Further events of a failure that is shown or counted already: of another logger, or of a `catch` block that threw it on. */
    readonly duplicates: number
    /** Events that never alert, by the options, a hook or the record itself, and those that a hook logged. */
    readonly ignored: number
    /** Events that are neither shown nor counted, by reason. */
    readonly lost: Readonly<Record<string, number>>
  }
  readonly deliveries: {
    /** Messages and files that were accepted. */
    readonly sent: number
    /** Edits that were accepted. */
    readonly edited: number
    /** Alerts that are a line of a summary, because there was no time for a message each. */
    readonly summarized: number
    /** Requests that failed, retried or not. */
    readonly failed: number
    /** Requests that were repeated. */
    readonly retried: number
    /** Messages that were rendered simpler, because the full rendering was refused. */
    readonly degraded: number
    /** Deliveries that were not sent and that the journal keeps for another process of the fleet, or for the next start. */
    readonly spooled: number
    /** Deliveries given up, by reason. */
    readonly gaveUp: Readonly<Record<string, number>>
  }
  /** What people, or somebody else, did without permission: clicks, reactions, and requests with a wrong signature. */
  readonly rejectedActions: number
  /** By their names in the options. */
  readonly channels: Readonly<Record<string, ChannelHealth>>
  /** Why nothing is sent at present; `undefined` if the destination takes messages. */
  readonly down: string | undefined
  /** How this process takes part in its fleet; `undefined` for a sink that sends nothing. */
  readonly fleet: FleetHealth | undefined
  /** `at` is in milliseconds since 1970. */
  readonly lastError: { readonly at: number; readonly reason: string } | undefined
}

/** Statistics of one channel. */
export interface ChannelHealth {
  readonly sent: number
  readonly failed: number
  /** Why the channel is paused; `undefined` if it takes messages. */
  readonly refusal: string | undefined
}

const noEvents = { shown: 0, counted: 0, duplicates: 0, ignored: 0 }
const noDeliveries = {
  sent: 0,
  edited: 0,
  summarized: 0,
  failed: 0,
  retried: 0,
  degraded: 0,
  spooled: 0,
}

/** The statistics of a sink that sends nothing. */
export function inertHealth(because: string): SinkHealth {
  return {
    events: { ...noEvents, lost: {} },
    deliveries: { ...noDeliveries, gaveUp: {} },
    rejectedActions: 0,
    channels: {},
    down: `nothing is sent: ${because}`,
    fleet: undefined,
    lastError: undefined,
  }
}

export interface HealthDeps {
  readonly onError?: ((error: Error) => void) | undefined
  readonly onHealth?: ((health: SinkHealth) => void) | undefined
  /** Redacts a text. */
  readonly redact: (text: string) => string
  /** What the wall clock showed at a time of the sink. */
  readonly toWall: (time: number) => number
  /** The destination's name. */
  readonly destination: string
  /** Ends the line on stderr about a failure that a different set-up cures. */
  readonly cure: string
  readonly fleet: () => FleetHealth | undefined
}

interface FailedRequest {
  /** As the destination returned it. */
  readonly status: string
  readonly reason: string
}

const maxChannels = 100
/** The same failure is reported again only after this time, in milliseconds. */
const sameTextMs = 1000

/** Counts what happens, and reports failures of the sink itself on stderr and to the hooks. */
export class Health {
  /** What the next message that is sent must mention. */
  readonly trouble: Trouble = new Trouble()
  readonly #environment: SinkEnvironment
  readonly #deps: HealthDeps
  readonly #stderr: StderrReporter
  readonly #lost = new Map<string, number>()
  readonly #wrongUses = new Set<string>()
  readonly #gaveUp = new Map<string, number>()
  readonly #channels = new Map<string, ChannelHealth>()
  readonly #counts = { ...noEvents, ...noDeliveries, rejectedActions: 0 }
  #down: string | undefined
  #lastError: SinkHealth['lastError']
  #lastText = ''

  constructor(environment: SinkEnvironment, deps: HealthDeps) {
    this.#environment = environment
    this.#deps = deps
    this.#stderr = new StderrReporter(environment)
  }

  /** Counts what needs no report. */
  count(what: keyof typeof noEvents | keyof typeof noDeliveries | 'rejectedActions'): void {
    this.#counts[what] += 1
  }

  lost(reason: string): void {
    increase(this.#lost, reason)
    this.trouble.lost()
    this.#report(`an event was lost: ${reason}`)
  }

  /** A message, an edit or a file was accepted. */
  delivered(channel: string, kind: 'sent' | 'edited'): void {
    this.count(kind)
    this.trouble.accepted()
    const { sent = 0, failed = 0 } = this.#channels.get(channel) ?? {}
    this.#setChannel(channel, { sent: sent + 1, failed, refusal: undefined })
  }

  /** A request failed. A rate limit is nothing that a message must mention. */
  failed(channel: string, failure: FailedRequest): void {
    this.count('failed')
    const { sent = 0, failed = 0 } = this.#channels.get(channel) ?? {}
    const refusal = failure.status === 'stopChannel' ? failure.reason : undefined
    this.#setChannel(channel, { sent, failed: failed + 1, refusal })
    if (failure.status !== 'wait') this.trouble.failed(failure, this.#environment.clock.now())
    const where = refusal === undefined ? '' : ` (${channel})`
    this.#report(
      `${this.#deps.destination}: ${failure.reason}${where}`,
      isSetUp(failure) ? this.#deps.cure : '',
    )
  }

  /** Nothing more is done for a delivery. */
  gaveUp(reason: string, { isAlert }: { readonly isAlert: boolean }): void {
    increase(this.#gaveUp, reason)
    if (isAlert) this.trouble.gaveUp()
    this.#report(`a delivery was given up: ${reason}`)
  }

  /** The journal keeps a delivery for the next process. */
  spooled(reason: string): void {
    this.count('spooled')
    const { members = 1 } = this.#deps.fleet() ?? {}
    const next = members > 1 ? 'the process that leads next' : 'the next start'
    this.#report(`a delivery was left for ${next}: ${reason}`)
  }

  /** The destination takes no messages. */
  wentDown({ status, reason }: FailedRequest): void {
    this.#down = reason
    this.trouble.wentDown(
      status === 'stopDestination' ? 'refusing' : 'unreachable',
      this.#environment.clock.now(),
    )
    this.#notify()
  }

  /** The destination takes messages again. */
  cameBack(downMs: number): void {
    this.#down = undefined
    this.trouble.cameBack(this.#environment.clock.now())
    this.#stderr.write(`${this.#deps.destination} works again after ${Math.round(downMs / 1000)} s`)
    this.#notify()
  }

  /** A part of the sink or a hook failed. */
  broke(what: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    // Node lists below it from where a missing module was required.
    this.#report(`${what}: ${message.split('\n', 1)[0]}`)
  }

  /** A program uses the sink in a way that cannot be right: reported once. */
  wronglyUsed(sentence: string): void {
    if (this.#wrongUses.has(sentence)) return
    this.#wrongUses.add(sentence)
    this.#report(sentence)
  }

  /** The journal cannot be written or read. */
  journalFailed(reason: string): void {
    this.trouble.journalFailed(reason, this.#environment.clock.now())
    this.broke('the journal', new Error(reason))
  }

  /** A paused channel takes messages again. */
  resumed(channel: string): void {
    this.#stderr.write(
      this.#deps.redact(`${this.#deps.destination} takes messages to ${channel} again`),
    )
  }

  /** The sink ends: writes the line that was deferred. */
  end(): void {
    this.#stderr.flush()
  }

  read(): SinkHealth {
    const { shown, counted, duplicates, ignored, rejectedActions, ...deliveries } = this.#counts
    return {
      events: { shown, counted, duplicates, ignored, lost: Object.fromEntries(this.#lost) },
      deliveries: { ...deliveries, gaveUp: Object.fromEntries(this.#gaveUp) },
      rejectedActions,
      channels: Object.fromEntries(this.#channels),
      down: this.#down,
      fleet: this.#deps.fleet(),
      lastError: this.#lastError && {
        ...this.#lastError,
        at: this.#deps.toWall(this.#lastError.at),
      },
    }
  }

  #setChannel(channel: string, health: ChannelHealth): void {
    if (this.#channels.has(channel) || this.#channels.size < maxChannels)
      this.#channels.set(channel, health)
  }

  #report(text: string, cure = ''): void {
    const at = this.#environment.clock.now()
    // In a flood, the same failure occurs thousands of times.
    if (text === this.#lastText && at - (this.#lastError?.at ?? 0) < sameTextMs) return
    const reason = this.#deps.redact(text)
    this.#lastText = text
    this.#lastError = { at, reason }
    this.#stderr.write(reason + cure)
    this.#call('onError', () => this.#deps.onError?.(new Error(reason)))
  }

  #notify(): void {
    this.#call('onHealth', () => this.#deps.onHealth?.(this.read()))
  }

  #call(name: string, hook: () => unknown): void {
    const report = (error: unknown): void =>
      this.#stderr.write(this.#deps.redact(`the ${name} hook threw: ${String(error)}`))
    try {
      const answer = hook()
      if (answer instanceof Promise) answer.catch(report)
    } catch (error) {
      report(error)
    }
  }
}

/** Whether a different set-up cures it: a refusal, or a system's code, as that of a network without a way to the destination. */
function isSetUp({ status, reason }: FailedRequest): boolean {
  return status.startsWith('stop') || /^[A-Z][A-Z_\d]+$/.test(reason)
}

function increase(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1)
}

const gapMs = 60_000

/** Writes at most one line a minute to stderr; of those that come sooner, the last one is deferred. */
class StderrReporter {
  readonly #environment: SinkEnvironment
  #writtenAt = Number.NEGATIVE_INFINITY
  #deferred: string | undefined
  #isTimerSet = false

  constructor(environment: SinkEnvironment) {
    this.#environment = environment
  }

  write(line: string): void {
    const { clock } = this.#environment
    const restMs = this.#writtenAt + gapMs - clock.now()
    if (restMs > 0) {
      this.#deferred = line
      if (!this.#isTimerSet) clock.setTimer(() => this.flush(), restMs)
      this.#isTimerSet = true
      return
    }
    this.#writeNow(line)
  }

  /** Writes the deferred line now. */
  flush(): void {
    this.#isTimerSet = false
    const line = this.#deferred
    this.#deferred = undefined
    if (line !== undefined) this.#writeNow(line)
  }

  #writeNow(line: string): void {
    this.#writtenAt = this.#environment.clock.now()
    this.#environment.writeStderr(`[slack-logger] ${line}`)
  }
}

/** A time in which the destination took no messages. */
export interface Outage {
  readonly kind: 'unreachable' | 'refusing'
  /** When the first request failed, in milliseconds since 1970. */
  readonly from: number
  /** When something was accepted again, in milliseconds since 1970. */
  readonly to: number
}

/** What went wrong and is in no message yet. */
export interface TroubleView {
  readonly failedSends: number
  /** When the first and the last of them failed, in milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** Alerts that are in no message and will be in none. */
  readonly givenUp: number
  /** Events that no message shows or counts. */
  readonly lostEvents: number
  /** The latest outage. */
  readonly outage: Outage | undefined
  /** Why the journal could not be written. */
  readonly journal: string | undefined
}

/** A failure of the journal is mentioned again after it was not seen for this long, in milliseconds. */
const journalAgainMs = 3_600_000

/** Collects what goes wrong until a message mentions it. */
export class Trouble {
  #failedSends = 0
  #from = 0
  #to = 0
  #givenUp = 0
  #lostEvents = 0
  #outage: (Omit<Outage, 'to'> & { readonly to: number | undefined }) | undefined
  /** When the first request failed since one was accepted, in milliseconds since 1970. */
  #failingSince: number | undefined
  #journal: { readonly reason: string; readonly at: number; readonly isShown: boolean } | undefined

  /** Mentioned once, and again if it fails after it worked for long. */
  journalFailed(reason: string, at: number): void {
    const known = this.#journal
    const isKnown = known?.reason === reason && at - known.at < journalAgainMs
    this.#journal = { reason, at, isShown: isKnown && known.isShown }
  }

  failed({ status }: FailedRequest, at: number): void {
    if (this.#failedSends === 0) this.#from = at
    this.#failedSends += 1
    this.#to = at
    // Any other failure is an answer to this one request.
    if (status === 'retry' || status === 'stopDestination') this.#failingSince ??= at
  }

  gaveUp(): void {
    this.#givenUp += 1
  }

  lost(): void {
    this.#lostEvents += 1
  }

  accepted(): void {
    this.#failingSince = undefined
  }

  wentDown(kind: Outage['kind'], at: number): void {
    this.#outage = { kind, from: this.#failingSince ?? at, to: undefined }
  }

  cameBack(at: number): void {
    if (this.#outage !== undefined) this.#outage = { ...this.#outage, to: at }
  }

  /**
   * `undefined` if there is nothing to mention.
   *
   * @param now when the message is sent that mentions it: an outage ends by that at the latest
   */
  read(now: number): TroubleView | undefined {
    const journal = this.#journal?.isShown === false ? this.#journal.reason : undefined
    const isNone = this.#failedSends + this.#givenUp + this.#lostEvents === 0
    if (isNone && journal === undefined) return undefined
    return {
      journal,
      failedSends: this.#failedSends,
      from: this.#from,
      to: this.#to,
      givenUp: this.#givenUp,
      lostEvents: this.#lostEvents,
      outage: this.#outage && { ...this.#outage, to: this.#outage.to ?? now },
    }
  }

  /** A message mentioned this; what comes later is left to the next one. */
  shown(view: TroubleView): void {
    this.#failedSends -= view.failedSends
    this.#givenUp -= view.givenUp
    this.#lostEvents -= view.lostEvents
    this.#from = view.to
    if (this.#journal?.reason === view.journal && this.#journal !== undefined)
      this.#journal = { ...this.#journal, isShown: true }
    if (this.#outage?.to !== undefined && this.#outage.from === view.outage?.from)
      this.#outage = undefined
  }
}
