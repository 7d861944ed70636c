import type { AnyBlock, MessageAttachment } from '@slack/types'
import type { Detail } from '../delivery/destination.ts'
import type { LogEvent } from '../event/log-event.ts'
import type { Notification } from '../notification/notification.ts'
import { renderPlainRoot, renderRoot } from './blocks/root.ts'
import { renderList, renderStorm } from './blocks/storm.ts'
import { renderDetails, renderNotice, renderState } from './blocks/thread.ts'
import { maxAttachments, maxBlocks } from './limits.ts'

/** How messages are rendered. */
export interface SlackRendererOptions {
  readonly profile: SlackProfile
  /** The user's hook. */
  readonly formatter: ((message: SlackMessage, event: LogEvent) => SlackMessage | false) | undefined
  /** Called when the hook throws or returns something else; the message is sent as it was. */
  readonly onFormatterError: (error: unknown) => void
}

/** Renders notifications as Slack messages. */
export type SlackRenderer = (notification: Notification, detail: Detail) => SlackMessage | undefined

export function createSlackRenderer({
  profile,
  formatter,
  onFormatterError,
}: SlackRendererOptions): SlackRenderer {
  return (notification, detail) => {
    const message = render(notification, detail, profile)
    // The formatter may be why Slack refused the full message.
    if (notification.kind !== 'root' || formatter === undefined || detail !== 'full') return message
    try {
      const formatted: unknown = formatter(message, notification.event)
      if (formatted === false) return undefined
      if (isSlackMessage(formatted)) return formatted
      onFormatterError(new TypeError('Expected `formatter` to return a message or false'))
    } catch (error) {
      onFormatterError(error)
    }
    return message
  }
}

function render(notification: Notification, detail: Detail, profile: SlackProfile): SlackMessage {
  const plainOrDetail = profile === 'plain' ? 'text' : detail
  switch (notification.kind) {
    case 'root':
      return profile === 'plain' ? renderPlainRoot(notification) : renderRoot(notification, detail)
    case 'state':
      return renderState(notification, detail)
    case 'details':
      return renderDetails(notification, detail)
    case 'storm':
      return renderStorm(notification, plainOrDetail)
    case 'list':
      return renderList(notification, plainOrDetail)
    case 'notice':
      return renderNotice(notification, plainOrDetail)
  }
}

/** A message as `chat.postMessage`, `chat.update` and incoming webhooks take it. */
export interface SlackMessage {
  /** The notification, and what screen readers read; escaped mrkdwn. */
  readonly text: string
  readonly blocks?: readonly SlackBlock[]
  readonly attachments?: readonly SlackAttachment[]
}

/** A Block Kit block. */
export type SlackBlock = AnyBlock

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
