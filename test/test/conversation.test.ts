import { type Inbox, startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { type ServiceOptions, createService } from './support/driven-app.ts'
import { createFleet, leaderOf } from './support/fleet.ts'
import { until } from './support/reader.ts'

const ada = { user: 'ada' }
const appToken = 'xapp-test'

/** The service's one message, as its blocks. */
function shown(inbox: Inbox): string {
  const [root] = inbox.messages().filter(({ isReply }) => !isReply)
  return JSON.stringify([root?.blocks, root?.attachments])
}

async function showsSoon(inbox: Inbox, text: string): Promise<void> {
  await until(() => shown(inbox).includes(text), 15_000)
}

test('the processes of a service have one connection, and another one when its process is killed', async () => {
  await using inbox = await startInbox()
  await using fleet = createFleet(inbox)
  const members = await Promise.all(Array.from({ length: 4 }, () => fleet.start({ appToken })))
  await Promise.all(members.map((member) => member.log('chargeCard')))
  await showsSoon(inbox, 'slack-logger:resolve')
  const { ts } = inbox.messages()[0] ?? { ts: '' }
  await until(() => inbox.sockets.size === 1, 10_000)

  inbox.react(ts, 'white_check_mark', ada)
  await showsSoon(inbox, '*Resolved by* ada')
  const leader = await leaderOf(members)
  await leader?.flush()
  await leader?.signal('SIGKILL')
  await until(() => inbox.sockets.size === 1, 15_000)

  expect((await inbox.click(ts, 'slack-logger:reopen', ada)).delivery?.error).toBeUndefined()
  await showsSoon(inbox, 'slack-logger:resolve')
  // It says that there is something to read: the reaction is an old one.
  inbox.react(ts, 'tada', ada)
  inbox.react(ts, 'eyes', { user: 'grace' })
  await showsSoon(inbox, '*Taken by* grace')
  expect(shown(inbox)).not.toContain('Resolved by')
  expect(inbox.sockets.size).toBe(1)
}, 60_000)

test.each<{ kind: NonNullable<ServiceOptions['kind']> }>([
  { kind: 'worker' },
  { kind: 'stream' },
  { kind: 'winston' },
])(
  'a service with a connection ends by itself: $kind',
  async ({ kind }) => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox, kind, options: { appToken } })
    const app = await service.start()
    await app.log('chargeCard')
    await until(() => inbox.sockets.size === 1, 10_000)

    const startedAt = performance.now()
    await app.end('natural')

    expect(performance.now() - startedAt).toBeLessThan(8000)
    await until(() => inbox.sockets.size === 0, 1000)
    expect(app.stderr).toEqual([])
  },
  30_000,
)
