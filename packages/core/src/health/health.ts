import type { SinkEnvironment } from '../environment.ts'

/** What became of everything so far. */
export interface SinkHealth {
  readonly events: {
    /** Events with a message of their own. */
    readonly shown: number
    /** Events that only raised a counter. */
    readonly counted: number
    /** Events that the options, a hook or the record itself say are no alert, and those that a hook itself logged. */
    readonly ignored: number
    /** Events without any of it, by reason. */
    readonly lost: Readonly<Record<string, number>>
  }
  readonly deliveries: {
    /** Messages and files that Slack has. */
    readonly sent: number
    /** Messages that were said anew in place. */
    readonly edited: number
    /** Alerts that were told on a line of a summary, because there was no time for each. */
    readonly summarized: number
    /** Answers that were no success, tried again or not. */
    readonly failed: number
    /** Requests that were made once more. */
    readonly retried: number
    /** Messages that went in a simpler form, because Slack refused the full one. */
    readonly degraded: number
    /** What was left for the next start. */
    readonly spooled: number
    /** Deliveries given up, by reason. */
    readonly gaveUp: Readonly<Record<string, number>>
  }
  /** By the name that the options have for each. */
  readonly channels: Readonly<Record<string, ChannelHealth>>
  /** Why nothing is sent at present; `undefined` if all is well. */
  readonly down: string | undefined
  readonly lastError: { readonly at: number; readonly reason: string } | undefined
}

/** What became of what was meant for one channel. */
export interface ChannelHealth {
  readonly sent: number
  readonly failed: number
  /** Why the channel takes nothing at present; `undefined` if it does. */
  readonly refusal: string | undefined
}

/** Whom a sink's own state interests. */
export interface HealthListeners {
  readonly onError: ((error: Error) => void) | undefined
  readonly onHealth: ((health: SinkHealth) => void) | undefined
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string
}

type Counts = Record<
  'shown' | 'counted' | 'ignored' | keyof Omit<SinkHealth['deliveries'], 'gaveUp'>,
  number
>

const maxChannels = 100
/** The same trouble is told again only after so long, in milliseconds. */
const sameTextMs = 1000

/** Counts what happens, and tells of our own trouble without logging into ourselves. */
export class Health {
  /** What the next message that gets through should say. */
  readonly trouble: Trouble = new Trouble()
  readonly #environment: SinkEnvironment
  readonly #listeners: HealthListeners
  readonly #report: SelfReport
  readonly #lost = new Map<string, number>()
  readonly #gaveUp = new Map<string, number>()
  readonly #channels = new Map<string, ChannelHealth>()
  readonly #counts: Counts = {
    shown: 0,
    counted: 0,
    ignored: 0,
    sent: 0,
    edited: 0,
    summarized: 0,
    failed: 0,
    retried: 0,
    degraded: 0,
    spooled: 0,
  }
  #down: string | undefined
  #lastError: SinkHealth['lastError']
  #lastText = ''

  constructor(environment: SinkEnvironment, listeners: HealthListeners) {
    this.#environment = environment
    this.#listeners = listeners
    this.#report = new SelfReport(environment)
  }

  /** One more of something that is only counted. */
  count(what: keyof Counts): void {
    this.#counts[what] += 1
  }

  lost(reason: string): void {
    increase(this.#lost, reason)
    this.trouble.lost(this.#environment.clock.now())
    this.#tell(`an event was lost: ${reason}`)
  }

  /** A message, an edit or a file that Slack has. */
  delivered(channel: string, kind: 'sent' | 'edited'): void {
    this.count(kind)
    const { sent = 0, failed = 0 } = this.#channels.get(channel) ?? {}
    this.#setChannel(channel, { sent: sent + 1, failed, refusal: undefined })
  }

  /** An answer that was no success. Being asked for patience is none either, and no trouble yet. */
  failed(channel: string, failure: { readonly status: string; readonly reason: string }): void {
    this.count('failed')
    const { sent = 0, failed = 0 } = this.#channels.get(channel) ?? {}
    const refusal = failure.status === 'stopChannel' ? failure.reason : undefined
    this.#setChannel(channel, { sent, failed: failed + 1, refusal })
    if (failure.status !== 'wait') this.trouble.failed(this.#environment.clock.now())
    this.#tell(`Slack: ${failure.reason}${refusal === undefined ? '' : ` (${channel})`}`)
  }

  gaveUp(reason: string): void {
    increase(this.#gaveUp, reason)
    this.#tell(`a delivery was given up: ${reason}`)
  }

  /** A delivery that is not made in this process, and told at the next start. */
  spooled(reason: string): void {
    this.count('spooled')
    this.#tell(`a delivery was left for the next start: ${reason}`)
  }

  /** Nothing is sent any more, and why. */
  wentDown(reason: string): void {
    this.#down = reason
    this.#notify()
  }

  /** Something was sent again. */
  cameBack(downMs: number): void {
    this.#down = undefined
    this.#report.say(`Slack works again after ${Math.round(downMs / 1000)} s`)
    this.#notify()
  }

  /** Our own mistake, or that of a hook. */
  broke(what: string, error: unknown): void {
    this.#tell(`${what}: ${error instanceof Error ? error.message : String(error)}`)
  }

  /** Something that a person should know and that is no error. */
  note(text: string): void {
    this.#report.say(this.#listeners.clean(text))
  }

  /** The sink ends: there is no minute to wait for. */
  end(): void {
    this.#report.sayHeld()
  }

  read(): SinkHealth {
    const { shown, counted, ignored, ...deliveries } = this.#counts
    return {
      events: { shown, counted, ignored, lost: Object.fromEntries(this.#lost) },
      deliveries: { ...deliveries, gaveUp: Object.fromEntries(this.#gaveUp) },
      channels: Object.fromEntries(this.#channels),
      down: this.#down,
      lastError: this.#lastError,
    }
  }

  #setChannel(channel: string, health: ChannelHealth): void {
    if (this.#channels.has(channel) || this.#channels.size < maxChannels)
      this.#channels.set(channel, health)
  }

  #tell(text: string): void {
    const at = this.#environment.clock.now()
    // In a flood, the same thing goes wrong thousands of times.
    if (text === this.#lastText && at - (this.#lastError?.at ?? 0) < sameTextMs) return
    const reason = this.#listeners.clean(text)
    this.#lastText = text
    this.#lastError = { at, reason }
    this.#report.say(reason)
    this.#call('onError', () => this.#listeners.onError?.(new Error(reason)))
  }

  #notify(): void {
    this.#call('onHealth', () => this.#listeners.onHealth?.(this.read()))
  }

  #call(name: string, hook: () => unknown): void {
    const tell = (error: unknown): void =>
      this.#report.say(this.#listeners.clean(`the ${name} hook threw: ${String(error)}`))
    try {
      const answer = hook()
      if (answer instanceof Promise) answer.catch(tell)
    } catch (error) {
      tell(error)
    }
  }
}

function increase(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1)
}

const gapMs = 60_000

/** Says on stderr what a person should know, one line a minute at most; of those that came too soon, the last one. */
export class SelfReport {
  readonly #environment: SinkEnvironment
  #saidAt = Number.NEGATIVE_INFINITY
  #held: string | undefined
  #isTimerSet = false

  constructor(environment: SinkEnvironment) {
    this.#environment = environment
  }

  say(line: string): void {
    const { clock } = this.#environment
    const restMs = this.#saidAt + gapMs - clock.now()
    if (restMs > 0) {
      this.#held = line
      if (!this.#isTimerSet) clock.setTimer(() => this.sayHeld(), restMs)
      this.#isTimerSet = true
      return
    }
    this.#write(line)
  }

  /** Says what had to wait: its time has come, or there is no more time. */
  sayHeld(): void {
    this.#isTimerSet = false
    const line = this.#held
    this.#held = undefined
    if (line !== undefined) this.#write(line)
  }

  #write(line: string): void {
    this.#saidAt = this.#environment.clock.now()
    this.#environment.writeStderr(`[slack-logger] ${line}`)
  }
}

/** What a reader of the next message must know of the messages before it. */
export interface TroubleView {
  readonly failedSends: number
  /** When the first and the last of them failed, in milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** Events that are in no message. */
  readonly lostEvents: number
}

/** Collects what went wrong until a message tells it. */
export class Trouble {
  #view: TroubleView | undefined

  failed(at: number): void {
    const { failedSends = 0, from = at, lostEvents = 0 } = this.#view ?? {}
    this.#view = {
      failedSends: failedSends + 1,
      from: failedSends === 0 ? at : from,
      to: at,
      lostEvents,
    }
  }

  lost(at: number): void {
    const { failedSends = 0, from = at, to = at, lostEvents = 0 } = this.#view ?? {}
    this.#view = { failedSends, from, to, lostEvents: lostEvents + 1 }
  }

  /** `undefined` if nothing went wrong since it was told. */
  read(): TroubleView | undefined {
    return this.#view
  }

  /** A message with this in it was sent; what went wrong since then is told by the next. */
  told(view: TroubleView): void {
    if (this.#view === undefined) return
    const failedSends = this.#view.failedSends - view.failedSends
    const lostEvents = this.#view.lostEvents - view.lostEvents
    this.#view =
      failedSends + lostEvents > 0
        ? { failedSends, from: view.to, to: this.#view.to, lostEvents }
        : undefined
  }
}
