import type {
  Destination,
  Detail,
  FindResult,
  ProbeResult,
  SendRequest,
  SendResult,
} from '../../src/delivery/destination.ts'
import type { Notification } from '../../src/notification/notification.ts'

interface Scripted extends Destination<string> {
  /** The requests that were accepted. */
  readonly sent: SendRequest<string>[]
  readonly calls: ('send' | 'find' | 'probe')[]
  /** The details in which messages were rendered. */
  readonly details: Detail[]
}

/** A destination whose messages are texts. Its results are scripted; after the script everything succeeds. */
export function scriptedDestination(
  script: { send?: SendResult[]; find?: FindResult[]; probe?: ProbeResult[] } = {},
): Scripted {
  const sent: SendRequest<string>[] = []
  const calls: Scripted['calls'] = []
  const details: Detail[] = []
  return {
    sent,
    calls,
    details,
    name: 'Chat',
    can: { edits: true, threads: true, files: true },
    pace: { burst: 3, everyMs: 1000 },
    limits: { part: 3000, message: 10_000, parts: 4 },
    render(notification, detail) {
      details.push(detail)
      return textOf(notification)
    },
    async send(request) {
      calls.push('send')
      const result = script.send?.shift() ?? { status: 'sent', ref: `${request.channel}/1` }
      if (result.status === 'sent') sent.push(request)
      return result
    },
    async find() {
      calls.push('find')
      return script.find?.shift() ?? { status: 'unknown' }
    },
    async probe() {
      calls.push('probe')
      return script.probe?.shift() ?? { status: 'answers' }
    },
  }
}

function textOf(notification: Notification): string {
  switch (notification.kind) {
    case 'notice':
      return notification.text
    case 'list':
      return notification.problems.map(({ title }) => title).join(', ')
    default:
      return notification.headline
  }
}
