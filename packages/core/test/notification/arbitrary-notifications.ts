import { array, boolean, constantFrom, nat, option, record, subarray } from 'fast-check'
import type { Arbitrary } from 'fast-check'
import {
  adoptedNotice,
  buildFileRefusal,
  buildLossesNotice,
} from '../../src/notification/notices.ts'
import type { Mention, Notification } from '../../src/notification/notification.ts'
import { buildRoot } from '../../src/notification/root.ts'
import { buildState } from '../../src/notification/state.ts'
import { buildList, buildStorm, buildStormThread } from '../../src/notification/storm.ts'
import { buildThread } from '../../src/notification/thread.ts'
import { textLimits } from '../../src/slack/limits.ts'
import { anyEvent, anySettings, anyStorm, anyView } from './arbitrary-views.ts'

/** What a route may name. */
export const routeMentions: readonly Mention[] = [
  { kind: 'user', id: 'U0ROUTE' },
  { kind: 'group', id: 'S0ROUTE' },
  { kind: 'here' },
]

const longestTarget = { owner: 'f'.repeat(32), key: 'k'.repeat(64) }

/** All kinds of notifications, for what strangers logged. */
export const anyNotifications: Arbitrary<readonly Notification[]> = record({
  view: anyView,
  storm: anyStorm,
  settings: anySettings,
  notices: array(constantFrom('3 deliveries failed <!channel>', 'x'.repeat(4000)), {
    maxLength: 5,
  }),
  mentions: subarray([...routeMentions]),
  breadcrumbs: array(anyEvent, { maxLength: 3 }),
  files: boolean(),
  isInline: boolean(),
  offering: option(
    boolean().map((isTaken) => ({ actions: { target: longestTarget, isTaken } })),
    { nil: {} },
  ),
  isBroadcast: boolean(),
  kind: constantFrom('count', 'quiet', 'back', 'suppressed', 'resolved', 'muted', 'reopened'),
  silentMs: nat(),
  remedy: option(constantFrom('permission', 'membership', 'disabled'), { nil: undefined }),
}).map((given): readonly Notification[] => {
  const { view, storm, settings, mentions, files, isInline, isBroadcast, silentMs } = given
  const limits = textLimits
  const { breadcrumbs, kind, remedy } = given
  const at = view.lastSeen
  const died = { pid: 7, at, uptimeMs: silentMs, release: view.fingerprint }
  const notices = [...given.notices, adoptedNotice({ at, died }, settings)]
  const losses = { died, tooOld: 1, maxAgeMs: silentMs, unreadable: 1 }
  return [
    buildRoot(view, settings, { notices, mentions, isInline, ...given.offering }),
    ...buildThread(view, { breadcrumbs, limits, files }, settings).messages,
    buildState(view, { kind, at, silentMs }, { isBroadcast, mentions }, settings),
    buildStorm(storm, settings, mentions),
    ...buildStormThread(storm.problems, limits, settings).map(({ notification }) => notification),
    buildList('12 more alerts', storm.problems, settings),
    buildLossesNotice(losses, settings),
    buildFileRefusal({ destination: 'Slack', reason: 'missing_scope', remedy }, settings),
  ]
})
