import { array, boolean, constantFrom, nat, record } from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { buildLateMessage } from '../../src/slack/blocks/late.ts'
import { buildReplies } from '../../src/slack/blocks/thread.ts'
import { buildRootMessage } from '../../src/slack/blocks/root.ts'
import type { SlackMessage } from '../../src/slack/message.ts'
import { buildStormMembers } from '../../src/slack/blocks/storm.ts'
import { buildStormMessage } from '../../src/slack/blocks/storm.ts'
import { buildStateLine } from '../../src/slack/blocks/timeline.ts'
import { anyEvent, anySettings, anyStorm, anyView } from './arbitrary-views.ts'

/** All messages there are, for what strangers logged. */
export const anyMessages: Arbitrary<readonly SlackMessage[]> = record({
  view: anyView,
  storm: anyStorm,
  settings: anySettings,
  notices: array(constantFrom('3 sends failed <!channel>', 'x'.repeat(4000)), { maxLength: 5 }),
  breadcrumbs: array(anyEvent, { maxLength: 3 }),
  files: boolean(),
  isLoud: boolean(),
  kind: constantFrom('count', 'quiet', 'back', 'resolved', 'muted', 'reopened'),
  silentMs: nat(),
}).map((given): readonly SlackMessage[] => {
  const { view, storm, settings, breadcrumbs, files, isLoud, kind, silentMs } = given
  const change = { kind, at: view.lastSeen, silentMs }
  const died = { pid: 7, at: view.lastSeen, uptimeMs: silentMs, release: view.fingerprint }
  return [
    buildRootMessage(view, settings, { notices: given.notices }),
    ...buildReplies(view, { breadcrumbs, files }, settings).messages,
    buildStateLine({ view, change, isLoud }, settings),
    buildStormMessage(storm, settings),
    ...buildStormMembers(storm, settings).messages,
    buildLateMessage({ died, late: 3, tooOld: 1, maxAgeMs: silentMs, lost: 1 }, settings),
  ]
})
