import { startInbox, type FaultOptions, type Inbox } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { isFullMatrix, runApp } from './support/run-app.ts'
import { tempFolder } from './support/temp-folder.ts'

/** Faults that are shorter than the exit of a worker; longer ones are handled at the next start. */
const rows: readonly { fault: string; options: FaultOptions; maxCopies: number }[] = [
  { fault: '429 with Retry-After', options: { retryAfter: 1, times: 1 }, maxCopies: 3 },
  { fault: 'HTTP 500', options: { status: 500, times: 1 }, maxCopies: 3 },
  { fault: 'a 503 of HTML', options: { html: true, times: 1 }, maxCopies: 3 },
  { fault: 'a reset', options: { reset: true, times: 1 }, maxCopies: 3 },
  { fault: 'a lost response', options: { loseAnswer: true, times: 1 }, maxCopies: 4 },
  { fault: 'invalid JSON', options: { garbage: true, times: 1 }, maxCopies: 3 },
  { fault: 'no response to anything', options: { hang: true }, maxCopies: 3 },
  { fault: 'a revoked token', options: { error: 'token_revoked' }, maxCopies: 3 },
]

const problems = ['the card was refused', 'no stock is left', 'a mail bounced']

function textsOf(inbox: Inbox): string {
  return inbox
    .messages()
    .map(({ text }) => text)
    .join('\n')
}

describe.each(['a token', 'a webhook'])('a pino worker with %s', (way) => {
  test.concurrent.each(rows)(
    '$fault: everything arrives, now or at the next start',
    async ({ options, maxCopies }) => {
      await using inbox = await startInbox()
      using folder = tempFolder()
      const app = {
        ...(way === 'a webhook' ? { webhookUrl: inbox.webhookUrl } : { apiUrl: inbox.apiUrl }),
        env: { KIND: 'worker', SLACK_LOGGER_SPOOL_DIR: `${folder.path}/spool` },
      }
      const fault = inbox.fail(options)

      const run = await runApp('three-errors.mjs', app)
      fault.stop()
      if (isFullMatrix || !problems.every((problem) => textsOf(inbox).includes(problem)))
        await runApp('exit.mjs', { ...app, env: { ...app.env, END: 'natural', WHEN: 'never' } })

      for (const problem of problems) expect(textsOf(inbox)).toContain(problem)
      expect(inbox.messages().length).toBeLessThanOrEqual(maxCopies)
      expect(run).toMatchObject({ code: 0, stdout: '' })
    },
    60_000,
  )
})
