import * as v from 'valibot'
import type { Metadata } from '../incident/metadata.ts'
import { runInsideSink } from '../options/hooks.ts'
import type { Destination, Failure, Recalled, SyncSender } from './destination.ts'

/**
 * Protects the sink from a destination of the application: nothing rejects or throws, an invalid result becomes a failure, and what the
 * destination logs causes no alert.
 *
 * @throws TypeError for an object without the parts of a destination.
 */
export function guardDestination(destination: Destination): Destination {
  expectDestination(destination)
  const { name, can, pace, limits, exit } = destination
  return {
    name,
    can,
    pace,
    limits,
    render: (notification, detail) => runInsideSink(() => destination.render(notification, detail)),
    send: (given, options) => request(() => destination.send(given, options)),
    ...(destination.find && {
      find: (post, options) => request(async () => destination.find?.(post, options)),
    }),
    ...(destination.recall && {
      recall: async (channel, options) =>
        recalledOf(
          await runInsideSink(async () => destination.recall?.(channel, options)).catch(unanswered),
        ),
    }),
    ...(destination.urlOf && {
      urlOf: (ref) => {
        const url = attempt(() => destination.urlOf?.(ref))
        return typeof url === 'string' ? url : undefined
      },
    }),
    ...(destination.probe && {
      probe: (options) => request(async () => destination.probe?.(options)),
    }),
    ...(destination.warmUp && { warmUp: () => void attempt(() => destination.warmUp?.()) }),
    ...(exit && { exit: guardExit(exit) }),
  }
}

async function request<Result>(run: () => Promise<Result | undefined>): Promise<Result | Failure> {
  try {
    const result = await runInsideSink(run)
    return isResult(result) ? result : unexpected(result)
  } catch (error) {
    return unanswered(error)
  }
}

function guardExit(exit: SyncSender): SyncSender {
  return {
    ...(exit.prepare && {
      prepare: (channel, call) => void attempt(() => exit.prepare?.(channel, call)),
    }),
    send(given, call) {
      const result = attempt(() => exit.send(given, call))
      return result === undefined || isResult(result) ? result : unexpected(result)
    },
    ...(exit.recall && {
      recall: (channel, since, call) =>
        recalledOf(attempt(() => exit.recall?.(channel, since, call))),
    }),
    ...(exit.find && {
      find(post, call) {
        const result = attempt(() => exit.find?.(post, call))
        return isResult(result) ? result : unexpected(result)
      },
    }),
    ...(exit.probe && {
      probe(call) {
        const result = attempt(() => exit.probe?.(call))
        return isResult(result) ? result : unexpected(result)
      },
    }),
  }
}

function attempt<Result>(run: () => Result): Result | Failure {
  try {
    return runInsideSink(run)
  } catch (error) {
    return unanswered(error)
  }
}

function unanswered(error: unknown): Failure {
  const reason = error instanceof Error ? error.message : String(error)
  return { status: 'retry', reason, accepted: 'unknown' }
}

function unexpected(result: unknown): Failure {
  const { status } = (result ?? {}) as { readonly status?: unknown }
  return unanswered(`a result with the status ${String(status)}`)
}

const resultSchema = v.variant('status', [
  v.object({ status: v.picklist(['sent', 'found']), ref: v.string() }),
  v.object({ status: v.literal('wait'), reason: v.string(), afterMs: numberFrom(-Infinity) }),
  v.object({ status: v.literal('retry'), reason: v.string(), accepted: v.string() }),
  v.object({ status: v.picklist(['answers', 'absent', 'unknown']) }),
  v.object({
    status: v.picklist(['degrade', 'repost', 'refused', 'stopChannel', 'stopDestination']),
    reason: v.string(),
  }),
])

/** In JavaScript, a destination may return anything. */
function isResult<Result>(value: Result | undefined): value is Result {
  return v.is(resultSchema, value)
}

const recalledSchema = v.object({
  ref: v.string(),
  metadata: v.custom<Metadata>((value) => typeof value === 'object' && value !== null),
})

function recalledOf(messages: unknown): readonly Recalled[] {
  // Without them, a process starts as if it were the first.
  if (!Array.isArray(messages)) return []
  return messages.filter((message) => v.is(recalledSchema, message))
}

function numberFrom(min: number): v.GenericSchema<number> {
  return v.pipe(v.number(), v.finite(), v.minValue(min))
}

/** The parts that every destination has, in words and as a check. */
const parts = {
  name: ['a non-empty string', v.pipe(v.string(), v.nonEmpty())],
  can: ['an object', v.object({})],
  pace: [
    'a burst from 1 up and a time from 0 up',
    v.object({ burst: numberFrom(1), everyMs: numberFrom(0) }),
  ],
  limits: [
    'numbers from 1 up',
    v.object({ part: numberFrom(1), message: numberFrom(1), parts: numberFrom(1) }),
  ],
  render: ['a function', v.function()],
  send: ['a function', v.function()],
} as const

function expectDestination(destination: Destination): void {
  for (const [name, [wanted, schema]] of Object.entries(parts)) {
    const got = destination[name as keyof typeof parts]
    if (v.is(schema, got)) continue
    throw new TypeError(
      `Expected \`destination.${name}\` to be ${wanted}, got ${JSON.stringify(got)}`,
    )
  }
}
