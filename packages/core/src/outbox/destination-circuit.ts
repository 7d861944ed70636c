import type { SendOptions } from '../slack/destination.ts'
import { Circuit } from './circuit.ts'
import type { OutboxParts } from './outbox-parts.ts'

/** The circuit of a destination, whose state is told. */
export function createDestinationCircuit(
  { clock, random, destination, health }: OutboxParts,
  options: () => SendOptions,
): Circuit {
  return new Circuit({
    clock,
    random,
    probe: async () => {
      const result = await destination.probe(options())
      return result.status === 'answers' ? undefined : result
    },
    onChange: (change) => {
      if (change.state === 'open') health.wentDown(change.reason)
      else health.cameBack(change.downMs)
    },
  })
}
