import type { SlackFile, SlackMessage } from '../message/slack-message.ts'
import type { SendResult } from './send-result.ts'

/** One thing to do in Slack. */
export type SendRequest =
  | {
      readonly kind: 'post'
      readonly channel: string
      readonly message: SlackMessage
      /** The `ts` of the root, for a reply. */
      readonly threadTs?: string
      /** Whether a reply is shown in the channel too. */
      readonly isBroadcast?: boolean
    }
  | {
      readonly kind: 'edit'
      readonly channel: string
      readonly ts: string
      readonly message: SlackMessage
    }
  | {
      readonly kind: 'upload'
      readonly channel: string
      readonly threadTs: string
      readonly file: SlackFile
    }

/** What a delivery goes to. */
export interface Destination {
  /** Whether messages have threads and can be edited. */
  readonly hasThreads: boolean
  /** Never rejects: every failure is a {@link SendResult}. */
  send(request: SendRequest, options: SendOptions): Promise<SendResult>
}

/** How long to try. */
export interface SendOptions {
  /** After this the request counts as unanswered, in milliseconds. */
  readonly timeoutMs: number
  /** Ends the request early. */
  readonly signal: AbortSignal
}
