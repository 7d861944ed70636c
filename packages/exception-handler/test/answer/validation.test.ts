// oxlint-disable-next-line import/no-unassigned-import -- decorators need what it puts on `Reflect`
import 'reflect-metadata'
import { BadRequestException, UnprocessableEntityException, ValidationPipe } from '@nestjs/common'
import { Ajv } from 'ajv'
import { plainToInstance, Type } from 'class-transformer'
import { IsEmail, IsInt, IsString, validate, ValidateNested } from 'class-validator'
import Fastify from 'fastify'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { buildAnswer } from '../../src/answer/answer.ts'

const english = { locale: 'en', texts: {} } as const

class Item {
  declare name: string
}
IsString()(Item.prototype, 'name')

class Order {
  declare email: string
  declare amount: number
  declare items: Item[]
}
IsEmail()(Order.prototype, 'email')
IsInt()(Order.prototype, 'amount')
ValidateNested({ each: true })(Order.prototype, 'items')
Type(() => Item)(Order.prototype, 'items')

const wrong = { email: 'nobody', amount: 1, items: [{ name: 7 }] }

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

describe('the first field is the message, and all are in errors', () => {
  test('zod', () => {
    const schema = z.object({ email: z.email(), items: z.array(z.object({ name: z.string() })) })

    const { status, body } = buildAnswer(
      thrownBy(() => schema.parse(wrong)),
      english,
    )

    expect(status).toBe(400)
    expect(body.message).toBe('email: Invalid email address')
    expect(body.errors).toEqual([
      { field: 'email', reason: 'Invalid email address' },
      { field: 'items.0.name', reason: 'Invalid input: expected string, received number' },
    ])
  })

  test('valibot', () => {
    const schema = v.object({
      email: v.pipe(v.string(), v.email()),
      items: v.array(v.object({ name: v.string() })),
    })

    const { status, body } = buildAnswer(
      thrownBy(() => v.parse(schema, wrong)),
      english,
    )

    expect(status).toBe(400)
    expect(body.message).toBe('email: Invalid email: Received "nobody"')
    expect(body.errors[1]?.field).toBe('items.0.name')
  })

  test('ajv, as Fastify reports it', async () => {
    const app = Fastify({ ajv: { customOptions: { allErrors: true } } })
    app.setErrorHandler((error) => buildAnswer(error, english))
    const schema = {
      body: {
        type: 'object',
        required: ['email', 'amount'],
        properties: { amount: { type: 'integer' } },
      },
    }
    app.post('/orders', { schema }, () => 'never')

    const response = await app.inject({ method: 'POST', url: '/orders', payload: { amount: 'x' } })

    expect(response.json()).toMatchObject({
      status: 400,
      body: {
        message: "email: must have required property 'email'",
        errors: [
          { field: 'email', reason: "must have required property 'email'" },
          { field: 'amount', reason: 'must be integer' },
        ],
      },
    })
  })

  test('ajv by itself', () => {
    const schema = { type: 'object', properties: { 'a/b': { type: 'integer' } } }
    const check = new Ajv().compile(schema)
    check({ 'a/b': 'x' })
    const error = Object.assign(new Error('validation failed'), { ajv: true, errors: check.errors })

    const { body } = buildAnswer(error, english)

    expect(body.errors).toEqual([{ field: 'a/b', reason: 'must be integer' }])
  })

  test('class-validator', async () => {
    const found = await validate(plainToInstance(Order, wrong))

    const { status, body } = buildAnswer(found, english)

    expect(status).toBe(400)
    expect(body).toEqual({
      message: 'email: must be an email',
      errors: [
        { field: 'email', reason: 'must be an email' },
        { field: 'items.0.name', reason: 'must be a string' },
      ],
    })
  })

  test("class-validator through Nest's ValidationPipe", async () => {
    const pipe = new ValidationPipe()
    const thrown: unknown = await pipe
      .transform(wrong, { type: 'body', metatype: Order })
      .catch((error: unknown) => error)

    const { status, body } = buildAnswer(thrown, english)

    expect(status).toBe(400)
    expect(body).toEqual({
      message: 'email: must be an email',
      errors: [
        { field: 'email', reason: 'must be an email' },
        { field: 'items.0.name', reason: 'must be a string' },
      ],
    })
  })

  test("a text of the service's own in Nest's list names no field", () => {
    const error = new BadRequestException(['Please tell us where to send it', 'a.b should exist'])

    expect(buildAnswer(error, english).body).toEqual({
      message: 'Please tell us where to send it',
      errors: [
        { field: '', reason: 'Please tell us where to send it' },
        { field: 'a.b', reason: 'should exist' },
      ],
    })
  })

  test.each<[string, object, object]>([
    [
      'joi',
      { isJoi: true, details: [{ message: '"email" is required', path: ['email'] }] },
      { field: 'email', reason: 'is required' },
    ],
    [
      'yup',
      { inner: [{ path: 'email', message: 'email is a required field' }] },
      { field: 'email', reason: 'email is a required field' },
    ],
    [
      'Mongoose',
      { errors: { email: { path: 'email', message: 'Path `email` is required.' } } },
      { field: 'email', reason: 'Path `email` is required.' },
    ],
    [
      'express-validator',
      { errors: [{ type: 'field', path: 'email', msg: 'Invalid value' }] },
      { field: 'email', reason: 'Invalid value' },
    ],
  ])('%s', (_name, properties, expected) => {
    const error = Object.assign(new Error('wrong'), { name: 'ValidationError', ...properties })

    const { status, body } = buildAnswer(error, english)

    expect([status, body.errors]).toEqual([400, [expected]])
  })
})

test('the status that the service chose for its validation stays', () => {
  const error = new UnprocessableEntityException(['email must be an email'])

  expect(buildAnswer(error, english)).toMatchObject({
    status: 422,
    body: { message: 'email: must be an email' },
  })
})

test('a failed validation of the response is a 500 without details', () => {
  const error = Object.assign(new Error('x'), { statusCode: 500, issues: [{ message: 'secret' }] })

  expect(buildAnswer(error, english)).toMatchObject({ status: 500, body: { errors: [] } })
})

test("the words 'this field' become the field's name", () => {
  const korean = { issues: [{ path: ['email'], message: '이 필드는 필수 항목입니다.' }] }
  const drf = { issues: [{ path: ['email'], message: 'This field is required.' }] }

  expect(buildAnswer(korean, english).body.message).toBe('email: email는 필수 항목입니다.')
  expect(buildAnswer(drf, english).body.message).toBe('email: email is required.')
})

test('an error with lists of other kinds is none of a validator', () => {
  const error = Object.assign(new AggregateError([new Error('a')], 'both failed'), {
    issues: [1, 2],
    details: ['x'],
  })

  expect(buildAnswer(error, english).status).toBe(500)
})

test('no more than 1,000 errors are returned', () => {
  const issues = Array.from({ length: 5000 }, () => ({ message: 'wrong' }))

  expect(buildAnswer({ issues }, english).body.errors).toHaveLength(1000)
})
