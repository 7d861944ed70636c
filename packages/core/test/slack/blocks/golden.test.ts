import { describe, expect, test } from 'vitest'
import type { Triage } from '../../../src/incident/actions/triage.ts'
import type { IncidentView } from '../../../src/incident/incident.ts'
import { buildLossesNotice } from '../../../src/notification/notices.ts'
import type {
  Mention,
  NotificationSettings,
  ReportNotification,
} from '../../../src/notification/notification.ts'
import { buildReport, type Report } from '../../../src/notification/report.ts'
import { buildRoot } from '../../../src/notification/root.ts'
import { buildState, type StateChange } from '../../../src/notification/state.ts'
import { buildStorm, buildStormThread, type StormView } from '../../../src/notification/storm.ts'
import { buildThread } from '../../../src/notification/thread.ts'
import { textLimits } from '../../../src/slack/limits.ts'
import type { SlackMessage } from '../../../src/slack/message.ts'
import {
  breadcrumbs,
  eventWith,
  orderEvent,
  repeatedOrder,
  settings,
  time,
  viewOf,
} from '../../notification/samples.ts'
import { render } from './render.ts'

const linked: NotificationSettings = {
  ...settings,
  links: {
    trace: 'https://traces.example/{trace_id}',
    logs: 'https://logs.example/?service={service}&order={orderId}',
  },
}

const mentions: readonly Mention[] = [{ kind: 'here' }]
const extras = { notices: ['3 deliveries failed (rate limited for 41 s)'], mentions }

const target = { owner: '0123456789abcdef', key: 'a1b2c3d4e5f60718' }
const offering = { actions: { target, isTaken: false } }

const jane = { user: 'U0JANE0001', name: 'jane' }
const ann = { user: 'U0ANN00001', name: 'ann' }
const releases = ['1.8.2']
const undecided: Triage = { notes: [], audit: [] }
const resolved: Triage = { ...undecided, resolution: { by: jane, at: time, releases } }
const muted: Triage = {
  ...undecided,
  assignee: ann,
  mute: { by: jane, since: time, until: { time: time + 3_600_000 }, count: 1204, releases },
}

const hint = { lost: 'the stack', fix: "logger.error({ err }, 'failed')" }
const withoutError = eventWith({ message: 'Payment queue is full', logger: 'queue', hint })

const storm: StormView = {
  openedAt: time,
  total: 1812,
  distinct: 204,
  cause: 'connect ECONNREFUSED 10.0.0.5:5432',
  problems: Array.from({ length: 14 }, (_, index) => ({
    fingerprint: `3fa9c1d${index.toString(16)}`,
    title: `Error: query ${index} failed`,
    count: 400 - index * 20,
    culprit: `query (src/db.ts:${10 + index})`,
  })),
}

const hourMs = 3_600_000
const reportTime = Date.UTC(2026, 10, 21, 9)
const from = reportTime - 24 * hourMs
const perTwoHours = [3, 1, 0, 2, 9, 140, 388, 420, 196, 31, 8, 6]

/** A problem of the report. */
function problemOf(
  title: string,
  counts: readonly [count: number, before: number, people: number],
  given: Partial<Report['problems'][number]> = {},
): Report['problems'][number] {
  const [count, countBefore, people] = counts
  return {
    fingerprint: title,
    title,
    ref: 'C0ALERTS001/1795269000.000100',
    count,
    countBefore,
    people,
    state: 'quiet',
    isNew: false,
    isBack: false,
    firstSeen: from - hourMs,
    lastSeen: reportTime,
    ...given,
  }
}

const report: Report = {
  from,
  to: reportTime,
  at: reportTime,
  timeZone: 'UTC',
  totals: { errors: 1204, problems: 5, people: 88 },
  before: { errors: 980, problems: 8, people: 83 },
  chart: perTwoHours.map((count, index) => ({ at: from + index * 2 * hourMs, count })),
  problems: [
    problemOf('TypeError: fetch failed ← connect ECONNREFUSED 127.0.0.1:5433', [1088, 902, 71], {
      state: 'active',
    }),
    problemOf('RangeError: invoice 2041 has no lines', [61, 0, 9], {
      isNew: true,
      release: '1.8.2',
    }),
    problemOf('PrismaClientKnownRequestError: Timed out fetching a new connection', [40, 71, 12], {
      state: 'resolved',
    }),
    problemOf('Error: the card was refused', [14, 0, 3], { isBack: true, state: 'active' }),
    problemOf('Error: the printer is slow', [1, 7, 0], { state: 'resolved' }),
  ],
  releases: ['1.8.2', '1.8.3'],
  processes: 8,
  sent: 24,
  edited: 130,
  lostEvents: 0,
  lostMessages: 0,
  lastAlertAt: reportTime - 60 * hourMs,
}
const noNotices = { top: 10, notices: [] }

function reportOf(shown: NotificationSettings): ReportNotification {
  return buildReport(report, shown, noNotices)
}

const died = { pid: 812, at: time, uptimeMs: 11_100_000, release: '1.8.1' }
const losses = { died, tooOld: 12, maxAgeMs: 86_400_000, unreadable: 3 }

const root = buildRoot(repeatedOrder, linked, extras)
const inlineRoot = buildRoot(repeatedOrder, linked, { ...extras, isInline: true })
const context = { breadcrumbs, limits: textLimits, files: true }
const [details] = buildThread(viewOf({ ...orderEvent, hint }), context, settings).messages
const [stormDetails] = buildStormThread(storm.problems, textLimits, settings)

const messages: Readonly<Record<string, SlackMessage | undefined>> = {
  'root-new': render(buildRoot(viewOf(orderEvent), linked, extras)),
  'root-repeated': render(buildRoot(repeatedOrder, linked)),
  'root-korean': render(buildRoot(repeatedOrder, { ...linked, locale: 'ko' })),
  'root-quiet': render(buildRoot({ ...repeatedOrder, state: 'quiet' }, settings)),
  'root-without-error': render(buildRoot(viewOf(withoutError), settings)),
  'root-inline': render(inlineRoot),
  'root-plain': render(inlineRoot, { profile: 'plain' }),
  'root-minimal': render(root, { detail: 'minimal' }),
  'root-text': render(root, { detail: 'text' }),
  'root-actions': render(buildRoot(repeatedOrder, linked, offering)),
  'root-actions-korean': render(buildRoot(repeatedOrder, { ...settings, locale: 'ko' }, offering)),
  'root-actions-resolved': render(
    buildRoot({ ...repeatedOrder, state: 'resolved', triage: resolved }, settings, offering),
  ),
  'root-actions-muted': render(
    buildRoot({ ...repeatedOrder, state: 'muted', triage: muted }, settings, {
      actions: { ...offering.actions, isTaken: true },
    }),
  ),
  reply: details && render(details),
  'state-count': stateLine(repeatedOrder, { kind: 'count', at: time }),
  'state-quiet': stateLine({ ...repeatedOrder, state: 'quiet' }, { kind: 'quiet', at: time }),
  'state-back': stateLine(repeatedOrder, { kind: 'back', at: time, silentMs: 5_940_000 }),
  'state-milestone': stateLine(repeatedOrder, { kind: 'count', at: time }, { isBroadcast: true }),
  storm: render(buildStorm(storm, settings, [{ kind: 'group', id: 'S024BE7LD' }])),
  'storm-members': stormDetails && render(stormDetails.notification),
  losses: render(buildLossesNotice(losses, settings)),
  report: render(reportOf(settings), { origin: 'https://slack.com' }),
  'report-korean': render(reportOf({ ...settings, locale: 'ko' })),
  'report-minimal': render(reportOf(settings), { detail: 'minimal' }),
  'report-text': render(reportOf(settings), { detail: 'text' }),
  'report-nothing': render(
    buildReport({ ...report, totals: { errors: 0, problems: 0, people: 0 } }, settings, noNotices),
  ),
}

function stateLine(
  view: IncidentView,
  change: StateChange,
  { isBroadcast }: { isBroadcast: boolean } = { isBroadcast: false },
): SlackMessage {
  return render(buildState(view, change, { isBroadcast, mentions: [] }, settings))
}

describe('as reviewed:', () => {
  test.each(Object.entries(messages))('%s', async (name, message) => {
    await expect(JSON.stringify(message, undefined, 2) + '\n').toMatchFileSnapshot(
      `golden/${name}.json`,
    )
  })
})
