import { startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { runApp } from './support/run-app.ts'

test('an invalid option of a worker makes the application exit at its start', async () => {
  const run = await runApp('pino/wrong-option.mjs', {})

  expect(run).toMatchObject({ code: 1, stdout: '' })
  expect(run.stderr).toContain('TypeError: Expected')
  expect(run.stderr).toContain('chanel')
})

test('a worker behind pino.multistream receives the keys of the logger', async () => {
  await using inbox = await startInbox()

  const run = await runApp('pino/config.mjs', {
    apiUrl: inbox.apiUrl,
    env: { USED: 'multistream' },
  })

  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.stringify(inbox.messages())).not.toContain('problem')
  expect(inbox.messages()[0]?.text).toContain('no stock')
})

test.each([
  ['a target', 'single'],
  ["a target in the logger's own options", 'option'],
  ['a pipeline', 'pipeline'],
  ['a target that was ready before the logger', 'later'],
  ['a target among others', 'targets'],
])('%s receives the levels of the logger, whose numbers grow downwards', async (_, used) => {
  await using inbox = await startInbox()

  const run = await runApp('pino/levels.mjs', { apiUrl: inbox.apiUrl, env: { USED: used } })

  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(inbox.messages().map(({ text }) => text)).toEqual([
    expect.stringContaining('the disk is gone'),
  ])
})

test.each([
  ['a logger that waited for the worker to be ready', 'later', 1],
  ['a target that is loaded after another one has received the config', 'second', 1],
  ['a worker that no logger uses', 'never', 0],
])('%s starts and exits without the config of pino', async (_, used, messages) => {
  await using inbox = await startInbox()

  const run = await runApp('pino/config.mjs', { apiUrl: inbox.apiUrl, env: { USED: used } })

  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(run.tookMs).toBeLessThan(8000)
  expect(inbox.messages()).toHaveLength(messages)
})
