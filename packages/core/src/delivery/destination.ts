import type { Facts } from '../incident/snapshot.ts'
import type { HttpAnswer, HttpCall } from '../slack/http-call.ts'
import type { SlackFile, SlackMessage } from '../slack/message.ts'

/** One thing to do in Slack. */
export type SendRequest = PostRequest | EditRequest | UploadRequest

/** A new message: a root, or with `threadTs` a reply. */
export interface PostRequest {
  readonly kind: 'post'
  readonly channel: string
  readonly message: SlackMessage
  /** The `ts` of the root, for a reply. */
  readonly threadTs?: string
  /** Whether a reply is shown in the channel too. */
  readonly isBroadcast?: boolean
  /** By which the message is found again when its answer was lost. */
  readonly id?: string
  /** What the message carries besides what it shows. */
  readonly facts?: Facts
}

/** A message said anew. */
export interface EditRequest {
  readonly kind: 'edit'
  readonly channel: string
  readonly ts: string
  readonly message: SlackMessage
  /** What the message carries from now on; what it carried before, if left out. */
  readonly facts?: Facts
}

/** A file for a thread. */
export interface UploadRequest {
  readonly kind: 'upload'
  readonly channel: string
  readonly threadTs: string
  readonly file: SlackFile
}

/** What a delivery goes to. Nothing here rejects: every failure is a value. */
export interface Destination {
  /** Whether messages have threads and can be edited. */
  readonly hasThreads: boolean
  send(request: SendRequest, options: SendOptions): Promise<SendResult>
  /** Looks for a post whose answer was lost, so that it is not posted twice. Changes nothing in Slack. */
  find(request: PostRequest, options: SendOptions): Promise<FindResult>
  /** Looks for messages of earlier processes. Where it may not, there are none. */
  recall(channel: string, options: RecallOptions): Promise<readonly Recalled[]>
  /** Asks whether requests are answered. Changes nothing in Slack. */
  probe(options: SendOptions): Promise<ProbeResult>
  /** Gets ready to send what may come, in the pauses of whatever else the process does. */
  warmUp(): void
  /** For a process that ends; `undefined` where nothing can be sent any more then. */
  readonly lastWords: LastWords | undefined
}

/** As a destination, for where nothing but blocking calls is left. */
export interface LastWords {
  /** Learns what `find` will need for a channel, in a time that has to pass anyway. */
  prepare(channel: string, call: BlockingCall): void
  /** `undefined` for what takes more than one call. */
  send(request: SendRequest, call: BlockingCall): SendResult | undefined
  find(request: PostRequest, call: BlockingCall): FindResult
}

/** Calls, and blocks until there is an answer. */
export type BlockingCall = (call: HttpCall) => HttpAnswer | Failure

/** Whether a post arrived; `unknown` if that cannot be told, though Slack answers. */
export type FindResult =
  | { readonly status: 'found'; readonly ts: string; readonly channel: string }
  | { readonly status: 'absent' | 'unknown' }
  | Failure

/** Whether Slack answers. */
export type ProbeResult = { readonly status: 'answers' } | Failure

/** A message that carries facts. */
export interface Recalled {
  readonly ts: string
  readonly channel: string
  readonly facts: Facts
}

/** From when on, in milliseconds since 1970. */
export interface RecallOptions extends SendOptions {
  readonly since: number
}

/** How long to try. */
export interface SendOptions {
  /** After this the request counts as unanswered, in milliseconds. */
  readonly timeoutMs: number
  /** Ends the request early. */
  readonly signal: AbortSignal
}

/** What became of one request, with one case per reaction. */
export type SendResult =
  /** Slack has it. `ts` is empty for a webhook, which tells none. */
  { readonly status: 'sent'; readonly ts: string; readonly channel: string } | Failure

/** A request that was no success. */
export type Failure =
  /** Slack said when to come back. */
  | { readonly status: 'wait'; readonly reason: string; readonly afterMs: number }
  /** Try again with backoff. */
  | { readonly status: 'retry'; readonly reason: string; readonly arrived: Arrived }
  /** Slack refuses this rendering: send a simpler one. */
  | { readonly status: 'degrade'; readonly reason: string }
  /** The edit or the thread is refused for good: post anew. */
  | { readonly status: 'repost'; readonly reason: string }
  /** Slack refuses this one however it is rendered; others are not affected. */
  | { readonly status: 'refused'; readonly reason: string }
  /** Nothing more to this channel until somebody changed it. */
  | { readonly status: 'stopChannel'; readonly reason: string }
  /** Nothing more to this destination until a probe passes. */
  | { readonly status: 'stopDestination'; readonly reason: string }

/**
 * Whether Slack may have a request that failed: `no` if none was sent or Slack took none, `unlikely` if Slack answered that it
 * failed, `unknown` if there was no answer that can be read.
 */
export type Arrived = 'no' | 'unlikely' | 'unknown'
