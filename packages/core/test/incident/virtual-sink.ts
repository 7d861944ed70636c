/// <reference types="node" />
import { createVirtualClock, startInbox } from '@slack-logger/slack-inbox'
import { createSlackSink, type LogRecord, type SlackOptions } from '../../src/index.ts'

/** A sink and an inbox on one clock that stands still until it is moved. */
export type VirtualSink = Awaited<ReturnType<typeof startVirtualSink>>

export async function startVirtualSink(options: SlackOptions = {}) {
  const clock = createVirtualClock()
  const inbox = await startInbox({ clock, listen: false })
  const sink = createSlackSink(
    {
      slackApiUrl: inbox.apiUrl,
      token: inbox.token,
      channel: '#alerts',
      service: 'checkout',
      ...options,
    },
    { clock, fetch: inbox.fetch, variables: {}, random: () => 0.5, writeStderr: () => {} },
  )
  return {
    sink,
    inbox,
    clock,
    /** Logs an error; each name is a problem of its own. */
    fail: (name: string, given: Partial<LogRecord> = {}): void =>
      sink.write({ level: 'error', time: clock.now(), message: name, fields: {}, ...given }),
    [Symbol.asyncDispose]: async () => {
      await sink.close()
      await inbox.close()
    },
  }
}
