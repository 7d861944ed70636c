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
}

/** The message of a notification, as a sink without a formatter sends it. */
export function render(
  notification: Notification,
  { detail = 'full', profile = 'blocks' }: Rendering = {},
): SlackMessage {
  const renderer = createSlackRenderer({ profile, formatter: undefined, onFormatterError: fail })
  return renderer(notification, detail) ?? fail(new Error('Nothing was rendered'))
}

function fail(error: unknown): never {
  throw error
}
