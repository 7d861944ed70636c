import { startInbox, type FaultOptions, type Inbox } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { type AppOptions, isFullMatrix, runApp } from './support/run-app.ts'
import { tempFolder } from './support/temp-folder.ts'

/** Slack accepts the message, and the process learns nothing of it. */
const allRows: readonly { readonly answer: string; readonly options: FaultOptions }[] = [
  ...[500, 502, 503, 504].map((status) => ({
    answer: `HTTP ${status}`,
    options: { status, isAccepted: true },
  })),
  { answer: 'a reset', options: { loseAnswer: true } },
  { answer: 'no response in time', options: { delayMs: 20_000 } },
]

const rows = isFullMatrix ? allRows : allRows.filter((_row, index) => index % 2 === 1)
const loggers = isFullMatrix ? ['stream', 'winston'] : ['winston']

const problem = 'the card was refused'
const poorToken = 'xoxb-no-history'

const ways = {
  'a token': { app: tokenApp, maxCopies: 1 },
  'a token without history': { app: poorTokenApp, maxCopies: 2 },
  'a webhook': { app: webhookApp, maxCopies: 2 },
} as const

describe.each(loggers)('at the exit of a process with %s', (logger) => {
  describe.each(Object.entries(ways))('and %s', (_way, { app, maxCopies }) => {
    test.concurrent.each(rows)(
      'a message that is answered with $answer eight times is there, but not too often, even after the next start',
      async ({ options }) => {
        await using inbox = await startInbox({
          tokens: [
            { token: 'xoxb-test' },
            { token: poorToken, scopes: ['chat:write', 'chat:write.public'] },
          ],
        })
        using folder = tempFolder()
        const env = { KIND: logger, SLACK_LOGGER_SPOOL_DIR: `${folder.path}/spool` }
        const fault = inbox.fail({ ...options, times: 8 })

        const ended = await runApp('exit.mjs', app(inbox, { ...env, END: 'exit', WHEN: 'now' }))
        const copies = copiesIn(inbox)
        fault.stop()
        await runApp('exit.mjs', app(inbox, { ...env, END: 'natural', WHEN: 'never' }))

        expect(ended.code).toBe(1)
        expect(copies).toBeGreaterThanOrEqual(1)
        expect(copiesIn(inbox)).toBeLessThanOrEqual(maxCopies)
      },
      60_000,
    )
  })
})

type Env = Readonly<Record<string, string>>

function tokenApp({ apiUrl }: Inbox, env: Env): AppOptions {
  return { apiUrl, env }
}

function poorTokenApp({ apiUrl }: Inbox, env: Env): AppOptions {
  return { apiUrl, env: { ...env, SLACK_BOT_TOKEN: poorToken } }
}

function webhookApp({ webhookUrl }: Inbox, env: Env): AppOptions {
  return { webhookUrl, env }
}

function copiesIn(inbox: Inbox): number {
  return inbox.messages().filter(({ text }) => text.includes(problem)).length
}
