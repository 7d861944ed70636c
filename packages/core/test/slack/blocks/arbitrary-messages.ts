import { constantFrom, record } from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { SlackMessage } from '../../../src/slack/message.ts'
import { anyNotifications } from '../../notification/arbitrary-notifications.ts'
import { render } from './render.ts'

/** A way to render a message. */
const anyRendering = record({
  detail: constantFrom('full', 'minimal', 'text'),
  profile: constantFrom('blocks', 'plain'),
})

/** The messages of all kinds of notifications, for what strangers logged, in one of the ways to render them. */
export const anyMessages: Arbitrary<readonly SlackMessage[]> = record({
  notifications: anyNotifications,
  rendering: anyRendering,
}).map(({ notifications, rendering }) =>
  notifications.map((notification) => render(notification, rendering)),
)
