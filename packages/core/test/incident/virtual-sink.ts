/// <reference types="node" />
import { createVirtualClock, type InboxOptions, startInbox } from '@slack-logger/slack-inbox'
import { resolveEnvironment } from '../../src/environment.ts'
import { actInFleet } from '../../src/fleet/act.ts'
import {
  createSlackSink,
  type IncidentAction,
  type LogRecord,
  type SlackOptions,
} from '../../src/index.ts'
import { parseInteraction } from '../../src/slack/interactions/parse-interaction.ts'

/** A sink and an inbox on one clock that stands still until it is moved. The sink's wall clock can be set to another time. */
export type VirtualSink = Awaited<ReturnType<typeof startVirtualSink>>

export async function startVirtualSink(
  options: SlackOptions = {},
  inboxOptions: InboxOptions = {},
  writeStderr: (line: string) => void = () => {},
) {
  const clock = createVirtualClock()
  const interactivity = {
    requestUrl: 'http://service.test/',
    signingSecret: 'a signing secret',
    fetch: async (request: Request) => {
      const payload = new URLSearchParams(await request.text()).get('payload')
      const action = parseInteraction(JSON.parse(payload ?? ''))
      if (action !== undefined) void act(action)
      return new Response()
    },
  }
  const inbox = await startInbox({ clock, listen: false, interactivity, ...inboxOptions })
  let wallAheadMs = 0
  const wallNow = (): number => clock.now() + wallAheadMs
  const environment = resolveEnvironment({
    clock: { ...clock, now: wallNow, monotonic: () => clock.now() },
    fetch: inbox.fetch,
    variables: {},
    random: () => 0.5,
    writeStderr,
  })
  const act = (action: IncidentAction) => actInFleet(action, { ...environment, path: undefined })
  const sink = createSlackSink(
    {
      slackApiUrl: inbox.apiUrl,
      token: inbox.token,
      channel: '#alerts',
      service: 'checkout',
      ...options,
    },
    environment,
  )
  return {
    sink,
    inbox,
    clock,
    act,
    /** Sets the wall clock back or forward. */
    moveWallClock: (byMs: number): void => void (wallAheadMs += byMs),
    /** Logs a text at error level. */
    fail: (message: string, given: Partial<LogRecord> = {}): void =>
      sink.write({ level: 'error', time: wallNow(), message, fields: {}, ...given }),
    /** Logs an error thrown by a function of this name: each is a problem of its own. */
    failIn: (name: string, given: Partial<LogRecord> = {}): void =>
      sink.write({
        level: 'error',
        time: wallNow(),
        message: `${name} failed`,
        error: failureIn(name),
        fields: {},
        ...given,
      }),
    [Symbol.asyncDispose]: async () => {
      await sink.close()
      await inbox.close()
    },
  }
}

const failures = new Map<string, object>()

/** What a pino worker is given of an error. */
function failureIn(name: string): object {
  let failure = failures.get(name)
  if (failure === undefined) {
    const message = `${name} failed`
    const stack = `Error: ${message}\n    at ${name} (/app/src/${name}.js:7:11)`
    failure = { type: 'Error', message, stack }
    failures.set(name, failure)
  }
  return failure
}

/** As many names as are asked for: `taskAA`, `taskAB`, … */
export function namesOf(count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, index) => `task${letterOf(Math.floor(index / 26))}${letterOf(index % 26)}`,
  )
}

function letterOf(index: number): string {
  return String.fromCodePoint(65 + index)
}
