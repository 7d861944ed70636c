import { startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { runApp } from './support/run-app.ts'

test('a transport is made without the SDK, and without the fetch that Node loads at its first use', async () => {
  await using inbox = await startInbox()

  const run = await runApp('start-up.mjs', { webhookUrl: inbox.webhookUrl })

  const loaded = JSON.parse(run.stdout) as string[]
  expect(loaded).toContainEqual(expect.stringContaining('/lru-cache/'))
  expect(loaded).not.toContainEqual(expect.stringContaining('/@slack/web-api/'))
  expect(loaded).not.toContainEqual(expect.stringContaining('deps/undici'))
})

test('what a package exports is the same by import and by require', async () => {
  const run = await runApp('both-formats.mjs', {})

  expect(run.stdout.trim().split('\n')).toEqual([
    'core: one',
    'pino-slack: one',
    'winston-slack: one',
    'slack-inbox: one',
  ])
})
