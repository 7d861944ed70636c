import { type SteadyClock, type Ticker, withTimeout } from '../../clock.ts'
import type {
  Act,
  ActionAnswer,
  ActionRefusal,
  IncidentAction,
} from '../../incident/actions/action.ts'
import type { Incident } from '../../incident/incident.ts'
import { wordsFor } from '../../notification/locale/locale.ts'
import type { Locale } from '../../notification/notification.ts'
import type { ResolvedActions } from '../../options/resolve.ts'
import type { ActionConnection, ActionsPort, Failure, SendOptions } from '../destination.ts'
import { MarkReader } from './mark-reader.ts'
import { Permissions } from './permissions.ts'

export interface ActionIntakeDeps {
  readonly port: ActionsPort
  readonly options: ResolvedActions
  readonly clock: SteadyClock
  readonly locale: Locale
  readonly incidents: () => Iterable<Incident>
  /** Whether this process decides. */
  readonly isLeading: () => boolean
  /** Passes an action on to the process that has the incident, this one or another. */
  readonly pass: Act
  /** What is not applied yet, by id. */
  readonly waiting: Map<string, IncidentAction>
  /** Called when that changed: the next process must know it. */
  readonly onWaiting: () => void
  /** Applies an action of somebody who may act. */
  readonly act: (action: IncidentAction) => ActionAnswer
  /** Called for what was done without permission. */
  readonly onRejected: () => void
  /** Called when {@link ActionIntake.dueAt} became earlier. */
  readonly onDue: () => void
  /** A way in is not used, for a reason that is no failure. */
  readonly onNotice: (notice: string) => void
  /** A way in failed. */
  readonly onTrouble: (reason: string) => void
}

const timeoutMs = 5000

/** How actions arrive in the process that decides, and who may act: over a connection, over HTTP, and as marks of messages. */
export class ActionIntake implements Ticker {
  readonly #deps: ActionIntakeDeps
  readonly #permissions: Permissions
  readonly #reader: MarkReader
  readonly #end = new AbortController()
  #connection: ActionConnection | undefined

  constructor(deps: ActionIntakeDeps) {
    this.#deps = deps
    const { port, clock, options } = deps
    const { signal } = this.#end
    this.#permissions = new Permissions({ allow: options.allow, port, clock, signal })
    this.#reader = new MarkReader({
      port,
      clock,
      signal,
      incidents: deps.incidents,
      mayRead: deps.isLeading,
      permissions: this.#permissions,
      act: deps.act,
      onRefused: deps.onRejected,
      onDue: deps.onDue,
      onError: (error) => deps.onTrouble(String(error)),
      onOff: deps.onNotice,
    })
  }

  /** Whether clicks can arrive. */
  get offersButtons(): boolean {
    const { options, port } = this.#deps
    if (options.signingSecret !== undefined) return true
    return port.connect !== undefined && this.#connection?.isRefused !== true
  }

  get dueAt(): number {
    return this.#reader.dueAt
  }

  tick(now: number): void {
    this.#reader.tick(now)
  }

  /** This process decides from now on. */
  start(): void {
    const { port, onTrouble } = this.#deps
    this.#reader.watch()
    this.#connection ??= port.connect?.({
      onAction: (action) => void this.#pass(action).catch((error) => onTrouble(String(error))),
      onMarked: () => this.#reader.readSoon(),
      onTrouble,
    })
  }

  /** A message was posted or taken over. */
  watch(): void {
    this.#reader.watch()
  }

  /** Takes an action from outside this process. Never rejects. */
  async receive(action: IncidentAction): Promise<ActionAnswer> {
    const { waiting, onWaiting } = this.#deps
    waiting.set(action.id, action)
    onWaiting()
    try {
      const permission = await this.#permissions.of(action.by)
      // Whoever decides next applies it.
      if (this.#end.signal.aborted) return { status: 'refused', reason: 'unreachable' }
      // What it changes is written together with that.
      waiting.delete(action.id)
      if (permission === 'allowed') return this.#answer(action, this.#deps.act(action))
      if (permission === 'unknown')
        return this.#answer(action, { status: 'refused', reason: 'unconfirmed' })
      if (permission !== 'bot') this.#deps.onRejected()
      return this.#answer(action, { status: 'refused', reason: 'forbidden' })
    } catch (error) {
      this.#deps.onTrouble(String(error))
      return { status: 'refused', reason: 'unreachable' }
    } finally {
      if (!this.#end.signal.aborted) waiting.delete(action.id)
      onWaiting()
    }
  }

  stop(): void {
    this.#connection?.end()
    this.#connection = undefined
    this.#end.abort()
  }

  async #pass(action: IncidentAction): Promise<void> {
    const answer = await this.#deps.pass(action)
    // Whoever was reached has answered.
    if (answer.status === 'refused' && isUnreached(answer.reason)) this.#answer(action, answer)
  }

  /** The person learns why nothing happened. Nobody waits for that. */
  #answer(action: IncidentAction, answer: ActionAnswer): ActionAnswer {
    if (answer.status === 'done') return answer
    const { port, locale } = this.#deps
    const { responseUrl, ref, by } = action
    const text = wordsFor(locale).refusedAction[answer.reason]
    if (responseUrl !== undefined)
      this.#ask('an answer to a click', (options) => port.answer(responseUrl, text, options))
    // In a shell, the options may be those of another service.
    if (answer.reason === 'old' && ref !== undefined && by.via !== 'shell')
      this.#ask('removing old buttons', (options) => port.removeButtons(ref, options))
    return answer
  }

  #ask(what: string, ask: (options: SendOptions) => Promise<Failure | undefined>): void {
    const { clock, onTrouble } = this.#deps
    const given = { timeoutMs, signal: this.#end.signal }
    const failed = (reason: unknown): void => onTrouble(`${what}: ${String(reason)}`)
    void withTimeout(clock, given, (signal) => ask({ signal }))
      .then((failure) => failure && failed(failure.reason))
      .catch(failed)
  }
}

/** Whether nobody has taken the action, who could have answered. */
export function isUnreached(reason: ActionRefusal): boolean {
  return reason === 'unknown' || reason === 'unreachable'
}
