import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSlackSink } from '@slack-logger/core'
import { createVirtualClock, startInbox } from '@slack-logger/slack-inbox'
import { afterMs } from './scenarios.mjs'

/** A process that fails dies after this time, in milliseconds. */
const dyingMs = 1000
/** It starts this long before, in milliseconds. */
const startingMs = 2000

/** Counts what a service posts in a scenario. Its processes and the inbox share a virtual clock. */
export async function measure({ occurrences, processes }, options = {}) {
  const clock = createVirtualClock()
  const inbox = await startInbox({ clock, listen: false })
  const host = createHost({ clock, inbox, options, processes })
  const startedAt = clock.now()
  const advanceTo = async (time) => {
    if (startedAt + time > clock.now()) await clock.advanceTo(startedAt + time)
  }
  if (processes === undefined) {
    const { sink } = host.start()
    for (const occurrence of occurrences()) {
      await advanceTo(occurrence[0])
      sink.write(recordOf(occurrence, 'error'))
    }
    await clock.advance(afterMs)
  } else {
    for (const occurrence of occurrences()) {
      await advanceTo(occurrence[0] - startingMs)
      const { sink } = host.start()
      await advanceTo(occurrence[0])
      sink.write(recordOf(occurrence, 'fatal'))
      await clock.advance(dyingMs)
      host.kill()
    }
  }
  const notifying = inbox.messages()
  const replies = notifying.flatMap(({ ts, isReply }) => (isReply ? [] : inbox.thread(ts).slice(1)))
  const edits = notifying.reduce((sum, { editCount }) => sum + editCount, 0)
  host.kill()
  await inbox.close()
  host.remove()
  return { notifications: notifying.length, replies: replies.length, edits }
}

/** Starts processes of one service, one after the other. */
function createHost({ clock, inbox, options, processes }) {
  const folder =
    processes === 'journal' ? mkdtempSync(join(tmpdir(), 'slack-logger-noise-')) : undefined
  let pid = 1000
  let alive
  return {
    start() {
      pid += 1
      const self = pid
      alive = self
      const isAlive = (other = self) => alive === other
      const sink = createSlackSink(
        {
          slackApiUrl: inbox.apiUrl,
          token: inbox.token,
          channel: '#alerts',
          service: 'noise',
          spoolDir: folder ?? false,
          ...options,
        },
        {
          clock: {
            now: () => clock.now(),
            setTimer: (callback, delayMs) =>
              clock.setTimer(() => (isAlive() ? callback() : undefined), delayMs),
          },
          process: {
            pid: self,
            host: 'web-1',
            startedAt: clock.now(),
            uid: process.getuid?.(),
            isAlive,
          },
          fetch: async (...request) => {
            const response = await inbox.fetch(...request)
            return isAlive() ? response : new Promise(() => {})
          },
          variables: {},
          random: () => 0.5,
          writeStderr: () => {},
        },
      )
      return { sink }
    },
    kill() {
      alive = undefined
    },
    remove() {
      if (folder !== undefined) rmSync(folder, { recursive: true })
    },
  }
}

function recordOf([at, problem, variant], level) {
  const error = failureOf(problem)
  if (variant === undefined) return { level, time: at, message: '', error, fields: {} }
  const url = `/shop/${variant.toString(36)}/${variant % 7 === 0 ? 'wp-login.php' : 'index'}`
  const message = `no handler for ${url}`
  const stack = error.stack.replace(error.message, message)
  return {
    level,
    time: at,
    message: '',
    error: { type: 'Error', message, stack },
    request: { method: 'GET', url },
    fields: {},
  }
}

const failures = new Map()

/** Each problem has its own location. */
function failureOf(problem) {
  let failure = failures.get(problem)
  if (failure === undefined) {
    const name = `task${letter(Math.floor(problem / 26))}${letter(problem % 26)}`
    const message = `${name} failed`
    const stack = `Error: ${message}\n    at ${name} (/app/src/${name}.js:7:11)`
    failure = { type: 'Error', message, stack }
    failures.set(problem, failure)
  }
  return failure
}

function letter(index) {
  return String.fromCodePoint(65 + index)
}
