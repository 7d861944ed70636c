import type { Metadata, SnapshotRoot } from '../incident/snapshot.ts'
import type {
  ListedProblem,
  Notification,
  NotificationSettings,
  ThreadContent,
} from '../notification/notification.ts'
import { buildFileRefusal } from '../notification/notices.ts'
import { unansweredFile } from './attempt.ts'
import type { Delivery, Draft, GaveUp, Outcome, Priority } from './channel-queue.ts'
import type { Capabilities, Destination } from './destination.ts'
import type { EditSchedule } from './edit-schedule.ts'

/** What a root depends on beside what it is about. */
export interface RootContext {
  /** Whether it is a new message, which notifies people, and not an edit. */
  readonly isNew: boolean
  /** What the reader must know about earlier messages. */
  readonly notices: readonly string[]
}

export interface ThreadDeps {
  readonly destination: Pick<Destination, 'name' | 'can' | 'limits'>
  readonly settings: NotificationSettings
  readonly edits: EditSchedule
  /** In milliseconds since 1970. */
  readonly now: () => number
  /** What the wall clock showed at a time of the sink. */
  readonly toWall: (time: number) => number
  readonly push: (delivery: Delivery) => void
  /** Called when a root was posted. */
  readonly onPosted: () => void
  /** Called when something became due earlier. */
  readonly onDue: () => void
  /** After a file was refused, threads get trimmed parts only. */
  readonly files: { areRefused: boolean }
}

/** A line in the thread. */
export interface Reply {
  readonly priority: Priority
  /** Whether the channel sees it too. */
  readonly isBroadcast: boolean
  readonly build: () => Notification | undefined
}

/** A refused edit or reply leads to a new root, but only so often where a channel refuses all of them. */
const maxReposts = 2

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
  #posting: 'queued' | 'inFlight' | undefined
  #editing: 'scheduled' | 'queued' | undefined
  #shownRevision = 0
  #reposts = 0
  /** To be sent after the root that is in flight. */
  #nextReply: Reply | undefined

  constructor(channel: string, deps: ThreadDeps) {
    this.channel = channel
    this.#deps = deps
  }

  protected abstract buildRoot(context: RootContext): Notification | undefined
  /** What the thread starts or continues with. */
  protected abstract buildContent(): ThreadContent
  /** The fingerprints of the incidents that the root shows. */
  protected abstract fingerprints(): readonly string[]
  /** One line, for where there is no time for a root. */
  protected abstract summarize(): ListedProblem

  /** What the root carries for a later process, if anything. */
  protected metadata(): Metadata | undefined {
    return undefined
  }

  /** The reference of the root; `undefined` if there is none. */
  get root(): string | undefined {
    return this.#root
  }

  /** Whether replies can be posted. */
  get hasThread(): boolean {
    return this.#root !== undefined && this.#can.threads
  }

  /** Continues with a root that an earlier process posted. */
  resume({ ref, unshown }: SnapshotRoot): void {
    this.#root = ref
    this.#shownRevision = this.revision - unshown
    this.update()
  }

  /** How many changes the root does not show and could. */
  get unshown(): number {
    return this.#root === undefined || this.#editing === 'queued'
      ? 0
      : this.revision - this.#shownRevision
  }

  /** Posts a reply, or a root if there is none or it has no thread. */
  alert(reply: Reply): void {
    if (this.hasThread) this.reply(reply)
    // A root that is not rendered yet will show it.
    else if (this.#posting === 'inFlight') this.#nextReply = reply
    else this.#post(reply.priority)
  }

  /** Adds a line, if there is a thread. */
  reply({ priority, isBroadcast, build }: Reply): void {
    this.#push(priority, (thread) => {
      const notification = build()
      const { channel } = this
      return notification && { kind: 'post', channel, thread, isBroadcast, notification }
    })
  }

  /** Adds the content. */
  extend(): void {
    if (!this.hasThread) return
    const { messages, file } = this.buildContent()
    for (const message of messages) this.#replyWith(message)
    if (file === undefined) return
    this.#push(
      'thread',
      (thread) => ({ kind: 'upload', channel: this.channel, thread, file }),
      (outcome) => this.#refuseFiles(outcome),
    )
  }

  #refuseFiles({ reason, remedy }: GaveUp): void {
    const { destination, files, settings } = this.#deps
    if (files.areRefused) return
    // The failure's reason may start with what was refused.
    const code = reason.slice(reason.lastIndexOf(' ') + 1)
    files.areRefused = code !== unansweredFile
    const refusal = { destination: destination.name, reason: code, remedy }
    this.#replyWith(buildFileRefusal(refusal, settings))
  }

  /** Counts one change; costs next to nothing while an edit is scheduled. */
  count(): void {
    if (this.#editing !== 'scheduled') this.update()
  }

  /** Schedules an edit of the root. */
  update(): void {
    if (!this.#can.edits || !this.isLive || this.unshown === 0) return
    this.#editing = 'scheduled'
    this.#deps.edits.add(this)
    this.#deps.onDue()
  }

  /** Edits the root now, if it does not show everything. */
  edit(): void {
    if (this.#editing === 'scheduled') this.#editing = undefined
    if (!this.#can.edits || this.unshown === 0) return
    this.#editing = 'queued'
    const { channel } = this
    this.#deps.push({
      channel,
      priority: 'edit',
      limited: () => this.#deps.edits.slowDown(this.#deps.now()),
      draft: (notices) => {
        const ref = this.#root
        if (ref === undefined) return undefined
        const content = this.#draftRoot({ isNew: false, notices: notices() })
        return content && { kind: 'edit', channel, ref, ...content }
      },
      settle: (outcome) => {
        this.#editing = undefined
        this.shownAt = this.#deps.now()
        if (outcome.status === 'repost') this.#repost()
        this.update()
      },
    })
  }

  #post(priority: Priority): void {
    if (this.#posting !== undefined) return
    this.#posting = 'queued'
    const { channel } = this
    this.#deps.push({
      channel,
      priority,
      fingerprints: () => this.fingerprints(),
      summarize: () => this.summarize(),
      draft: (notices) => {
        this.#posting = 'inFlight'
        const content = this.#draftRoot({ isNew: true, notices: notices() })
        return content && { kind: 'post', channel, ...content }
      },
      settle: (outcome) => this.#posted(outcome),
    })
  }

  #draftRoot(
    context: RootContext,
  ): { readonly notification: Notification; readonly metadata?: Metadata } | undefined {
    this.#shownRevision = this.revision
    const notification = this.buildRoot(context)
    const metadata = this.metadata()
    return notification && { notification, ...(metadata && { metadata }) }
  }

  #posted(outcome: Outcome): void {
    this.#posting = undefined
    const reply = this.#nextReply
    this.#nextReply = undefined
    this.shownAt = this.#deps.now()
    if (outcome.status === 'sent' && (this.#can.edits || this.#can.threads)) {
      this.#root = outcome.ref
      this.#deps.onPosted()
      this.extend()
    }
    // Without threads, this becomes a root of its own.
    if (reply !== undefined) this.alert(reply)
    this.update()
  }

  get #can(): Capabilities {
    return this.#deps.destination.can
  }

  #replyWith(notification: Notification): void {
    this.reply({ priority: 'thread', isBroadcast: false, build: () => notification })
  }

  #push(
    priority: Priority,
    draft: (root: string) => Draft | undefined,
    onGaveUp?: (outcome: GaveUp) => void,
  ): void {
    const root = this.#root
    if (root === undefined || !this.hasThread) return
    this.#deps.push({
      channel: this.channel,
      priority,
      draft: () => draft(root),
      settle: (outcome) => {
        // Of several refused replies to one root, only the first leads to a new root.
        if (outcome.status === 'repost' && root === this.#root) this.#repost()
        if (outcome.status === 'gaveUp') onGaveUp?.(outcome)
      },
    })
  }

  #repost(): void {
    this.#root = undefined
    this.#reposts += 1
    if (this.#reposts <= maxReposts) this.#post('new')
  }
}
