import { createSlackSink, type SlackSink } from '@slack-logger/core'
import { createExceptionHandler } from '@slack-logger/exception-handler'
import { createSlackStream } from '@slack-logger/pino-slack'
import { startInbox } from '@slack-logger/slack-inbox'
import { SlackTransport } from '@slack-logger/winston-slack'
import pino from 'pino'
import { beforeAll, describe, expect, test } from 'vitest'
import winston from 'winston'
import { clientNames, collectErrors } from './support/sdks.ts'

const statuses = [401, 404, 429, 400, 503]

/** Those whose errors keep no status. */
const withoutStatus = ['contentful', 'firebase-admin', '@supabase/postgrest-js']

let errors: Awaited<ReturnType<typeof collectErrors>>
let shared: Awaited<ReturnType<typeof startLoggers>>

beforeAll(async () => {
  errors = await collectErrors(statuses)
  shared = await startLoggers()
  return () => shared.inbox.close()
}, 300_000)

async function startLoggers() {
  const inbox = await startInbox()
  const options = optionsFor(inbox.apiUrl)
  const transport = new SlackTransport(options)
  return {
    inbox,
    sink: createSlackSink(options),
    stream: createSlackStream(options),
    transport,
    winston: winston.createLogger({
      format: winston.format.combine(winston.format.errors({ stack: true }), winston.format.json()),
      transports: [transport],
    }),
  }
}

function log(sink: SlackSink, error: unknown): void {
  sink.write({ level: 'error', time: Date.now(), message: '', error, fields: {} })
}

const errorsOf = (name: string): unknown[] => [...(errors.get(name)?.values() ?? [])]

describe.each(clientNames)('an error of %s', (name) => {
  test('alerts with what the upstream answered', async () => {
    await using inbox = await startInbox()
    const sink = createSlackSink(optionsFor(inbox.apiUrl))

    log(sink, errors.get(name)?.get(401))
    await sink.flush()

    const shown = JSON.stringify(inbox.messages())
    expect(inbox.messages()).toHaveLength(1)
    expect(shown.includes('answered 401')).toBe(!withoutStatus.includes(name))
    await sink.close()
  })

  test('is not ignored, whatever the status and the logger', () => {
    for (const err of errorsOf(name)) {
      log(shared.sink, err)
      pino({}, shared.stream).error({ err })
      shared.winston.error('sync failed', { err })
      if (err instanceof Error) shared.winston.error(err)
    }

    expect(shared.sink.health().events).toMatchObject({ ignored: 0, lost: {} })
    expect(shared.transport.health().events).toMatchObject({ ignored: 0, lost: {} })
    expect(shared.stream.health().events).toMatchObject({ ignored: 0, lost: {} })
  })

  test('is answered with a 500 that has nothing of the upstream, and alerts', () => {
    const lines: object[] = []
    const logger = pino(
      {},
      { write: (line: string) => void lines.push(JSON.parse(line) as object) },
    )
    const { handleException } = createExceptionHandler({ logger })

    const answers = errorsOf(name).map((error) => handleException(error, { path: '/orders' }))

    const answer = {
      status: 500,
      headers: {},
      body: { message: 'Something went wrong. Please contact the administrator.', errors: [] },
    }
    expect(answers).toMatchObject(statuses.map(() => answer))
    expect(answers.map(({ headers }) => headers)).toEqual(statuses.map(() => ({})))
    expect(lines).toMatchObject(statuses.map(() => ({ level: 50, status: 500 })))
  })
})

function optionsFor(apiUrl: string) {
  return { token: 'xoxb-test', channel: '#alerts', slackApiUrl: apiUrl, spoolDir: false } as const
}
