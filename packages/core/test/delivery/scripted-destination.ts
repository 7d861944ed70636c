import type { Destination, SendRequest } from '../../src/delivery/destination.ts'
import type { FindResult, ProbeResult } from '../../src/delivery/destination.ts'
import type { SendResult } from '../../src/delivery/destination.ts'

/** A destination that answers from a script, then with success, and remembers what it was asked for. */
export function scriptedDestination(
  script: { send?: SendResult[]; find?: FindResult[]; probe?: ProbeResult[] } = {},
): Destination & { readonly sent: SendRequest[]; readonly asked: string[] } {
  const sent: SendRequest[] = []
  const asked: string[] = []
  return {
    sent,
    asked,
    hasThreads: true,
    lastWords: undefined,
    warmUp: () => undefined,
    async send(request) {
      asked.push('send')
      const result = script.send?.shift() ?? { status: 'sent', ts: '1.0', channel: request.channel }
      if (result.status === 'sent') sent.push(request)
      return result
    },
    async find() {
      asked.push('find')
      return script.find?.shift() ?? { status: 'unknown' }
    },
    recall: async () => [],
    async probe() {
      asked.push('probe')
      return script.probe?.shift() ?? { status: 'answers' }
    },
  }
}
