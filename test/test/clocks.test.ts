import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startInbox, type Inbox, type InboxMessage } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { isFullMatrix, startFile } from './support/run-app.ts'
import { tempFolder } from './support/temp-folder.ts'

const apps = new URL('apps/', import.meta.url)
const wallClock = fileURLToPath(new URL('support/wall-clock.cjs', apps))

const hourMs = 3_600_000
const moves = [
  ['an hour back', -hourMs],
  ['an hour forward', hourMs],
  ['30 days forward', 30 * 24 * hourMs],
] as const
const kinds = ['worker', 'stream']
const ways = ['a token', 'a webhook'] as const

/** What is sent without a failure arrives in less, and so does the first retry, on a busy machine too. */
const soonMs = 4000

/** A process that logs what it is asked to, and its Slack. */
async function startApp(kind: string, way: (typeof ways)[number] = 'a token') {
  const folder = tempFolder()
  const inbox = await startInbox()
  const clockFile = join(folder.path, 'clock')
  writeFileSync(clockFile, '0')
  const child = startFile(
    fileURLToPath(new URL('commands.mjs', apps)),
    {
      ...(way === 'a webhook' ? { webhookUrl: inbox.webhookUrl } : { apiUrl: inbox.apiUrl }),
      env: {
        KIND: kind,
        WALL_CLOCK_FILE: clockFile,
        SLACK_LOGGER_SPOOL_DIR: join(folder.path, 'spool'),
      },
      nodeOptions: ['--require', wallClock],
    },
    300_000,
  )
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')
  return {
    inbox,
    command: (line: string): void => void child.stdin.write(`${line}\n`),
    moveWallClock: (byMs: number): void => writeFileSync(clockFile, String(byMs)),
    signal: (signal: NodeJS.Signals): void => void child.kill(signal),
    /** Lets the process end in order. */
    async end(): Promise<void> {
      child.stdin.end()
      await exited
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
      await inbox.close()
      folder[Symbol.dispose]()
    },
  }
}

function shown(inbox: Inbox, text: string): Promise<InboxMessage> {
  return inbox.waitFor((message) => !message.isReply && message.text.includes(text), {
    timeoutMs: soonMs,
  })
}

/** Waits until a request has failed, and the process knows it. */
async function failed(inbox: Inbox): Promise<void> {
  while (!inbox.requests.some(({ isFaulty }) => isFaulty)) await setTimeout(10)
  await setTimeout(200)
}

/** The moments that a message shows, in milliseconds since 1970. */
function momentsIn({ text, blocks, attachments }: InboxMessage): readonly number[] {
  const content = JSON.stringify({ text, blocks, attachments })
  return [...content.matchAll(/<!date\^(\d+)/g)].map(([, seconds]) => Number(seconds) * 1000)
}

describe.each(kinds)('pino with a %s', (kind) => {
  test.concurrent.each(moves)('a clock that is set %s during an outage', async (_name, byMs) => {
    await using app = await startApp(kind)
    const { inbox } = app
    const outage = inbox.fail({ status: 503 })
    app.command('error the card was refused')
    await failed(inbox)

    app.moveWallClock(byMs)
    app.command('fatal the database is gone')
    await setTimeout(200)
    outage.stop()

    await shown(inbox, 'the card was refused')
    const fatal = await shown(inbox, 'the database is gone')
    expect(inbox.messages()).toHaveLength(2)
    for (const moment of momentsIn(fatal))
      expect(Math.abs(moment - byMs - Date.now())).toBeLessThan(60_000)
  })

  test.concurrent.each(moves)('a clock that is set %s during a rate limit', async (_name, byMs) => {
    await using app = await startApp(kind)
    const { inbox } = app
    inbox.fail({ method: 'chat.postMessage', retryAfter: 2, times: 1 })
    app.command('error the card was refused')
    await failed(inbox)
    const limitedAt = Date.now()

    app.moveWallClock(byMs)
    app.command('fatal the database is gone')

    await shown(inbox, 'the database is gone')
    expect(Date.now() - limitedAt).toBeGreaterThan(1500)
    await shown(inbox, 'the card was refused')
  })

  test.concurrent.each(moves)(
    'a clock that is set %s between the alerts of an incident',
    async (_name, byMs) => {
      await using app = await startApp(kind)
      const { inbox } = app
      app.command('error the card was refused')
      const root = await shown(inbox, 'the card was refused')
      await inbox.waitFor(({ threadTs, isReply }) => isReply && threadTs === root.ts)

      app.moveWallClock(byMs)
      for (let count = 2; count <= 10; count += 1) app.command('error the card was refused')
      app.command('error no stock is left')
      await shown(inbox, 'no stock is left')
      await app.end()

      expect(inbox.messages().map(({ text }) => text)).toEqual([
        expect.stringMatching('the card was refused · .* · ×10'),
        expect.stringMatching('no stock is left'),
      ])
      const replies = inbox
        .thread(root.ts)
        .filter(({ isReply }) => isReply)
        .map(({ text }) => text)
      expect(replies.filter((text) => /×10\b/.test(text))).toHaveLength(1)
      expect(JSON.stringify(replies)).not.toContain('back')
      for (const moment of momentsIn(inbox.messages()[0] ?? root))
        expect(Math.abs(moment - byMs - Date.now())).toBeLessThan(60_000)
    },
  )

  test.concurrent('a process that is stopped for a while continues at once', async () => {
    await using app = await startApp(kind)
    const { inbox } = app
    app.command('error the mail bounced')
    await shown(inbox, 'the mail bounced')
    inbox.fail({ method: 'chat.postMessage', retryAfter: 2, times: 1 })
    app.command('error the card was refused')
    await failed(inbox)

    app.signal('SIGSTOP')
    await setTimeout(isFullMatrix ? 60_000 : 3000)
    app.command('fatal the database is gone')
    app.signal('SIGCONT')
    const continuedAt = Date.now()

    await Promise.all([shown(inbox, 'the database is gone'), shown(inbox, 'the card was refused')])
    expect(Date.now() - continuedAt).toBeLessThan(2000)
    expect(inbox.messages()).toHaveLength(3)
  }, 90_000)
})

describe.each(ways)('an event loop that is blocked, with %s', (way) => {
  test.concurrent('alerts continue at once, and each arrives once', async () => {
    await using app = await startApp('stream', way)
    const { inbox } = app
    // Longer than the inbox keeps an idle connection open, and than a request may take.
    const blockedMs = isFullMatrix ? 20_000 : 7000
    inbox.fail({ delayMs: 300 })
    const before = Date.now()
    app.command('fatal the database is gone')
    while (inbox.requests.length === 0) await setTimeout(10)
    app.command(`block ${blockedMs}`)
    app.command('error the card was refused')

    await setTimeout(blockedMs)
    await shown(inbox, 'the database is gone')
    await shown(inbox, 'the card was refused')

    expect(Date.now() - before - blockedMs).toBeLessThan(2500)
    await app.end()
    const posted = inbox.messages().map(({ text }) => text)
    expect(posted).toEqual([
      expect.stringMatching('the database is gone'),
      expect.stringMatching('the card was refused'),
    ])
    expect(inbox.requests.every(({ status }) => status === 200)).toBe(true)
  }, 60_000)
})
