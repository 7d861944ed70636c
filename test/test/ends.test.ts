import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { startInbox } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { createService } from './support/driven-app.ts'
import { runApp } from './support/run-app.ts'
import { tempFolder } from './support/temp-folder.ts'

describe('an uncaught error that winston handles', () => {
  test.each([
    ['exception', 'uncaught', 'false'],
    ['rejection', 'unhandled', 'false'],
    ['exception', 'uncaught', 'true'],
  ])(
    '%s, %s: is sent once, and the process does not wait three seconds (also as a handler: %s)',
    async (end, message, isHandler) => {
      await using inbox = await startInbox()

      const run = await runApp('winston/uncaught.mjs', {
        apiUrl: inbox.apiUrl,
        env: { END: end, EXIT_ON_ERROR: 'true', IS_HANDLER: isHandler },
      })

      expect(run.code).toBe(1)
      expect(inbox.messages().map(({ text }) => text)).toEqual([
        expect.stringMatching(`^🔴 Error: ${message} · `),
      ])
      expect(run.endedAt - Number(run.stdout)).toBeLessThan(2500)
    },
  )

  test.each(['false', 'function'])(
    'lets the process continue if it is configured to (exitOnError: %s)',
    async (exitOnError) => {
      await using inbox = await startInbox()

      const run = await runApp('winston/uncaught.mjs', {
        apiUrl: inbox.apiUrl,
        env: { END: 'exception', EXIT_ON_ERROR: exitOnError },
      })

      expect(run.code).toBe(0)
      expect(inbox.messages().map(({ text }) => text)).toEqual([
        expect.stringContaining('uncaught'),
        expect.stringContaining('the service continues'),
      ])
    },
  )

  test('exits in time when Slack does not respond', async () => {
    await using inbox = await startInbox()
    using folder = tempFolder()
    inbox.fail({ hang: true })

    const run = await runApp('winston/uncaught.mjs', {
      apiUrl: inbox.apiUrl,
      env: {
        END: 'exception',
        EXIT_ON_ERROR: 'true',
        SLACK_LOGGER_SPOOL_DIR: `${folder.path}/spool`,
      },
    })

    expect(run.code).toBe(1)
    expect(run.endedAt - Number(run.stdout)).toBeLessThan(6000)
  })
})

test.concurrent.each([{}, { hang: true }, { status: 500 }])(
  'logger.end of winston after a burst neither crashes nor blocks another transport (Slack: %j)',
  async (fault) => {
    await using inbox = await startInbox()
    using folder = tempFolder()
    const logFile = join(folder.path, 'app.log')
    inbox.fail({ times: 1000, delayMs: 0, ...fault })

    const run = await runApp('winston/burst.mjs', {
      apiUrl: inbox.apiUrl,
      env: { LOG_FILE: logFile, SLACK_LOGGER_SPOOL_DIR: `${folder.path}/spool` },
    })

    expect(run.code).toBe(0)
    expect(readFileSync(logFile, 'utf8').trimEnd().split('\n')).toHaveLength(5000)
  },
  30_000,
)

test.each(['false', 'true'])(
  'what is logged just before a logger of winston is closed arrives (process.exit: %s)',
  async (EXIT) => {
    await using inbox = await startInbox()

    const run = await runApp('winston/close.mjs', { apiUrl: inbox.apiUrl, env: { EXIT } })

    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(inbox.messages()[0]?.text).toContain('logged before it is closed')
  },
)

test('a closed logger of winston does not keep its process while Slack does not respond', async () => {
  await using inbox = await startInbox()
  inbox.fail({ times: 1000, hang: true })

  const run = await runApp('winston/close.mjs', { apiUrl: inbox.apiUrl, env: { EXIT: 'false' } })

  expect(run.code).toBe(0)
  expect(run.tookMs).toBeLessThan(8000)
})

test('logger.fatal of pino does not wait for queued messages while Slack does not respond', async () => {
  await using inbox = await startInbox()
  using folder = tempFolder()
  inbox.fail({ hang: true })

  const run = await runApp('pino/fatal-backlog.mjs', {
    apiUrl: inbox.apiUrl,
    env: { SLACK_LOGGER_SPOOL_DIR: `${folder.path}/spool` },
  })

  const { longest } = JSON.parse(run.stdout) as { longest: number }
  expect(longest).toBeLessThan(1000)
  expect(run.code).toBe(0)
})

test.concurrent.each(['stream', 'worker', 'winston'] as const)(
  'a process ends by itself while its proxy does not answer (%s)',
  async (kind) => {
    await using inbox = await startInbox()
    const connections: Socket[] = []
    const proxy = createServer(
      (socket) => void connections.push(socket.on('error', () => undefined)),
    )
    await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve))
    const { port } = proxy.address() as AddressInfo
    await using service = createService({
      slack: inbox,
      kind,
      options: { proxy: `http://127.0.0.1:${port}` },
    })

    const app = await service.start()
    await app.log('the card was refused')
    const startedAt = performance.now()
    await app.end('natural')
    const tookMs = performance.now() - startedAt
    for (const socket of connections) socket.destroy()
    proxy.close()

    expect(connections.length).toBeGreaterThan(0)
    expect(tookMs).toBeLessThan(8000)
  },
  90_000,
)
