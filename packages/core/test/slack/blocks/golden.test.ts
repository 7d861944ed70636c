import { describe, expect, test } from 'vitest'
import { buildLateMessage } from '../../../src/slack/blocks/late.ts'
import type { MessageSettings } from '../../../src/notification/settings.ts'
import { buildReplies } from '../../../src/slack/blocks/thread.ts'
import { buildRootMessage } from '../../../src/slack/blocks/root.ts'
import type { SlackMessage } from '../../../src/slack/message.ts'
import { buildStormMembers } from '../../../src/slack/blocks/storm.ts'
import { buildStormMessage } from '../../../src/slack/blocks/storm.ts'
import type { StormView } from '../../../src/slack/blocks/storm.ts'
import { buildStateLine } from '../../../src/slack/blocks/timeline.ts'
import {
  breadcrumbs,
  eventWith,
  orderEvent,
  repeatedOrder,
  settings,
  time,
  viewOf,
} from '../../notification/samples.ts'

const linked: MessageSettings = {
  ...settings,
  links: {
    trace: 'https://traces.example/{trace_id}',
    logs: 'https://logs.example/?service={service}&order={orderId}',
  },
}

const extras = { notices: ['3 sends failed (rate limited for 41 s)'], mentions: '<!here>' }

const hint = { lost: 'the stack', fix: "logger.error({ err }, 'failed')" }
const withoutError = eventWith({ message: 'Payment queue is full', logger: 'queue', hint })

const storm: StormView = {
  openedAt: time,
  total: 1812,
  distinct: 204,
  cause: 'connect ECONNREFUSED 10.0.0.5:5432',
  members: Array.from({ length: 14 }, (_, index) => ({
    fingerprint: `3fa9c1d${index.toString(16)}`,
    title: `Error: query ${index} failed`,
    count: 400 - index * 20,
    culprit: `query (src/db.ts:${10 + index})`,
  })),
}

const died = { pid: 812, at: time, uptimeMs: 11_100_000, release: '1.8.1' }

const messages: Readonly<Record<string, SlackMessage | undefined>> = {
  'root-new': buildRootMessage(viewOf(orderEvent), linked, extras),
  'root-repeated': buildRootMessage(repeatedOrder, linked),
  'root-korean': buildRootMessage(repeatedOrder, { ...linked, locale: 'ko' }),
  'root-quiet': buildRootMessage({ ...repeatedOrder, state: 'quiet' }, settings),
  'root-without-error': buildRootMessage(viewOf(withoutError), settings),
  'root-inline': buildRootMessage(repeatedOrder, { ...linked, profile: 'inline' }, extras),
  'root-plain': buildRootMessage(repeatedOrder, { ...linked, profile: 'plain' }, extras),
  'root-minimal': buildRootMessage(repeatedOrder, { ...linked, detail: 'minimal' }, extras),
  'root-text': buildRootMessage(repeatedOrder, { ...linked, detail: 'text' }, extras),
  reply: buildReplies(viewOf({ ...orderEvent, hint }), { breadcrumbs }, settings).messages[0],
  'state-count': stateLine({ kind: 'count', at: time }),
  'state-quiet': stateLine({ kind: 'quiet', at: time }),
  'state-back': stateLine({ kind: 'back', at: time, silentMs: 5_940_000 }),
  'state-loud': buildStateLine(
    { view: repeatedOrder, change: { kind: 'count', at: time }, isLoud: true },
    settings,
  ),
  storm: buildStormMessage(storm, settings, { mentions: '<!subteam^S024BE7LD>' }),
  'storm-members': buildStormMembers(storm, settings).messages[0],
  late: buildLateMessage({ died, late: 3, tooOld: 12, maxAgeMs: 86_400_000, lost: 0 }, settings),
}

function stateLine(change: Parameters<typeof buildStateLine>[0]['change']): SlackMessage {
  return buildStateLine(
    { view: { ...repeatedOrder, state: stateAfter(change.kind) }, change },
    settings,
  )
}

function stateAfter(kind: string): 'quiet' | 'active' {
  return kind === 'quiet' ? 'quiet' : 'active'
}

describe('as reviewed:', () => {
  test.each(Object.entries(messages))('%s', async (name, message) => {
    await expect(JSON.stringify(message, undefined, 2) + '\n').toMatchFileSnapshot(
      `golden/${name}.json`,
    )
  })
})
