import type { SinkEnvironment } from '../environment.ts'
import type { HttpRequest, HttpResult } from '../http.ts'
import type { IncidentAction } from '../incident/actions/action.ts'
import type { Metadata } from '../incident/metadata.ts'
import type { Notification, TextFile, TextLimits } from '../notification/notification.ts'

/**
 * Where notifications go. Nothing here rejects: every failure is a value with one case per reaction.
 *
 * @typeParam Message What the destination sends, as its `render` returns it.
 */
export interface Destination<Message = unknown> {
  /** As in `'Slack'`, for texts about delivery. */
  readonly name: string
  /**
   * The address that messages are sent to, without credentials. Processes with another address share neither a journal nor a fleet,
   * and where `NODE_ENV` is `test` or `development`, messages are sent to loopback only, as with Slack.
   *
   * @default none: messages are sent in tests, too
   */
  readonly address?: string
  /** Why there is nowhere to send to, as in `'DISCORD_WEBHOOK_URL is not set'`: the sink then keeps nothing of a record. */
  readonly unset?: string
  /** Credentials, which no message and no line on stderr may contain. */
  readonly secrets?: readonly string[]
  readonly can: Capabilities
  /** How many new messages a channel takes: a burst, then one every `everyMs`. */
  readonly pace: { readonly burst: number; readonly everyMs: number }
  readonly limits: TextLimits
  /**
   * Called once, before anything else, with what requests are made with: the sink's clock, and the `fetch` of its options, or one
   * through its `proxy`, if it has either.
   */
  connect?(environment: Pick<SinkEnvironment, 'clock' | 'fetch'>): void
  /**
   * Renders a notification for sending. Called right before each attempt, since the content changes while a message waits.
   *
   * @param detail how much of the design to use: what the destination refused is rendered simpler
   * @returns `undefined` to skip the message
   */
  render(notification: Notification, detail: Detail): Message | undefined
  send(request: SendRequest<Message>, options: SendOptions): Promise<SendResult>
  /**
   * Looks up a post that may have been accepted, so that it is not posted twice. Changes nothing. Without it, `probe` is called
   * before such a post is repeated.
   */
  find?(post: PostedAs, options: SendOptions): Promise<FindResult>
  /** Reads messages of earlier processes that carry metadata. An empty list where that is not possible. */
  recall?(channel: string, options: RecallOptions): Promise<readonly Recalled[]>
  /** The address of a message, for people. */
  urlOf?(ref: string): string | undefined
  /** Checks whether requests are answered. Changes nothing. */
  probe?(options: SendOptions): Promise<ProbeResult>
  /** How people act on problems through its messages. Left out where they cannot. */
  readonly actions?: ActionsPort
  /** Loads what the first request needs, while nothing more urgent runs. */
  warmUp?(): void
  /** Sends while the process exits. Left out where that is not possible. */
  readonly exit?: SyncSender<Message> | undefined
}

/** What a destination supports. */
export interface Capabilities {
  /** Whether messages can be edited: an incident then keeps one message up to date. */
  readonly edits: boolean
  readonly threads: boolean
  /**
   * Where there are edits and no threads: whether a message can link to its root. A notification is then a short message with
   * `thread`, and not a new root; what a thread would have in addition is left out.
   */
  readonly links?: boolean
  /**
   * Whether the channel of a post says where it goes; else routes have none of their own.
   *
   * @default true
   */
  readonly channels?: boolean
  /** Whether a thread takes files. */
  readonly files: boolean
}

/** How much of the design a rendering uses. */
export type Detail = 'full' | 'minimal' | 'text'

/** One request to a destination. */
export type SendRequest<Message = unknown> = Post<Message> | Edit<Message> | Upload

/** A new message: a root, or with `thread` a reply. */
export interface Post<Message = unknown> {
  readonly kind: 'post'
  /** The channel as the options name it. */
  readonly channel: string
  readonly message: Message
  /** The reference of the root, for a reply, or for a message that links to it. */
  readonly thread?: string
  /** Whether a reply is shown in the channel too. */
  readonly isBroadcast?: boolean
  /** Identifies the post, so that it is found when its answer was lost. */
  readonly id?: string
  /** Data for later processes, which the message carries and does not show. */
  readonly metadata?: Metadata
}

/** New content for a message. */
export interface Edit<Message = unknown> {
  readonly kind: 'edit'
  readonly channel: string
  /** The reference of the message. */
  readonly ref: string
  readonly message: Message
  /** Replaces the metadata; left out, it stays as it is. */
  readonly metadata?: Metadata
  /**
   * What the message's metadata must still contain, or another process has taken the message over: the result is `repost` then.
   * Its `owner` may be several, separated by spaces, this process last. Ignored where metadata cannot be read.
   */
  readonly expected?: Metadata
}

/** A file for a thread. */
export interface Upload {
  readonly kind: 'upload'
  readonly channel: string
  /** The reference of the root. */
  readonly thread: string
  readonly file: TextFile
}

/** The result of one request, with one case per reaction. */
export type SendResult =
  /** Delivered. `ref` refers to the message in later requests; empty where messages cannot be referred to. */
  { readonly status: 'sent'; readonly ref: string } | Failure

/** A request that was not delivered. */
export type Failure =
  /** Rate-limited: try again after this time. */
  | { readonly status: 'wait'; readonly reason: string; readonly afterMs: number }
  /** Try again with backoff. */
  | { readonly status: 'retry'; readonly reason: string; readonly accepted: Accepted }
  /** This rendering is refused: send a simpler one. */
  | { readonly status: 'degrade'; readonly reason: string }
  /** The edit or the thread is refused for good: post a new root. `isContinued` if another process keeps this one up to date. */
  | { readonly status: 'repost'; readonly reason: string; readonly isContinued?: boolean }
  /** This message is refused in any rendering; others are not affected. */
  | { readonly status: 'refused'; readonly reason: string; readonly remedy?: FileRemedy }
  /** The channel takes no messages until somebody changes its settings. */
  | { readonly status: 'stopChannel'; readonly reason: string }
  /** The destination takes no messages until a probe succeeds. */
  | { readonly status: 'stopDestination'; readonly reason: string }

/** Whether the answer to a request is the failure of it. */
export function isFailure(answer: unknown): answer is Failure {
  return typeof answer === 'object' && answer !== null && 'status' in answer && 'reason' in answer
}

/**
 * Whether a failed request may have been accepted all the same: `no` if it was never sent or was rejected, `unknown` after anything
 * else, as a server error, a broken connection or a time-out.
 */
export type Accepted = 'no' | 'unknown'

/** What a person can do so that files are accepted: grant the permission, add the app to the channel, or enable files. */
export type FileRemedy = 'permission' | 'membership' | 'disabled'

/** A post to look up. */
export interface PostedAs {
  readonly channel: string
  readonly thread?: string
  readonly id: string
  /**
   * Whether it may be older than the latest messages.
   *
   * @default false
   */
  readonly isOfAnyAge?: boolean
}

/** Whether a post was accepted; `unknown` if the destination works again but cannot look it up: the post is repeated once. */
export type FindResult =
  | { readonly status: 'found'; readonly ref: string }
  | { readonly status: 'absent' | 'unknown' }
  | Failure

/** Whether the destination answers. */
export type ProbeResult = { readonly status: 'answers' } | Failure

/** A message that carries metadata. */
export interface Recalled {
  readonly ref: string
  readonly metadata: Metadata
}

/** How people act on problems, and who they are. As everywhere in a destination, nothing here rejects. */
export interface ActionsPort {
  /**
   * Reads how people marked messages of one channel.
   *
   * @returns those of them that are among the channel's latest messages
   */
  readMarks(
    refs: readonly [string, ...string[]],
    options: SendOptions,
  ): Promise<readonly MarkedMessage[] | Failure>
  /** Reads what people replied in a thread, oldest first. */
  readReplies(
    thread: string,
    options: SendOptions & {
      /** The position of the last reply that was read. */
      readonly after: string | undefined
    },
  ): Promise<readonly PersonReply[] | Failure>
  /** @returns what is known about a person; `undefined` where the destination does not say */
  person(user: string, options: SendOptions): Promise<Person | undefined | Failure>
  /** The members of a group. */
  members(group: string, options: SendOptions): Promise<readonly string[] | Failure>
  /** Takes the buttons out of a message that is kept up to date no longer. */
  removeButtons(ref: string, options: SendOptions): Promise<Failure | undefined>
  /** Answers the person who acted, and nobody else. */
  answer(responseUrl: string, text: string, options: SendOptions): Promise<Failure | undefined>
  /** Opens the connection over which actions arrive, until its end. Left out without a way in. */
  connect?(receiver: ActionReceiver): ActionConnection
}

/** A message that people may have marked. */
export interface MarkedMessage {
  readonly ref: string
  readonly marks: readonly Mark[]
  /** The position of the latest reply in its thread, if people may have replied. */
  readonly lastReply: string | undefined
}

/** Marks of one kind. */
export interface Mark {
  readonly kind: MarkKind
  readonly users: readonly string[]
  /** Whether `users` are all of them. */
  readonly isComplete: boolean
}

export type MarkKind = 'resolve' | 'take' | 'mute'

/** A person's reply in a thread. */
export interface PersonReply {
  /** Its position in the thread. */
  readonly position: string
  /** In milliseconds since 1970. */
  readonly at: number
  readonly user: string
  readonly text: string
}

/** What decides whether somebody may act. */
export interface Person {
  readonly name: string | undefined
  readonly isBot: boolean
  /** A guest, or somebody of another workspace. */
  readonly isGuest: boolean
}

/** What a connection calls. */
export interface ActionReceiver {
  /** Called once for each action. */
  onAction(action: IncidentAction): void
  /** Marks have changed somewhere. */
  onMarked(): void
  /** The connection failed; called once for each reason. */
  onTrouble(reason: string): void
}

/** A connection over which actions arrive. */
export interface ActionConnection {
  /** Whether the destination refuses such connections: no actions will arrive. */
  readonly isRefused: boolean
  end(): void
}

/** What a request needs beside its content. */
export interface SendOptions {
  /** Fires when the time for the request is over, or the sink closes. A result that comes later is ignored. */
  readonly signal: AbortSignal
  /** To be called when the request reaches the network: nobody can have accepted it before. Only the exit flush needs it. */
  readonly onTransmit?: () => void
}

/** From when on to read, in milliseconds since 1970. */
export interface RecallOptions extends SendOptions {
  readonly since: number
}

/** Sends with blocking calls, for the exit flush. */
export interface SyncSender<Message = unknown> {
  /** Looks up what `find` needs for a channel, in time that has to pass anyway. */
  prepare?(channel: string, call: SyncCall): void
  /** @returns `undefined` for a request that takes more than one call */
  send(request: SendRequest<Message>, call: SyncCall): SendResult | undefined
  find?(post: PostedAs, call: SyncCall): FindResult
  /** As {@link Destination.recall}. */
  recall?(channel: string, since: number, call: SyncCall): readonly Recalled[]
  /** Checks whether requests are answered, where a post cannot be looked up. */
  probe?(call: SyncCall): ProbeResult
}

/** Makes an HTTP request and blocks until it is answered. */
export type SyncCall = (request: HttpRequest) => HttpResult
