import type { AnyBlock, MessageAttachment } from '@slack/types'
import { maxAttachments, maxBlocks } from './limits.ts'

/** A message as `chat.postMessage`, `chat.update` and incoming webhooks take it. */
export interface SlackMessage {
  /** The notification, and what screen readers read; escaped mrkdwn. */
  readonly text: string
  readonly blocks?: readonly SlackBlock[]
  readonly attachments?: readonly SlackAttachment[]
}

/** A Block Kit block. */
export type SlackBlock = AnyBlock | ChartBlock

/**
 * A chart, which not every workspace has yet.
 *
 * @see https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
 */
export interface ChartBlock {
  readonly type: 'data_visualization'
  readonly title: string
  readonly chart: {
    readonly type: 'bar'
    readonly series: readonly {
      readonly name: string
      readonly data: readonly { readonly label: string; readonly value: number }[]
    }[]
    readonly axis_config: { readonly categories: readonly string[] }
  }
}

/** A legacy attachment: the only thing in Slack with a color bar, and all that Slack-compatible webhooks know. */
export interface SlackAttachment extends Omit<MessageAttachment, 'ts'> {
  /** Seconds since 1970, or the timestamp of a message. */
  ts?: number | string
}

/**
 * What the receiver supports: `blocks` is Block Kit, `plain` (webhooks of other chats that take Slack's format) is text and
 * attachments.
 */
export type SlackProfile = 'blocks' | 'plain'

/** Whether a value that a user's formatter returned is a message that Slack takes. */
export function isSlackMessage(value: unknown): value is SlackMessage {
  if (!isObject(value) || typeof value['text'] !== 'string') return false
  const { text, blocks, attachments } = value
  if (blocks !== undefined && !isList(blocks, maxBlocks, isBlock)) return false
  if (attachments !== undefined && !isList(attachments, maxAttachments, isObject)) return false
  return (text !== '' || hasItems(blocks) || hasItems(attachments)) && isSendable(value)
}

/** @slack/web-api throws on a lone surrogate before it sends anything. */
function isSendable(message: Readonly<Record<string, unknown>>): boolean {
  try {
    return !/\p{Surrogate}/u.test(String(message['text'])) && JSON.stringify(message) !== undefined
  } catch {
    // A cycle or a BigInt.
    return false
  }
}

function isBlock(value: unknown): boolean {
  return isObject(value) && typeof value['type'] === 'string' && value['type'] !== ''
}

function isList(value: unknown, max: number, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length <= max && value.every(isItem)
}

function hasItems(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
