import { describe, expect, test } from 'vitest'
import type {
  Destination,
  Detail,
  Post,
  SendOptions,
  SendRequest,
  SendResult,
  SyncCall,
  TextFile,
} from '../../src/index.ts'
import { notifications } from './notifications.ts'

/** A destination with a service of its own to send to. */
export interface DestinationSetup extends AsyncDisposable {
  readonly destination: Destination
  /** A channel that it can post to. */
  readonly channel: string
  /** Everything in the channel, in any form that differs after a change. */
  readonly content: () => unknown
  /** Makes the service leave requests without an answer. Left out where there is none. */
  readonly hang?: () => unknown
  /** Makes the service fail. Left out where there is none. */
  readonly fail?: () => unknown
  /** Makes HTTP requests for the exit sender. */
  readonly call?: SyncCall
}

const details: readonly Detail[] = ['full', 'minimal', 'text']
const file: TextFile = { filename: 'stack.txt', title: 'Stack', content: 'Error\n    at charge' }
const failures = ['wait', 'retry', 'degrade', 'repost', 'refused', 'stopChannel', 'stopDestination']
const aFailure = {
  status: expect.stringMatching(new RegExp(`^(${failures.join('|')})$`)),
  reason: expect.stringMatching(/./),
}

/**
 * What every destination must do.
 *
 * @example
 * describeDestination('my chat', async () => {
 *   const chat = await startFakeChat()
 *   return {
 *     destination: new ChatDestination(chat.url),
 *     channel: 'alerts',
 *     content: () => chat.messages,
 *     hang: () => chat.hang(),
 *     fail: () => chat.answerWith(500),
 *     [Symbol.asyncDispose]: () => chat.close(),
 *   }
 * })
 */
export function describeDestination(name: string, create: () => Promise<DestinationSetup>): void {
  describe(`${name} as a destination`, () => {
    test('has a name, a pace and limits', async () => {
      await using setup = await create()
      const { destination } = setup

      expect(destination.name).not.toBe('')
      expect(destination.pace.burst).toBeGreaterThanOrEqual(1)
      expect(destination.pace.everyMs).toBeGreaterThan(0)
      expect(Math.min(...Object.values(destination.limits))).toBeGreaterThanOrEqual(1)
    })

    test.each(Object.values(notifications))(
      'takes a notification of the kind $kind',
      async (given) => {
        await using setup = await create()
        const { destination, channel } = setup

        for (const detail of details) {
          const message = destination.render(given, detail)
          const result = await destination.send({ kind: 'post', channel, message }, options())

          expect({ detail, result }).toMatchObject({ detail, result: { status: 'sent' } })
        }
      },
    )

    test('posts, edits, replies and uploads by reference, and refuses what it cannot do', async () => {
      await using setup = await create()
      const { destination, channel } = setup
      const { can } = destination
      const send = (request: SendRequest) => destination.send(request, options())
      const before = await setup.content()

      const root = await send(postIn(setup))
      const ref = refOf(root)
      const edit = await send({ kind: 'edit', channel, ref, message: rendered(destination) })
      const thread = can.threads ? { thread: ref, isBroadcast: true } : {}
      const reply = await send({ ...postIn(setup), ...thread })
      const upload = await send({ kind: 'upload', channel, thread: ref, file })

      expect(await setup.content()).not.toEqual(before)
      expect(ref !== '').toBe(can.edits || can.threads)
      expect(edit).toMatchObject(can.edits ? { status: 'sent', ref } : aFailure)
      expect(reply).toMatchObject({ status: 'sent' })
      expect(upload).toMatchObject(can.files ? { status: 'sent' } : aFailure)
    })

    test('calls `onTransmit` when a post reaches the network, if it sends while the process exits', async () => {
      await using setup = await create()
      const { destination } = setup
      let transmissions = 0

      const onTransmit = () => void (transmissions += 1)
      await destination.send(postIn(setup), { ...options(), onTransmit })

      expect(transmissions > 0 || destination.exit === undefined).toBe(true)
    })

    test('finds a post by its id and no other, if posts can be looked up', async () => {
      await using setup = await create()
      const { destination, channel } = setup
      const root = await destination.send({ ...postIn(setup), id: 'id-1' }, options())
      const thread = destination.can.threads ? { thread: refOf(root) } : {}
      const reply = { ...postIn(setup), ...thread, id: 'id-2' }
      const posts = [root, await destination.send(reply, options())]
      const before = await setup.content()

      if (destination.find === undefined) return
      const found = [
        await destination.find({ channel, id: 'id-1' }, options()),
        await destination.find({ channel, ...thread, id: 'id-2' }, options()),
        await destination.find({ channel, id: 'id-3' }, options()),
      ]

      expect([
        [...posts.map((post) => ({ status: 'found', ref: refOf(post) })), { status: 'absent' }],
        Array.from({ length: 3 }, () => ({ status: 'unknown' })),
      ]).toContainEqual(found)
      expect(await setup.content()).toEqual(before)
    })

    test('probes without changing anything', async () => {
      await using setup = await create()
      const before = await setup.content()

      const answers = { status: 'answers' }
      expect((await setup.destination.probe?.(options())) ?? answers).toEqual(answers)

      expect(await setup.content()).toEqual(before)
    })

    test('recalls its posts with their metadata, if it can', async () => {
      await using setup = await create()
      const { destination, channel } = setup
      const metadata = { service: 'checkout', count: 3 }
      const ref = refOf(await destination.send({ ...postIn(setup), metadata }, options()))

      const recalled = await destination.recall?.(channel, { ...options(), since: 0 })

      expect([[], [{ ref, metadata }]]).toContainEqual(recalled ?? [])
    })

    describe.each([
      ['when the signal was aborted before', undefined],
      ['when there is no answer in time', 'hang'],
      ['when the service fails', 'fail'],
    ] as const)('%s', (_when, trouble) => {
      test('returns a failure in time, and never rejects', async () => {
        await using setup = await create()
        const { destination, channel } = setup
        const given = trouble === undefined ? aborted() : options(200)
        if (trouble !== undefined && setup[trouble] === undefined) return
        await setup[trouble ?? 'content']?.()

        const results = [
          await destination.send(postIn(setup), given),
          (await destination.find?.({ channel, id: 'id-1' }, given)) ?? aFailure,
          (await destination.probe?.(given)) ?? aFailure,
        ]
        const recalled = await destination.recall?.(channel, { ...given, since: 0 })

        expect(results).toMatchObject([aFailure, aFailure, aFailure])
        expect(recalled ?? []).toEqual([])
      })
    })

    test('sends while the process exits as it does before, if it can', async () => {
      await using setup = await create()
      const { destination, channel, call = noCall } = setup
      const { exit, can } = destination
      if (exit === undefined) return
      const before = await setup.content()

      exit.prepare?.(channel, call)
      const prepared = await setup.content()
      const ref = refOf(exit.send({ ...postIn(setup), id: 'id-1' }, call))
      const sent = await setup.content()
      const message = rendered(destination)
      const edit = exit.send({ kind: 'edit', channel, ref, message }, call)
      const found = exit.find?.({ channel, id: 'id-1' }, call)
      const other = exit.find?.({ channel, id: 'id-2' }, call)
      await setup.fail?.()
      const failed = exit.send(postIn(setup), call)

      expect(prepared).toEqual(before)
      expect(sent).not.toEqual(before)
      expect(edit ?? aFailure).toMatchObject(can.edits ? { status: 'sent', ref } : aFailure)
      expect(found).toEqual(exit.find && { status: 'found', ref })
      expect(other).toEqual(exit.find && { status: 'absent' })
      expect(failed).toMatchObject(setup.fail ? aFailure : { status: 'sent' })
    })
  })
}

function options(timeoutMs = 5000): SendOptions {
  return { signal: AbortSignal.timeout(timeoutMs) }
}

function aborted(): SendOptions {
  return { signal: AbortSignal.abort(new Error('the process ends')) }
}

function rendered(destination: Destination): unknown {
  return destination.render(notifications.root, 'full')
}

function postIn({ destination, channel }: DestinationSetup): Post {
  return { kind: 'post', channel, message: rendered(destination) }
}

function refOf(result: SendResult | undefined): string {
  expect(result).toMatchObject({ status: 'sent', ref: expect.any(String) })
  return result?.status === 'sent' ? result.ref : ''
}

const noCall: SyncCall = () => {
  throw new Error('Expected the setup to have `call`, for an exit sender that makes HTTP requests')
}
