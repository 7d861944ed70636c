import { createSlackSink } from '@slack-logger/core'
import { createVirtualClock, startInbox } from '@slack-logger/slack-inbox'
import { afterMs } from './scenarios.mjs'

/** Counts what a sink posts in a scenario. Sink and inbox share a virtual clock. */
export async function measure(occurrences, options = {}) {
  const clock = createVirtualClock()
  const inbox = await startInbox({ clock, listen: false })
  const sink = createSlackSink(
    {
      slackApiUrl: inbox.apiUrl,
      token: inbox.token,
      channel: '#alerts',
      service: 'noise',
      ...options,
    },
    { clock, fetch: inbox.fetch, variables: {}, random: () => 0.5, writeStderr: () => {} },
  )
  const startedAt = clock.now()
  let advancedTo = 0
  for (const [at, problem] of occurrences) {
    if (at > advancedTo) await clock.advanceTo(startedAt + at)
    advancedTo = at
    sink.write({ level: 'error', time: at, message: '', error: failureOf(problem), fields: {} })
  }
  await clock.advance(afterMs)
  const notifying = inbox.messages()
  const replies = notifying.flatMap(({ ts, isReply }) => (isReply ? [] : inbox.thread(ts).slice(1)))
  const edits = notifying.reduce((sum, { editCount }) => sum + editCount, 0)
  await inbox.close()
  return { notifications: notifying.length, replies: replies.length, edits }
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
