import { Boom } from '@hapi/boom'
import { IsEmail, validateSync } from 'class-validator'
import createError from 'http-errors'
import { Readable } from 'node:stream'
import * as v from 'valibot'
import { z } from 'zod'

/** Everything that a handler of the service throws, by the last part of the path. */
const failures: Readonly<Record<string, () => unknown>> = {
  bug: () => chargeCard({ id: 17 } as Order),
  'http-errors': () => createError(409, 'no seat left'),
  boom: () => new Boom('no seat left', { statusCode: 409 }),
  upgrade: () => createError(426, 'use TLS', { headers: { 'retry-after': '7', ...ofConnection } }),
  unauthorized: () => createError(401, 'wrong password'),
  forbidden: () => createError(403),
  missing: () => Object.assign(new Error('Record not found'), { code: 'P2025' }),
  string: () => 'no stock',
  number: () => 42,
  valibot: () => caught(() => v.parse(v.object({ email: v.pipe(v.string(), v.email()) }), wrong)),
  'class-validator': () => validateSync(Object.assign(new Account(), wrong)),
  frozen: () => Object.freeze(createError(409, 'no seat left')),
  proxy: () => new Proxy(new Error('no stock'), { get: refuse, getPrototypeOf: refuse }),
  object: () => ({ reason: 'no stock', password: 'hunter2' }),
}

/** Headers that HTTP/2 refuses. */
const ofConnection = { upgrade: 'TLS/1.3', connection: 'upgrade', 'keep-alive': 'timeout=5' }

function refuse(): never {
  throw new Error('a trap')
}

const wrong = { email: 'nobody' }

class Account {
  email = ''
}
IsEmail()(Account.prototype, 'email')

function caught(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return error
  }
}

interface Order {
  readonly id: number
  readonly card: { readonly id: string }
}

function chargeCard(order: Order): string {
  return order.card.id
}

/** Throws what a path asks for. */
export function failAs(how: string): never {
  throw failures[how]?.()
}

const orderSchema = z.object({ email: z.email(), amount: z.int() })

/** Throws a validation error for a body that is no order. */
export function createOrder(body: unknown): object {
  return orderSchema.parse(body)
}

/** A stream that breaks off after its first part. */
export function brokenStream(): Readable {
  return Readable.from(
    (async function* () {
      yield 'part'
      await new Promise((resolve) => setImmediate(resolve))
      throw new Error('the stream broke off')
    })(),
  )
}

/** Who is signed in, by a header; more than a log may have. */
export function userOf(header: unknown): object | undefined {
  if (header === undefined) return undefined
  return { id: 17, username: 'kim', email: 'kim@example.com', role: 'buyer', password: 'hunter2' }
}
