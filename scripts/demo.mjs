// `npm run demo`: runs a pino service, a winston service and a cluster of four processes, whose errors arrive in a local Slack, a web
// service whose problem is resolved there, and ends with a report.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { prepare } from './prepare.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const staysUp = process.stdout.isTTY && process.env.CI === undefined

const services = [
  {
    name: 'pino',
    file: 'examples/pino/app.mjs',
    inMessage: ['TypeError', 'Cannot read properties of undefined', 'checkout'],
    inThread: ['chargeCard', 'app.mjs'],
    inFileOnly: ['checkout is ready', 'stock is low'],
  },
  {
    name: 'winston',
    file: 'examples/winston/app.mjs',
    inMessage: ['RangeError', 'invoice 2041 has no lines', 'invoices'],
    inThread: ['renderInvoice', 'app.mjs'],
    inFileOnly: ['invoices is ready', 'the printer is slow'],
  },
  {
    name: 'cluster',
    file: 'examples/cluster/app.mjs',
    // All four processes fail: one message counts them.
    inMessage: ['the card was refused', 'checkout', '×4'],
    inThread: ['chargeFailure', 'app.mjs'],
    inFileOnly: [],
  },
]

prepare()
const { startInbox } = await import('../packages/slack-inbox/dist/index.js')
const { createSlackSink } = await import('../packages/core/dist/index.js')
const shopPort = await freePort()
const signingSecret = 'the secret of the demo'
const inbox = await startInbox({
  port: staysUp ? 8484 : 0,
  interactivity: { requestUrl: `http://127.0.0.1:${shopPort}/slack/actions`, signingSecret },
})
console.log(`\nA local Slack is running: ${inbox.pageUrl}\n`)
const logs = mkdtempSync(join(tmpdir(), 'slack-logger-demo-'))
const problems = []
for (const service of services) problems.push(...(await show(service)))
const shop = startService('examples/express/app.mjs', join(logs, 'shop.log'), {
  PORT: String(shopPort),
  SLACK_SIGNING_SECRET: signingSecret,
})
problems.push(...(await talk()))
if (!staysUp) {
  shop.kill()
  const [code] = await once(shop, 'exit')
  if (code !== 0) problems.push(`shop: ended with code ${code}`)
}
problems.push(...(await showReport()))
if (!staysUp) rmSync(logs, { recursive: true })
if (problems.length > 0) {
  console.log('\nThe demo failed:')
  for (const problem of problems) console.log(`  - ${problem}`)
  process.exitCode = 1
} else {
  console.log('\nNo error was lost, and nothing else was posted.')
}
if (staysUp) {
  console.log(
    `Open ${inbox.pageUrl} for the messages. The shop is still running: press the buttons below its message, or react with`,
  )
  console.log('✅, 👀 or 🔇, which takes up to 15 seconds. Press Ctrl-C to stop the demo.')
} else await inbox.close()

/** Runs one service, prints its messages and returns the differences from the expected result. */
async function show(service) {
  const logFile = join(logs, `${service.name}.log`)
  const before = inbox.messages().length
  const code = await runService(service.file, logFile)
  const messages = inbox.messages().slice(before)
  const [message] = messages
  const thread = message === undefined ? [] : inbox.thread(message.ts).slice(1)
  console.log(`${service.file} ran and ended with code ${code}.`)
  for (const { channelName, text } of messages) console.log(`  in #${channelName}: ${text}`)
  console.log(
    `  in its thread: ${thread.length === 1 ? '1 reply' : `${thread.length} replies`} with the stack and its context`,
  )
  const wrong = []
  if (code !== 0) wrong.push(`${service.name}: ended with code ${code}`)
  if (messages.length !== 1) wrong.push(`${service.name}: ${messages.length} messages instead of 1`)
  const shown = JSON.stringify(message ?? {})
  const replies = JSON.stringify(thread)
  for (const text of service.inMessage)
    if (!shown.includes(text)) wrong.push(`${service.name}: the message lacks "${text}"`)
  for (const text of service.inThread)
    if (!replies.includes(text)) wrong.push(`${service.name}: the thread lacks "${text}"`)
  if (service.inFileOnly.length === 0) return wrong
  const logged = readFileSync(logFile, 'utf8')
  for (const text of service.inFileOnly) {
    if (!logged.includes(text)) wrong.push(`${service.name}: the log file lacks "${text}"`)
    if (shown.includes(text) || replies.includes(text))
      wrong.push(`${service.name}: "${text}" should be in the file only`)
  }
  console.log(`  in its log file: all ${logged.trimEnd().split('\n').length} lines that it logged`)
  return wrong
}

/** Sends a report about what the services left, and returns the differences from the expected result. */
async function showReport() {
  const sink = createSlackSink({
    slackApiUrl: inbox.apiUrl,
    token: 'xoxb-demo',
    channel: '#alerts',
    service: 'checkout',
    spoolDir: join(logs, 'journal'),
  })
  const isSent = await sink.report()
  await sink.close()
  const message = inbox.messages().at(-1)
  console.log(`A report about checkout was sent.\n  in #${message.channelName}: ${message.text}`)
  const shown = JSON.stringify(message)
  const missing = ['4 errors, 1 problem', 'the card was refused', 'nothing was lost'].filter(
    (text) => !isSent || !shown.includes(text),
  )
  return missing.map((text) => `report: the message lacks "${text}"`)
}

/** Resolves and reopens the problem of the shop, as a person would. */
async function talk() {
  await once(shop.stdout, 'data')
  await fetch(`http://127.0.0.1:${shopPort}/orders/17/pay`, { method: 'POST' })
  const message = await inbox.waitFor(({ text }) => text.includes('· shop'))
  console.log(`examples/express/app.mjs is running.\n  in #${message.channelName}: ${message.text}`)
  for (const [button, done] of [
    ['resolve', 'Resolved by ada'],
    ['reopen', 'Reopened by ada'],
  ]) {
    const { delivery } = await inbox.click(message.ts, `slack-logger:${button}`, { user: 'ada' })
    if (delivery?.error !== undefined) return [`shop: the click on ${button}: ${delivery.error}`]
    const line = await inbox.waitFor(({ isReply, text }) => isReply && text.includes(done))
    console.log(`  in its thread: ${line.text}`)
  }
  return []
}

async function runService(file, logFile) {
  const [code] = await once(startService(file, logFile), 'exit')
  return code
}

function startService(file, logFile, variables = {}) {
  return spawn(process.execPath, [join(root, file)], {
    stdio: ['inherit', 'pipe', 'inherit'],
    env: {
      ...process.env,
      LOG_FILE: logFile,
      SLACK_LOGGER_SPOOL_DIR: join(logs, 'journal'),
      SLACK_API_URL: inbox.apiUrl,
      SLACK_BOT_TOKEN: 'xoxb-demo',
      SLACK_CHANNEL: '#alerts',
      ...variables,
    },
  })
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}
