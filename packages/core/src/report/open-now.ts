import type { Ticker } from '../clock.ts'
import type { Delivery, Outcome } from '../delivery/channel-queue.ts'
import type { Metadata } from '../incident/metadata.ts'
import { buildOpenNow } from '../notification/report.ts'
import { isOpen, listOpen } from './collect.ts'
import { hashOf, type ReporterDeps, spreadOf } from './reporter.ts'

export interface OpenNowDeps extends Pick<
  ReporterDeps,
  'ledger' | 'self' | 'clock' | 'settings' | 'incidents' | 'decides' | 'push' | 'onChanged'
> {
  /** The configured channels. A record may choose another one. */
  readonly channels: readonly string[]
}

/** The time between two edits of a list, in milliseconds. */
const everyMs = 30_000
/** Messages of earlier processes may say what is open, and are read first, in milliseconds. */
const firstAfterMs = 5000
/** After a message that was given up or cannot be edited, another one comes so much later, in milliseconds. */
const retryAfterMs = 3_600_000

/** The list of one channel. */
interface List {
  /** Whether something about it is in the queue. */
  isQueued: boolean
  /** Whether its message was looked for. */
  isLookedUp: boolean
  /** What its message shows, as JSON; `undefined` if that is not known. */
  shown: string | undefined
  /** Whether its message names this process as its owner. */
  isOwned: boolean
  /** Whether another process that leads keeps it up to date. */
  isForeign: boolean
  /** No message is posted earlier, in milliseconds since 1970. */
  postFrom: number
}

/** Keeps one message for each channel that lists what is open and whose it is: posted with the first open problem, then edited. */
export class OpenNow implements Ticker {
  readonly #deps: OpenNowDeps
  readonly #lists = new Map<string, List>()
  dueAt: number

  constructor(deps: OpenNowDeps) {
    this.#deps = deps
    this.dueAt = deps.clock.now() + firstAfterMs + spreadOf(deps.self)
  }

  tick(now: number): void {
    if (now < this.dueAt) return
    this.dueAt = now + everyMs
    if (!this.#deps.decides()) return
    const { channels, ledger } = this.#deps
    const open = new Set(
      [...this.#deps.incidents()].filter(isOpen).map((each) => each.route.channel),
    )
    for (const channel of new Set([...channels, ...open])) {
      const list = this.#listOf(channel)
      if (list.isQueued || list.isForeign) continue
      if (ledger.openNow.has(channel)) this.#edit(channel, list)
      else if (!list.isLookedUp || (open.has(channel) && now >= list.postFrom))
        this.#lookUp(channel, list)
    }
  }

  #listOf(channel: string): List {
    let list = this.#lists.get(channel)
    if (list === undefined) {
      list = {
        isQueued: false,
        isLookedUp: false,
        shown: undefined,
        isOwned: false,
        isForeign: false,
        postFrom: 0,
      }
      this.#lists.set(channel, list)
    }
    return list
  }

  /** An earlier process may have posted it, or one of another host. */
  #lookUp(channel: string, list: List): void {
    this.#push(list, {
      channel,
      priority: 'thread',
      draft: () => ({ kind: 'check', channel, id: this.#idOf(channel), isOfAnyAge: true }),
      settle: (outcome) => {
        if (outcome.status === 'gaveUp') return
        list.isLookedUp = true
        if (outcome.status === 'sent') {
          this.#keep(channel, outcome.ref)
          this.#edit(channel, list)
        } else this.#post(channel, list)
      },
    })
  }

  #post(channel: string, list: List): void {
    let drafted = ''
    this.#push(list, {
      channel,
      priority: 'thread',
      id: this.#idOf(channel),
      draft: () => {
        const { isEmpty, notification, text } = this.#build(channel)
        drafted = text
        if (isEmpty) return undefined
        return { kind: 'post', channel, notification, names: [], metadata: this.#metadata }
      },
      settle: (outcome) => {
        if (outcome.status === 'gaveUp') list.postFrom = this.#deps.clock.now() + retryAfterMs
        if (outcome.status !== 'sent') return
        list.shown = drafted
        list.isOwned = true
        this.#keep(channel, outcome.ref)
      },
    })
  }

  #edit(channel: string, list: List): void {
    const { ledger, self } = this.#deps
    const ref = ledger.openNow.get(channel)
    let drafted = this.#build(channel).text
    if (ref === undefined || drafted === list.shown) return
    this.#push(list, {
      channel,
      priority: 'edit',
      draft: () => {
        const { notification, text } = this.#build(channel)
        drafted = text
        // An edit replaces the metadata, by which a later process finds the message.
        const metadata = { id: this.#idOf(channel), ...this.#metadata }
        const expected = list.isOwned ? { expected: { owner: self } } : {}
        return { kind: 'edit', channel, ref, notification, names: [], metadata, ...expected }
      },
      settle: (outcome) => this.#edited(channel, list, { outcome, drafted }),
    })
  }

  #edited(
    channel: string,
    list: List,
    { outcome, drafted }: { readonly outcome: Outcome; readonly drafted: string },
  ): void {
    if (outcome.status === 'sent') list.isOwned = true
    // What is refused once, is tried again when it changes.
    if (outcome.status === 'sent' || outcome.status === 'gaveUp') list.shown = drafted
    if (outcome.status !== 'repost') return
    list.isForeign = outcome.isContinued === true
    if (list.isForeign) return
    // Somebody deleted it.
    this.#deps.ledger.openNow.delete(channel)
    list.shown = undefined
    list.isOwned = false
    list.postFrom = this.#deps.clock.now() + retryAfterMs
    this.#deps.onChanged()
  }

  #push(list: List, delivery: Delivery): void {
    list.isQueued = true
    this.#deps.push({
      ...delivery,
      settle: (outcome) => {
        list.isQueued = false
        delivery.settle(outcome)
      },
    })
  }

  #keep(channel: string, ref: string): void {
    this.#deps.ledger.openNow.set(channel, ref)
    this.#deps.onChanged()
  }

  #build(channel: string) {
    const { incidents, settings, clock } = this.#deps
    const here = [...incidents()].filter(({ route }) => route.channel === channel)
    const open = listOpen(here, { settings, fromWall: (time) => clock.fromWall(time) })
    const notification = buildOpenNow(open, settings)
    return { isEmpty: open.length === 0, notification, text: JSON.stringify(notification) }
  }

  get #metadata(): Metadata {
    return { service: this.#deps.settings.service, owner: this.#deps.self }
  }

  #idOf(channel: string): string {
    const { service, environment = '' } = this.#deps.settings
    const name = [service, environment, channel].join('\n')
    return `open-now-${hashOf(name).slice(0, 16)}`
  }
}
