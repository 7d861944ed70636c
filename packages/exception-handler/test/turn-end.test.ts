import { startInbox } from '@slack-logger/slack-inbox'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('fixtures/turn-end.mjs', import.meta.url))

test.each([
  { logger: 'pino', end: 'exit', code: 3, last: [] },
  { logger: 'pino', end: 'throw', code: 1, last: ['no way on'] },
  { logger: 'winston', end: 'exit', code: 3, last: [] },
  { logger: 'winston', end: 'throw', code: 1, last: ['no way on'] },
])(
  'requests that fail in the very turn in which the process ends ($end, $logger) are all logged and alerted',
  async ({ logger, end, code, last }) => {
    const messages = ['no card', 'too many', ...last]
    const inbox = await startInbox()
    const folder = mkdtempSync(join(tmpdir(), 'slack-logger-turn-'))
    const logFile = join(folder, 'app.log')

    const child = spawn(process.execPath, [program, logger, end], {
      stdio: 'ignore',
      env: {
        ...process.env,
        LOG_FILE: logFile,
        SLACK_API_URL: inbox.apiUrl,
        SLACK_BOT_TOKEN: inbox.token,
        SLACK_CHANNEL: '#alerts',
      },
    })
    const [exitCode] = (await once(child, 'exit')) as [number | null]

    const lines = readFileSync(logFile, 'utf8').trim().split('\n')
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const posted = JSON.stringify(inbox.messages())
    expect(exitCode).toBe(code)
    expect(logged.map(({ msg, message }) => msg ?? message)).toEqual(['ready', ...messages])
    expect(messages.filter((message) => posted.includes(message))).toEqual(messages)
    await inbox.close()
    rmSync(folder, { recursive: true })
  },
)
