import { array, boolean, constantFrom, nat, option, record, subarray } from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { IncidentView } from '../../src/incident/incident.ts'
import {
  adoptedNotice,
  buildFileRefusal,
  buildLossesNotice,
} from '../../src/notification/notices.ts'
import type { Mention, Notification } from '../../src/notification/notification.ts'
import { buildReport, type Report } from '../../src/notification/report.ts'
import { buildRoot } from '../../src/notification/root.ts'
import { buildState } from '../../src/notification/state.ts'
import {
  buildList,
  buildStorm,
  buildStormThread,
  type StormView,
} from '../../src/notification/storm.ts'
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
    buildReport(reportOf(view, storm), settings, { top: 50, notices: given.notices }),
  ]
})

/** A report in which every problem is in as many lists as possible. */
function reportOf(view: IncidentView, { problems }: StormView): Report {
  const to = view.lastSeen
  const from = to - 86_400_000
  const hours = Array.from({ length: 20 }, (_, index) => from + index * 4_320_000)
  return {
    from,
    to,
    at: to + 3_600_000,
    timeZone: 'Australia/Lord_Howe',
    totals: { errors: view.count, problems: problems.length, people: 3 },
    before: { errors: 7, problems: 2, people: 9 },
    chart: hours.map((at) => ({ at, count: view.count })),
    problems: problems.map(({ fingerprint, title, count }) => ({
      fingerprint,
      title,
      ref: 'C0000ALERTS/1777888000.000001',
      count,
      countBefore: 1,
      people: 2,
      state: view.state,
      isNew: count % 2 === 0,
      isBack: count % 2 === 1,
      firstSeen: from - 1,
      lastSeen: to,
      release: title,
      assignee: count % 3 === 0 ? title : undefined,
      mutedUntil: to + 1,
    })),
    releases: problems.map(({ title }) => title),
    processes: 2,
    sent: 3,
    edited: 4,
    lostEvents: 5,
    lostMessages: 6,
    lastAlertAt: to,
  }
}
