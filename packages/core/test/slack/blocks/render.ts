import type { Detail } from '../../../src/delivery/destination.ts'
import type { Notification } from '../../../src/notification/notification.ts'
import type { SlackMessage, SlackProfile } from '../../../src/slack/message.ts'
import { createSlackRenderer } from '../../../src/slack/renderer.ts'

/** How a notification is rendered. */
export interface Rendering {
  /** @default 'full' */
  readonly detail?: Detail
  /** @default 'blocks' */
  readonly profile?: SlackProfile
  /** Where links to messages lead. @default no links */
  readonly origin?: string
}

/** The message of a notification, as a sink without a formatter sends it. */
export function render(
  notification: Notification,
  { detail = 'full', profile = 'blocks', origin }: Rendering = {},
): SlackMessage {
  const hooks = { formatter: undefined, onFormatterError: fail }
  const renderer = createSlackRenderer({ profile, origin, ...hooks })
  return renderer(notification, detail) ?? fail(new Error('Nothing was rendered'))
}

function fail(error: unknown): never {
  throw error
}
