import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startInbox } from '@slack-logger/slack-inbox'

/**
 * Runs one subject in a separate process with its own inbox, and returns its figures and the counts of its requests.
 *
 * @param subject its `file` and `env`; `slack` has the options of the inbox
 */
export async function runSubject({ file, env = {}, execArgv = [], slack = {} }) {
  const inbox = await startInbox({ rateLimit: slack.rateLimit ?? false, maxMessages: 1000 })
  if (slack.fault !== undefined) inbox.fail(slack.fault)
  const requests = { count: 0, notifications: 0, edits: 0, events: new Map() }
  const latest = new LatestRequests(inbox, requests)
  // A new folder, because the journal of an earlier run with the same port would be adopted, and no problem would be new.
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    const options = optionsFor({ inbox, env: { TMPDIR: folder, ...env }, execArgv })
    const figures = await figuresOf(fork(pathOf(file), [], options), { file, inbox })
    latest.countNew()
    const { count, notifications, edits, events } = requests
    const eventsInSlack = [...events.values()].reduce((sum, each) => sum + each, 0)
    return { ...figures, requests: count, notifications, edits, eventsInSlack }
  } finally {
    latest.stop()
    await inbox.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const pathOf = (file) => fileURLToPath(new URL(`../subjects/${file}.mjs`, import.meta.url))

function optionsFor({ inbox, env, execArgv }) {
  return {
    stdio: ['ignore', 'ignore', process.env.BENCH_DEBUG ? 'inherit' : 'ignore', 'ipc'],
    execArgv,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      SLACK_API_URL: inbox.apiUrl,
      SLACK_BOT_TOKEN: inbox.token,
      SLACK_CHANNEL: '#alerts',
      SLACK_WEBHOOK: inbox.webhookUrl,
      ...env,
    },
  }
}

function figuresOf(child, { file, inbox }) {
  return new Promise((resolve, reject) => {
    let figures
    child.on('message', (message) => {
      if (message.awaitText === undefined) figures = { ...figures, ...message }
      else void reportArrival(child, { inbox, text: message.awaitText })
    })
    child.on('error', reject)
    // The last message may arrive after `exit`.
    child.on('close', (code, signal) => {
      if (figures !== undefined) resolve({ ...figures, exitCode: code })
      else reject(new Error(`${file} ended with ${code ?? signal} and reported nothing`))
    })
  })
}

/** Waits for a message with a text and sends the child its time. */
async function reportArrival(child, { inbox, text }) {
  await inbox.waitFor((message) => JSON.stringify(message).includes(text), { timeoutMs: 30_000 })
  child.send({ arrivedAt: performance.timeOrigin + performance.now() })
}

/** Counts requests before the inbox drops them. */
class LatestRequests {
  #inbox
  #counts
  #timer
  #seen = new WeakSet()

  constructor(inbox, counts) {
    this.#inbox = inbox
    this.#counts = counts
    this.#timer = setInterval(() => this.countNew(), 50)
  }

  countNew() {
    for (let index = this.#inbox.requests.length - 1; index >= 0; index -= 1) {
      const request = this.#inbox.requests[index]
      if (this.#seen.has(request)) return
      this.#seen.add(request)
      this.#count(request)
    }
  }

  #count({ method, arguments: { thread_ts: thread, reply_broadcast: isBroadcast, metadata } }) {
    this.#counts.count += 1
    this.#countEvents(metadata)
    if (method === 'chat.update') this.#counts.edits += 1
    const isPost = method === 'chat.postMessage' || method === 'incoming-webhook'
    if (isPost && (thread === undefined || isBroadcast === true)) this.#counts.notifications += 1
  }

  /** The metadata of a message has the number of events of its incident. */
  #countEvents(metadata) {
    const given = typeof metadata === 'string' ? JSON.parse(metadata) : metadata
    const { fingerprint, count } = given?.event_payload ?? {}
    if (fingerprint === undefined) return
    const { events } = this.#counts
    events.set(fingerprint, Math.max(count, events.get(fingerprint) ?? 0))
  }

  stop() {
    clearInterval(this.#timer)
  }
}
