import { startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { runApp } from './support/run-app.ts'

const sdk = expect.stringContaining('/@slack/web-api/')
const nodesFetch = expect.stringContaining('deps/undici')

test('a transport is made without the SDK, and without the fetch that Node loads at its first use', async () => {
  await using inbox = await startInbox()

  const run = await runApp('start-up.mjs', { apiUrl: inbox.apiUrl })

  expect(JSON.parse(run.stdout)).toContainEqual(expect.stringContaining('/lru-cache/'))
  expect(JSON.parse(run.stdout)).not.toContainEqual(sdk)
  expect(JSON.parse(run.stdout)).not.toContainEqual(nodesFetch)
})

test('a program that has been idle for a while has loaded what its first alert takes', async () => {
  await using inbox = await startInbox()

  const run = await runApp('start-up.mjs', { apiUrl: inbox.apiUrl, env: { IDLE_MS: '3000' } })

  expect(JSON.parse(run.stdout)).toContainEqual(sdk)
})

test("an alert is sent without Node's fetch, which takes 40 MB", async () => {
  await using inbox = await startInbox()

  const run = await runApp('start-up.mjs', { apiUrl: inbox.apiUrl, env: { LOGGED: 'no stock' } })

  expect(inbox.messages()).toHaveLength(1)
  expect(JSON.parse(run.stdout)).not.toContainEqual(nodesFetch)
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
