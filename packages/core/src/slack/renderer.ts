import type { Detail } from '../delivery/destination.ts'
import type { LogEvent } from '../event/log-event.ts'
import type { Notification } from '../notification/notification.ts'
import { renderReport } from './blocks/report.ts'
import { renderPlainRoot, renderRoot } from './blocks/root.ts'
import { renderList, renderStorm } from './blocks/storm.ts'
import { renderDetails, renderNotice, renderState } from './blocks/thread.ts'
import { isSlackMessage, type SlackMessage, type SlackProfile } from './message.ts'

/** How messages are rendered. */
export interface SlackRendererOptions {
  readonly profile: SlackProfile
  /** Where links to messages lead, as in `'https://slack.com'`; `undefined` where messages have no references. */
  readonly origin?: string | undefined
  /** The user's hook. */
  readonly formatter: ((message: SlackMessage, event: LogEvent) => SlackMessage | false) | undefined
  /** Called when the hook throws or returns something else; the message is sent as it was. */
  readonly onFormatterError: (error: unknown) => void
}

/** Renders notifications as Slack messages. */
export type SlackRenderer = (notification: Notification, detail: Detail) => SlackMessage | undefined

export function createSlackRenderer({
  profile,
  origin,
  formatter,
  onFormatterError,
}: SlackRendererOptions): SlackRenderer {
  return (notification, detail) => {
    const message = render(notification, detail, { profile, origin })
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

function render(
  notification: Notification,
  detail: Detail,
  { profile, origin }: Pick<SlackRendererOptions, 'profile' | 'origin'>,
): SlackMessage {
  const plainOrDetail = profile === 'plain' ? 'text' : detail
  switch (notification.kind) {
    case 'root':
      return profile === 'plain' ? renderPlainRoot(notification) : renderRoot(notification, detail)
    case 'state':
      return renderState(notification, detail)
    case 'details':
      return renderDetails(notification, detail)
    case 'storm':
      return renderStorm(notification, plainOrDetail, origin)
    case 'list':
      return renderList(notification, plainOrDetail)
    case 'notice':
      return renderNotice(notification, plainOrDetail, origin)
    case 'report':
      return renderReport(notification, plainOrDetail, origin)
  }
}
