import { setTimeout as wait } from 'node:timers/promises'
import { startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { createService } from './support/driven-app.ts'
import { writeOldFiles } from './support/old-files.ts'
import { countIn, namings, roots, rootsOf, unnamed, until } from './support/reader.ts'

const problems = ['a mail bounced', 'no stock is left']

test('alerts that version 0.1 left unsent are sent once', async () => {
  await using inbox = await startInbox()
  await using service = createService({ slack: inbox })
  writeOldFiles({ inbox, folder: service.folder, unsent: problems })

  const first = await service.start()
  await until(() => unnamed(inbox, problems).length === 0)
  await first.end('natural')
  const second = await service.start()
  await wait(1500)
  await second.end('natural')

  expect(problems.map((problem) => namings(inbox, problem).length)).toEqual([1, 1])
  expect(roots(inbox)).toHaveLength(2)
})

test('a message of version 0.1 is counted on', async () => {
  await using inbox = await startInbox()
  await using service = createService({ slack: inbox })
  const problem = 'the database is gone'
  await inbox.fetch(`${inbox.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: 'Bearer xoxb-test' },
    body: new URLSearchParams({ channel: '#alerts', text: `🔴 shop: ${problem} · ×7` }),
  })
  const [root] = roots(inbox)
  if (root === undefined) throw new Error('the message was not accepted')
  writeOldFiles({ inbox, folder: service.folder, known: { problem, root } })

  const app = await service.start()
  await app.log(problem)
  await app.end('natural')

  expect(rootsOf(inbox, problem).map(({ text }) => countIn(text))).toEqual([8])
})
