// `npm run pictures`: takes the screenshots in docs/pictures of the inbox's page, in Chromium. Needs a font with Korean letters, as Debian's
// fonts-noto-cjk.
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { prepare } from './prepare.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const pictures = join(root, 'docs', 'pictures')
const golden = join(root, 'packages', 'core', 'test', 'slack', 'blocks', 'golden')

const minuteMs = 60_000

/** Every kind of message, with the caption of its picture. */
const kinds = {
  'root-new': 'a new incident',
  'root-repeated': 'an incident with repeats: counts, rate and hosts are updated in place',
  'root-quiet': 'a quiet incident',
  'root-without-error': 'a record without an error',
  'root-korean': 'an incident in Korean (`locale: "ko"`)',
  'root-actions': 'an incident that people can act on',
  'root-actions-resolved': 'a resolved incident',
  'root-actions-muted': 'a muted incident',
  reply: 'the first reply in the thread: stack, causes, request, data, earlier log lines',
  'state-milestone': 'a milestone that notifies the channel',
  'state-count': 'a milestone that is posted in the thread only',
  'state-quiet': 'the incident is quiet, in the thread',
  'state-back': 'a regression: the incident is back',
  storm: 'a storm: many new problems at once',
  'storm-members': 'the problems of a storm, in its thread',
  losses: 'what a process that died left and can no longer be shown',
  report: 'a report',
  'report-nothing': 'a report about a time without errors',
  'report-korean': 'a report in Korean',
  'report-minimal': 'a report where Slack takes no charts',
  'root-inline': 'through a webhook, which has no threads, so the stack is inline',
  'root-plain': 'for receivers that support attachments only',
  'root-minimal': 'minimal blocks, after Slack rejected the full message',
  'root-text': 'plain text, after Slack rejected all blocks',
}

const inDiscord = {
  'discord-incident':
    'Discord, by a webhook: an incident, and its tenth occurrence, which links to it',
  'discord-forum': 'Discord, in a forum: a post for each incident, and the thread of one',
  'discord-storm': 'Discord: a storm',
  'discord-report': 'Discord: a report',
}

prepare()
const { startInbox, createVirtualClock } = await import('../packages/slack-inbox/dist/index.js')
const { createSlackSink } = await import('../packages/core/dist/index.js')
const { discordDestination } = await import('../packages/discord/dist/index.js')
const browser = await chromium.launch({
  executablePath: process.env.SLACK_LOGGER_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
})
const wanted = process.argv.slice(2)
if (wanted.length === 0 || wanted.includes('kinds')) await takeKinds()
if (wanted.length === 0 || wanted.includes('incident')) await takeIncident()
if (wanted.length === 0 || wanted.includes('discord')) await takeDiscord()
writeIndex()
await browser.close()

/** Takes a picture of each kind of message, at a fixed time, so that pictures change only with the messages. */
async function takeKinds() {
  const now = new Date('2026-11-21T14:09:40Z')
  const clock = createVirtualClock(now.getTime())
  const inbox = await startInbox({ clock, rateLimit: false })
  for (const name of Object.keys(kinds)) {
    const message = JSON.parse(readFileSync(join(golden, `${name}.json`), 'utf8'))
    await post(inbox, 'chat.postMessage', { channel: 'alerts', username: 'checkout', ...message })
  }
  const page = await open(inbox, { width: 1000, height: 12_000 })
  await page.clock.setFixedTime(now)
  const messages = page.locator('.message')
  for (const [index, name] of Object.keys(kinds).entries())
    await messages.nth(index).screenshot({ path: join(pictures, `${name}.png`) })
  await page.close()
  await inbox.close()
}

/** Logs errors to a channel and a forum of Discord, on a clock that stands still until it is moved. */
async function takeDiscord() {
  const clock = createVirtualClock(Date.parse('2026-11-21T13:30:00Z'))
  const inbox = await startInbox({ clock, discord: true })
  const { webhookUrl, botToken, apiUrl, channel, forum, tags } = inbox.discord
  const sinks = [{ webhookUrl }, { botToken, apiUrl, channel: forum, forum: { tags } }].map(
    (options) =>
      createSlackSink(
        {
          destination: discordDestination(options),
          service: 'checkout',
          environment: 'production',
          release: '1.8.2',
          report: { at: 'daily 18:00', timeZone: 'UTC' },
          fleet: false,
          spoolDir: false,
        },
        { clock, fetch: inbox.fetch, variables: {} },
      ),
  )
  const fail = (message, name) =>
    sinks.forEach((sink) => sink.write(failureAt(clock.now(), message, name)))
  fail('the mail server closed the connection', 'sendReceipt')
  await clock.advance(45 * minuteMs)
  for (const pauseMs of [6 * minuteMs, ...Array(11).fill(9000)]) {
    fail('the card of customer 17 was refused', 'charge')
    await clock.advance(pauseMs)
  }
  const channelPage = await openDiscord(inbox, clock, channel)
  await shootMessages(channelPage, 'discord-incident', [1, 2])
  const forumPage = await openDiscord(inbox, clock, forum)
  await forumPage.setViewportSize({ width: 1280, height: 734 })
  await forumPage.locator('.thread-bar').nth(1).click()
  await forumPage.getByRole('complementary').getByRole('article').nth(2).waitFor()
  await forumPage.mouse.move(2, 2)
  await forumPage.screenshot({ path: join(pictures, 'discord-forum.png') })
  await clock.advance(30 * minuteMs)
  for (const table of ['orders', 'stock', 'prices', 'carts', 'coupons', 'users', 'invoices'])
    fail('connect ECONNREFUSED 10.0.0.5:5432', `read_${table}`)
  await clock.advance(4 * 60 * minuteMs)
  const evening = await openDiscord(inbox, clock, channel)
  const count = await evening.locator('.item').count()
  await shootMessages(evening, 'discord-storm', [count - 2, count - 2])
  await shootMessages(evening, 'discord-report', [count - 1, count - 1])
  await inbox.close()
}

function failureAt(time, message, name) {
  const stack = [
    `Error: ${message}`,
    `    at ${name} (/app/src/${name}.js:41:9)`,
    '    at async placeOrder (/app/src/orders.js:17:5)',
    '    at async handle (/app/node_modules/express/lib/router/layer.js:95:5)',
  ].join('\n')
  const req = { method: 'POST', url: '/orders/7182' }
  const fields = { hostname: 'web-1', req, orderId: 7182, customer: 17 }
  return { level: 'error', time, message: '', error: { type: 'Error', message, stack }, fields }
}

async function openDiscord(inbox, clock, channel) {
  const page = await open(inbox, { width: 1000, height: 4000 }, `archives/${channel}`)
  await page.clock.setFixedTime(clock.now())
  await page.reload()
  await page.getByRole('article').first().waitFor()
  return page
}

/** Takes a picture of the messages from the first to the last of these numbers. */
async function shootMessages(page, name, numbers) {
  const boxes = numbers.map((number) => page.locator('.message').nth(number).boundingBox())
  const [first, last] = await Promise.all(boxes)
  const clip = { ...first, width: 640, height: last.y + last.height - first.y }
  await page.screenshot({ path: join(pictures, `${name}.png`), clip })
}

/** Sends requests to a real service until one error has occurred 1,204 times, and takes a picture of its incident. */
async function takeIncident() {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-'))
  cpSync(join(root, 'scripts', 'checkout'), folder, { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const inbox = await startInbox({
    channels: [{ name: 'general' }, { name: 'alerts' }, { name: 'deploys' }],
  })
  await post(inbox, 'chat.postMessage', {
    channel: 'deploys',
    username: 'deploys',
    icon_emoji: ':rocket:',
    text: '*checkout* v1.8.2 is in production',
  })
  const service = fork(join(folder, 'src', 'app.mjs'), {
    cwd: folder,
    env: {
      ...process.env,
      SLACK_API_URL: inbox.apiUrl,
      SLACK_BOT_TOKEN: inbox.token,
      SLACK_CHANNEL: '#alerts',
      SLACK_LOGGER_SPOOL_DIR: join(folder, 'journal'),
    },
  })
  const [port] = await once(service, 'message')
  const address = `http://127.0.0.1:${port}/orders/`
  // Notifications of an incident are at least five minutes apart, so two milestones take ten minutes.
  await placeOrders(address, 104, 301_000)
  await inbox.waitFor(({ isBroadcast }) => isBroadcast, { timeoutMs: 60_000 })
  await placeOrders(address, 1000, 302_000)
  await inbox.waitFor(({ isBroadcast, text }) => isBroadcast && text.includes('1,'), {
    timeoutMs: 60_000,
  })
  await placeOrders(address, 100, 30_000)
  await inbox.waitFor(({ blocks }) => JSON.stringify(blocks).includes('1,204'), {
    timeoutMs: 60_000,
  })
  const page = await open(inbox, { width: 1360, height: 860 }, 'archives/C0ALERTS001')
  await shoot(page, 'incident')
  service.send('end')
  await once(service, 'exit')
  await inbox.close()
  rmSync(folder, { recursive: true })
}

/** Places orders of two customers, one of them without a card, at a varying rate until `failures` orders have failed. */
async function placeOrders(address, failures, durationMs) {
  const pauseMs = durationMs / failures
  const startedAt = Date.now()
  for (let failed = 0; failed < failures;) {
    const response = await fetch(`${address}${1000 + Math.trunc(Math.random() * 9000)}`, {
      method: 'POST',
      headers: {
        'x-customer': Math.random() < 0.8 ? '17' : '3',
        'x-trace': randomBytes(16).toString('hex'),
      },
    })
    await response.arrayBuffer()
    if (response.ok) continue
    failed += 1
    const dueAt = startedAt + (failed + 40 * Math.sin(failed / 90)) * pauseMs
    await wait(Math.max(0, dueAt - Date.now()))
  }
}

async function open(inbox, viewport, path = '') {
  const context = await browser.newContext({ viewport, colorScheme: 'light', timezoneId: 'UTC' })
  const page = await context.newPage()
  await page.goto(`${inbox.pageUrl}${path}`)
  await page.getByRole('article').first().waitFor()
  return page
}

async function post(inbox, method, body) {
  const response = await inbox.fetch(`${inbox.apiUrl}${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${inbox.token}` },
    body: JSON.stringify(body),
  })
  const result = await response.json()
  if (!result.ok) throw new Error(`${method}: ${JSON.stringify(result)}`)
  return result
}

function once(emitter, event) {
  return new Promise((resolve, reject) => {
    emitter.once(event, (...values) => resolve(values))
    emitter.once('error', reject)
    if (event !== 'exit')
      emitter.once('exit', (code) => reject(new Error(`ended with code ${code}`)))
  })
}

function writeIndex() {
  const shown = Object.entries({ ...kinds, ...inDiscord }).map(
    ([name, caption]) =>
      `## ${caption[0].toUpperCase()}${caption.slice(1)}\n\n![${caption}](${name}.png)\n`,
  )
  const head =
    '# Pictures\n\nEvery kind of message, as the inbox shows it. `npm run pictures` takes the pictures.\n'
  writeFileSync(join(pictures, 'README.md'), [head, ...shown].join('\n'))
}
