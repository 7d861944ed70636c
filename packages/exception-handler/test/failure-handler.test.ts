import { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { RequestReader } from '../src/http/request-context.ts'
import { FailureHandler } from '../src/failure-handler.ts'
import { resolveOptions } from '../src/options.ts'

interface Order {
  readonly path: string
  user: object | undefined
}

const reader: RequestReader<Order> = {
  read: ({ path }, user) => {
    if (path === '/unreadable') throw new RangeError('no such path')
    return { path, user }
  },
  ids: () => ({}),
  user: ({ user }) => user,
}

const noSeat = Object.assign(new Error('no seat left'), { status: 409 })

/** What two requests are answered that fail in one turn of the event loop, and what is logged of them when it has ended. */
async function failTwice(paths: readonly string[], shouldAlert?: () => boolean) {
  const lines: object[] = []
  const logger = { error: (fields: object, msg: string) => void lines.push({ msg, ...fields }) }
  const handler = new FailureHandler(
    resolveOptions<Order>({ logger, ...(shouldAlert && { shouldAlert }) }),
    reader,
  )
  const statuses = paths.map((path) => {
    const order: Order = { path, user: { id: 17 } }
    const { status } = handler.handle(noSeat, order, { connection: new Socket() })
    order.user = undefined
    return status
  })
  await turn()
  return { statuses, lines }
}

test('a user that the service removes after the answer is logged', async () => {
  const { lines } = await failTwice(['/orders/1', '/orders/2'])

  expect(lines).toMatchObject([
    { request: { path: '/orders/1', user: { id: '17' } } },
    { request: { path: '/orders/2', user: { id: '17' } } },
  ])
})

test('what `shouldAlert` throws makes every answer of a turn a 500', async () => {
  const { statuses, lines } = await failTwice(['/orders/1', '/orders/2'], () => {
    throw new RangeError('no such rule')
  })

  expect(statuses).toEqual([500, 500])
  expect(lines).toMatchObject([
    { handlerFailure: { message: 'no such rule' }, request: { path: '/orders/1' } },
    { handlerFailure: { message: 'no such rule' }, request: { path: '/orders/2' } },
  ])
})

test('a request that cannot be read at the end of a turn is logged with the reason', async () => {
  const { statuses, lines } = await failTwice(['/orders/1', '/unreadable'])

  expect(statuses).toEqual([409, 409])
  expect(lines).toMatchObject([
    { msg: 'no seat left' },
    {
      err: { message: 'no seat left' },
      handlerFailure: { message: 'no such path' },
      request: { unreadable: 'no such path' },
    },
  ])
})
