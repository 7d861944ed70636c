import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { runApp } from './support/run-app.ts'
import { tempFolder } from './support/temp-folder.ts'

test.each(['pino/thousand.mjs', 'pino/stream-thousand.mjs', 'winston/thousand.mjs'])(
  'a thousand identical errors of %s are a few messages in Slack, and all in the log file',
  async (app) => {
    await using inbox = await startInbox()
    using folder = tempFolder()
    const logFile = join(folder.path, 'app.log')

    const run = await runApp(app, { apiUrl: inbox.apiUrl, env: { LOG_FILE: logFile } })

    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(inbox.messages().length).toBeGreaterThanOrEqual(1)
    expect(inbox.messages().length).toBeLessThanOrEqual(3)
    expect(readFileSync(logFile, 'utf8').trimEnd().split('\n')).toHaveLength(1000)
  },
)

test('a fatal record immediately before process.exit arrives through the pino worker', async () => {
  await using inbox = await startInbox()

  const run = await runApp('pino/fatal-exit.mjs', { apiUrl: inbox.apiUrl })

  expect(run.code).toBe(1)
  expect(inbox.messages()).toHaveLength(1)
  expect(inbox.messages()[0]?.text).toContain('the database is gone')
})

test.each(['false', 'true'])(
  'logger.flush of pino waits for Slack (in process: %s)',
  async (inProcess) => {
    await using inbox = await startInbox()

    const run = await runApp('pino/flush.mjs', {
      apiUrl: inbox.apiUrl,
      env: { IN_PROCESS: inProcess },
    })

    expect(run).toMatchObject({ signal: 'SIGKILL', stdout: 'flushed\n' })
    expect(inbox.messages()[0]?.text).toContain('the card was refused')
  },
)

test('logger.end of winston finishes after Slack has received the message', async () => {
  await using inbox = await startInbox()

  const run = await runApp('winston/end.mjs', { apiUrl: inbox.apiUrl })

  expect(run.code).toBe(0)
  expect(JSON.stringify(inbox.messages())).toContain('the card was refused')
})

test('supports custom levels, keys and nesting of pino', async () => {
  await using inbox = await startInbox()

  await runApp('pino/custom.mjs', { apiUrl: inbox.apiUrl })

  const messages = JSON.stringify(inbox.messages())
  expect(inbox.messages()).toHaveLength(1)
  expect(messages).toContain('the ledger does not add up')
  expect(messages).toContain('RangeError')
  expect(messages).toContain('the books are wrong')
})

test.each([
  ['pino/odd.mjs', 'false', 6],
  ['pino/odd.mjs', 'true', 6],
  ['winston/odd.mjs', 'false', 6],
])('all unusual records of %s (in process: %s) arrive', async (app, inProcess, count) => {
  await using inbox = await startInbox()

  const run = await runApp(app, { apiUrl: inbox.apiUrl, env: { IN_PROCESS: inProcess } })

  expect(run.code).toBe(0)
  expect(inbox.messages()).toHaveLength(count)
  expect(JSON.stringify(inbox.messages())).not.toContain('below the level')
})

test('through a webhook the stack is inline', async () => {
  await using inbox = await startInbox()

  const run = await runApp('winston/end.mjs', { webhookUrl: inbox.webhookUrl })

  expect(run.code).toBe(0)
  expect(run.stderr).toContain('no threads, no edits and no buttons')
  const message = JSON.stringify(inbox.messages()[0])
  expect(message).toContain('the card was refused')
  expect(message).toContain('winston/end.mjs')
})
