import { isUnsent, type Incident } from '../incident/incident.ts'
import type { Metadata } from '../incident/metadata.ts'
import type { SnapshotRoot } from '../incident/snapshot.ts'
import type { Storm } from '../incident/storm.ts'
import { wordsFor } from '../notification/locale/locale.ts'
import type {
  ListedProblem,
  Notification,
  NotificationSettings,
  TextFile,
} from '../notification/notification.ts'
import { buildFileRefusal } from '../notification/notices.ts'
import { showCount } from '../notification/text.ts'
import { unansweredFile } from './attempt.ts'
import {
  type Delivery,
  type Draft,
  type GaveUp,
  type NamedAlert,
  nameAlerts,
  type Outcome,
  type Priority,
} from './channel-queue.ts'
import type { Capabilities, Destination } from './destination.ts'
import type { EditSchedule } from './edit-schedule.ts'

/** What a root depends on beside what it is about. */
export interface RootContext {
  /** Whether it is a new message, which notifies people, and not an edit. */
  readonly isNew: boolean
  /** What the reader must know about earlier messages. */
  readonly notices: readonly string[]
}

/** A notification, and the incidents that it names. */
export interface Built {
  readonly notification: Notification
  readonly names: readonly Incident[]
  /** Whether a later process must know all of them, and not only those that no other message showed. */
  readonly isList?: boolean
}

/** A problem on one line. */
export interface Line {
  readonly incident: Incident
  readonly problem: ListedProblem
}

/** A part of what a thread starts or continues with. */
export type ThreadPart = (Built & { readonly onSent?: () => void }) | { readonly file: TextFile }

export interface ThreadDeps {
  readonly destination: Pick<Destination, 'name' | 'can' | 'limits' | 'urlOf'>
  readonly settings: NotificationSettings
  /** Identifies this process. */
  readonly self: string
  /** Whom the metadata of messages names as their owner: this process, or nobody while it ends. */
  readonly owner: () => string
  readonly edits: EditSchedule
  /** In milliseconds since 1970. */
  readonly now: () => number
  /** What the wall clock showed at a time of the sink. */
  readonly toWall: (time: number) => number
  readonly push: (delivery: Delivery) => void
  /** Called when a thread has something new for the next process. */
  readonly onChanged: () => void
  /** Called when something became due earlier. */
  readonly onDue: () => void
  /** After a file was refused, threads get trimmed parts only. */
  readonly files: { areRefused: boolean }
}

/** What is known of a post of an earlier process. */
export type TriedPost = Pick<Delivery, 'id' | 'unanswered' | 'triedAt'>

/** A line in the thread. */
export interface Reply {
  readonly priority: Priority
  /** Whether the channel sees it too. */
  readonly isBroadcast: boolean
  readonly build: () => Built | undefined
  readonly tried?: TriedPost
  readonly onSent?: () => void
}

interface DraftedContent {
  readonly channel: string
  readonly notification: Notification
  readonly names: readonly NamedAlert[]
  readonly metadata?: Metadata
}

/** A refused edit or reply leads to a new root, but only so often where a channel refuses all of them. */
const maxReposts = 2
/** The time until an occurrence leads to another root after two were given up, in milliseconds, and its limit. */
const rootGap = { firstMs: 60_000, maxMs: 1_800_000 }
/** A message that was not touched for so long may have been taken over by another process, in milliseconds. */
const checkAfterMs = 60_000

/** One root, kept up to date, and its thread. Everything is built right before it is sent. */
export abstract class Thread {
  readonly channel: string
  /** In milliseconds since 1970. */
  abstract readonly activeSince: number
  /** Whether no later edit would correct the root. */
  abstract readonly isOver: boolean
  /** When the root was last posted or edited, in milliseconds since 1970. */
  shownAt = 0
  /** Whether the root is kept up to date. */
  protected readonly isLive: boolean = true
  /** Grows with everything that the root should show. */
  protected abstract readonly revision: number
  readonly #deps: ThreadDeps
  #root: string | undefined
  /** Whether a message shows what this is about. */
  #isShown = false
  #posting: 'queued' | 'inFlight' | undefined
  #editing: 'scheduled' | 'queued' | undefined
  /** Whether a person acted while an edit was in the queue, which may be in flight and not show it. */
  #hasActed = false
  #draftedRevision = 0
  #shownRevision = 0
  #reposts = 0
  /** Roots that were given up in a row, and from when on an occurrence leads to another one. */
  #givenUp = { count: 0, retryFrom: 0, reason: '' }
  /** The parts of the content that are not posted yet; `undefined` before the thread has content. */
  #unposted: number | undefined
  /** Whether another process keeps the message up to date. */
  #isForeign = false
  /** The metadata that the message had when it was taken over from another process. */
  #expected: Metadata | undefined
  /** Whether the message carries this process's metadata, and still did at its next edit: two may take it over at once. */
  #ownership: 'none' | 'taken' | 'confirmed' = 'none'
  /** To be sent after the root that is in flight. */
  #nextReply: Reply | undefined

  constructor(channel: string, deps: ThreadDeps) {
    this.channel = channel
    this.#deps = deps
  }

  protected abstract buildRoot(context: RootContext): Built | undefined
  /** What the thread starts or continues with. */
  protected abstract buildContent(): readonly ThreadPart[]
  /** A line for each incident that the root is about, for where there is no time for a root. */
  protected abstract summarize(): readonly Line[]

  /** The incidents have something new for the next process. */
  protected abstract markUnsaved(): void

  /** What the root carries for a later process, if anything. */
  protected metadata(): Metadata | undefined {
    return undefined
  }

  /** The post in which an earlier process tried to send the latest alert. */
  protected get tried(): TriedPost {
    return {}
  }

  /** The storm that this is about, if it is one. */
  protected get storm(): Storm | undefined {
    return undefined
  }

  /** Occurrences that no message showed. */
  protected get missed(): number {
    return 0
  }

  /** The alerts of incidents that a message shows. */
  protected nameAlerts(incidents: readonly Incident[]): readonly NamedAlert[] {
    return nameAlerts(incidents)
  }

  /** Another process counts what was inherited. */
  protected leaveInherited(): void {}

  /** Where the root is, for the next process; `undefined` if there is none. */
  get position(): SnapshotRoot | undefined {
    if (this.#root === undefined) return undefined
    const expected = this.#ownership === 'none' ? this.#expected : this.#ownMetadata()
    return {
      ref: this.#root,
      unshown: this.revision - this.#shownRevision,
      isComplete: this.#unposted === 0,
      ...(this.#isForeign && { isForeign: true }),
      ...(expected && { expected }),
    }
  }

  /** The reference of the root; `undefined` if there is none that can be referred to. */
  get root(): string | undefined {
    return this.#root === '' ? undefined : this.#root
  }

  /** Whether replies can be posted. */
  get hasThread(): boolean {
    return this.#root !== undefined && this.#can.threads
  }

  /** Whether notifications can follow the root: in its thread, or as messages that link to it. */
  get #hasReplies(): boolean {
    return this.hasThread || (this.#root !== undefined && this.#can.links === true)
  }

  /** Whether a message shows what this is about. */
  protected get isShown(): boolean {
    return this.#isShown
  }

  /** Whether a root waits or is in flight. */
  protected get isPosting(): boolean {
    return this.#posting !== undefined
  }

  /** Continues with the root that an earlier process posted, if there is one. */
  resume(position: SnapshotRoot | undefined): void {
    if (this.#posting === 'inFlight') return
    this.#isShown = position !== undefined || !this.#can.edits
    if (position === undefined) return
    this.#root = position.ref
    this.#isForeign = position.isForeign === true
    this.#ownership = 'none'
    this.#expected = position.expected
    this.#shownRevision = this.revision - position.unshown
    this.#unposted = 0
    if (position.isComplete === false) this.extend({ isResumed: true })
    this.update()
  }

  /** How many changes the root does not show and could. */
  get unshown(): number {
    return this.#root === undefined || this.#isForeign || this.#editing === 'queued'
      ? 0
      : this.revision - this.#shownRevision
  }

  /** Posts a reply, or a root if there is none or it has no thread. */
  alert(reply: Reply): void {
    if (this.#hasReplies) this.reply(reply)
    // A root that is not rendered yet will show it.
    else if (this.#posting === 'inFlight') this.#nextReply = reply
    else this.#post(reply.priority)
  }

  /** Adds a line, if there is a thread, or if it notifies and can link to the root. */
  reply({ priority, isBroadcast, build, tried, onSent }: Reply): void {
    if (!this.hasThread && !isBroadcast) return
    const draft = (thread: string): Draft | undefined => {
      const built = build()
      return built && { kind: 'post', ...this.#draft(built), thread, isBroadcast }
    }
    const onSettled = ({ status }: Outcome): void => {
      if (status === 'sent') onSent?.()
    }
    this.#push(priority, draft, onSettled, tried)
  }

  /** Adds the content. */
  extend({ isResumed = false }: { readonly isResumed?: boolean } = {}): void {
    if (!this.hasThread) return
    const parts = this.buildContent()
    this.#unposted = (this.#unposted ?? 0) + parts.length
    parts.forEach((part, index) => this.#postPart(part, { index, isResumed }))
  }

  /** Counts one change; costs next to nothing while an edit is scheduled. */
  count(): void {
    if (this.#isShown || this.#posting !== undefined) {
      if (this.#editing !== 'scheduled') this.update()
    } else if (this.#deps.now() >= this.#givenUp.retryFrom) this.#post('new')
  }

  /** Schedules an edit of the root. */
  update(): void {
    if (!this.#can.edits || !this.isLive || this.unshown === 0) return
    this.#editing = 'scheduled'
    this.#deps.edits.add(this)
    this.#deps.onDue()
  }

  /** Edits the root now, if it does not show everything; after a person acted, before other edits. */
  edit({ priority = 'edit' }: { readonly priority?: 'edit' | 'action' } = {}): void {
    if (this.#editing === 'scheduled') this.#editing = undefined
    if (this.#editing === 'queued' && priority === 'action') this.#hasActed = true
    if (!this.#can.edits || this.unshown === 0) return
    this.#editing = 'queued'
    this.#deps.push({
      channel: this.channel,
      priority,
      limited: () => this.#deps.edits.slowDown(this.#deps.now()),
      draft: (notices) => {
        const ref = this.#root
        if (ref === undefined) return undefined
        const expected = this.#expectedMetadata()
        const content = this.#draftRoot({ isNew: false, notices: notices() })
        return content && { kind: 'edit', ref, ...content, ...(expected && { expected }) }
      },
      settle: (outcome) => {
        this.#editing = undefined
        this.shownAt = this.#deps.now()
        if (outcome.status === 'sent') {
          this.#shownRevision = this.#draftedRevision
          this.#ownership = this.#ownership === 'none' ? 'taken' : 'confirmed'
        }
        if (outcome.status === 'repost') {
          if (outcome.isContinued === true) this.leaveInherited()
          this.#repost(outcome)
        }
        if (this.#hasActed) this.edit({ priority: 'action' })
        this.#hasActed = false
        this.update()
      },
    })
  }

  #post(priority: Priority): void {
    if (this.#posting !== undefined) return
    this.#posting = 'queued'
    const before = this.#root
    this.#deps.push({
      channel: this.channel,
      priority,
      ...this.tried,
      summarize: () => this.summarize(),
      draft: (notices) => {
        // Another process may have posted the root meanwhile.
        if (this.#root !== before) return undefined
        this.#posting = 'inFlight'
        const all = [...notices(), ...this.#missedNotices()]
        const content = this.#draftRoot({ isNew: true, notices: all })
        return content && { kind: 'post', ...content, storm: this.storm }
      },
      settle: (outcome) => this.#posted(outcome),
    })
  }

  #draftRoot(context: RootContext): DraftedContent | undefined {
    this.#draftedRevision = this.revision
    const built = this.buildRoot(context)
    const metadata = this.metadata()
    return built && { ...this.#draft(built), ...(metadata && { metadata }) }
  }

  #draft({ notification, names, isList = false }: Built): DraftedContent {
    const named = isList ? names : names.filter(isUnsent)
    return { channel: this.channel, notification, names: this.nameAlerts(named) }
  }

  #posted(outcome: Outcome): void {
    this.#posting = undefined
    const reply = this.#nextReply
    this.#nextReply = undefined
    this.shownAt = this.#deps.now()
    if (outcome.status === 'gaveUp') this.#noteGivenUp(outcome)
    if (outcome.status === 'sent') {
      this.#isShown = true
      this.#isForeign = false
      this.#expected = undefined
      this.#ownership = outcome.isEarlier === true ? 'none' : 'confirmed'
      if (outcome.isEarlier !== true) this.#shownRevision = this.#draftedRevision
      // After too many reposts, that a root is accepted does not mean that its edits are.
      if (this.#reposts <= maxReposts) this.#givenUp = { count: 0, retryFrom: 0, reason: '' }
      if (this.#can.edits || this.#can.threads) this.#root = outcome.ref
      if (!this.#can.threads) this.#unposted = 0
      this.extend()
    }
    if (outcome.status === 'summarized') this.#isShown = !this.#can.edits
    this.#changed()
    // Without threads, this becomes a root of its own.
    if (reply !== undefined) this.alert(reply)
    this.update()
  }

  #noteGivenUp({ reason }: { readonly reason: string }): void {
    const count = this.#givenUp.count + 1
    // The first occurrence after it leads to another root; later ones must not flood a channel that refuses all of them.
    const gapMs = count === 1 ? 0 : Math.min(rootGap.firstMs * 2 ** (count - 2), rootGap.maxMs)
    this.#givenUp = { count, retryFrom: this.#deps.now() + gapMs, reason }
  }

  #missedNotices(): readonly string[] {
    if (this.#givenUp.count === 0 || this.missed === 0) return []
    const { missed } = wordsFor(this.#deps.settings.locale).delivery
    return [missed(showCount(this.missed), this.#givenUp.reason)]
  }

  #postPart(
    part: ThreadPart,
    { index, isResumed }: { readonly index: number; readonly isResumed: boolean },
  ): void {
    const settle = (outcome: Outcome): void => {
      if (outcome.status === 'gaveUp' && outcome.isLeft === true) return
      this.#unposted = Math.max(0, (this.#unposted ?? 0) - 1)
      if (this.#unposted === 0) this.#changed()
    }
    if ('file' in part) {
      const { file } = part
      this.#push(
        'thread',
        (thread) => ({ kind: 'upload', channel: this.channel, thread, file }),
        (outcome) => {
          settle(outcome)
          if (outcome.status === 'gaveUp') this.#refuseFiles(outcome)
        },
      )
      return
    }
    // The next process finds what was posted before this one died.
    const id = part.names.length === 0 ? `${this.#root}#${index}` : undefined
    this.#push(
      'thread',
      (thread) => ({ kind: 'post', ...this.#draft(part), thread, isBroadcast: false }),
      (outcome) => {
        if (outcome.status === 'sent') part.onSent?.()
        settle(outcome)
      },
      { ...(id !== undefined && { id }), ...(isResumed && { unanswered: 1 }) },
    )
  }

  #refuseFiles({ reason, remedy }: GaveUp): void {
    const { destination, files, settings } = this.#deps
    if (files.areRefused) return
    const code = reason.replace(/^no file: /, '')
    files.areRefused = code !== unansweredFile
    const refusal = { destination: destination.name, reason: code, remedy }
    const notification = buildFileRefusal(refusal, settings)
    this.reply({
      priority: 'thread',
      isBroadcast: false,
      build: () => ({ notification, names: [] }),
    })
  }

  /** What the message must carry still: another process may have continued it. */
  #expectedMetadata(): Metadata | undefined {
    if (this.#ownership === 'none') {
      const { owner = '' } = this.#expected ?? {}
      // The answer to an edit may have been lost.
      return this.#expected && { ...this.#expected, owner: `${owner} ${this.#deps.self}` }
    }
    const isStale = this.#deps.now() - this.shownAt > checkAfterMs
    return isStale || this.#ownership === 'taken' ? this.#ownMetadata() : undefined
  }

  #ownMetadata(): Metadata | undefined {
    return this.metadata() && { owner: this.#deps.self }
  }

  #changed(): void {
    this.markUnsaved()
    this.#deps.onChanged()
  }

  get #can(): Capabilities {
    return this.#deps.destination.can
  }

  #push(
    priority: Priority,
    draft: (root: string) => Draft | undefined,
    onSettled?: (outcome: Outcome) => void,
    given: TriedPost = {},
  ): void {
    const root = this.#root
    if (root === undefined || !this.#hasReplies) return
    this.#deps.push({
      ...given,
      channel: this.channel,
      priority,
      draft: () => draft(root),
      settle: (outcome) => {
        // Of several refused replies to one root, only the first leads to a new root.
        if (outcome.status === 'repost' && root === this.#root) this.#repost(outcome)
        onSettled?.(outcome)
      },
    })
  }

  #repost(outcome: { readonly reason: string }): void {
    this.#root = undefined
    this.#isShown = false
    this.#unposted = undefined
    this.#reposts += 1
    if (this.#reposts <= maxReposts) this.#post('new')
    else this.#noteGivenUp(outcome)
  }
}
