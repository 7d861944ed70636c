import { startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { runApp } from './support/run-app.ts'

const sdk = expect.stringContaining('/@slack/web-api/')
const nodeFetch = expect.stringContaining('deps/undici')

test('creating a transport loads neither the SDK nor the fetch of Node, which Node loads on first use', async () => {
  await using inbox = await startInbox()

  const run = await runApp('start-up.mjs', { apiUrl: inbox.apiUrl })

  expect(JSON.parse(run.stdout)).toContainEqual(expect.stringContaining('/lru-cache/'))
  expect(JSON.parse(run.stdout)).not.toContainEqual(sdk)
  expect(JSON.parse(run.stdout)).not.toContainEqual(nodeFetch)
})

test('an idle program loads what its first alert needs', async () => {
  await using inbox = await startInbox()

  const run = await runApp('start-up.mjs', { apiUrl: inbox.apiUrl, env: { IDLE_MS: '3000' } })

  expect(JSON.parse(run.stdout)).toContainEqual(sdk)
})

test("an alert is sent without Node's fetch, which takes 40 MB", async () => {
  await using inbox = await startInbox()

  const run = await runApp('start-up.mjs', { apiUrl: inbox.apiUrl, env: { LOGGED: 'no stock' } })

  expect(inbox.messages()).toHaveLength(1)
  expect(JSON.parse(run.stdout)).not.toContainEqual(nodeFetch)
})

test('import and require return the same exports', async () => {
  const run = await runApp('both-formats.mjs', {})

  expect(run.stdout.trim().split('\n')).toEqual([
    'core: one',
    'pino-slack: one',
    'winston-slack: one',
    'slack-inbox: one',
  ])
})
