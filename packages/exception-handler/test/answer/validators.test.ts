// oxlint-disable-next-line import/no-unassigned-import -- decorators need what it puts on `Reflect`
import 'reflect-metadata'
import { BadRequestException, ValidationPipe } from '@nestjs/common'
import { Type as T } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { Value } from '@sinclair/typebox/value'
import vine from '@vinejs/vine'
import { Ajv } from 'ajv'
import { type } from 'arktype'
import { celebrate } from 'celebrate'
import { IsEmail, IsString, validate, type ValidationError } from 'class-validator'
import { body, checkExact, oneOf, validationResult, type ContextRunner } from 'express-validator'
import Joi from 'joi'
import * as s from 'superstruct'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import * as yup from 'yup'
import { z } from 'zod'
import { buildAnswer } from '../../src/answer/answer.ts'
import type { FieldError } from '../../src/answer/validation.ts'

const english = { locale: 'en', texts: {} } as const

const wrong = { email: 'nobody', size: 7 }

class Order {
  declare email: string
  declare size: string
}
IsEmail()(Order.prototype, 'email')
IsString()(Order.prototype, 'size')

async function thrownBy(run: () => unknown): Promise<unknown> {
  try {
    await run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

class ParseError extends Error {}

const notString = { field: 'size', reason: 'must be string' }

/** Runs the middlewares of express-validator or celebrate on a body. */
async function withExpressValidator(...chains: ContextRunner[]): Promise<void> {
  const request = { body: wrong }
  for (const chain of chains) await chain.run(request)
  validationResult(request).throw()
}

async function withCelebrate(): Promise<void> {
  const check = celebrate({ body: Joi.object({ email: Joi.string().email(), size: Joi.any() }) })
  const request = { method: 'POST', body: wrong, headers: {}, query: {}, params: {} }
  await new Promise<void>((resolve, reject) => {
    check(request as never, {} as never, (error?: unknown) => {
      if (error === undefined) resolve()
      else reject(error)
    })
  })
}

async function withPipe(exceptionFactory: (errors: ValidationError[]) => unknown): Promise<void> {
  const pipe = new ValidationPipe({ exceptionFactory })
  await pipe.transform(wrong, { type: 'body', metatype: Order })
}

const orderSchema = { type: 'object', properties: { size: { type: 'string' } } } as const
const orderType = T.Object({ size: T.String() })

function ajvErrors(): unknown {
  const check = new Ajv().compile(orderSchema)
  check(wrong)
  return check.errors
}

const classValidatorErrors: readonly FieldError[] = [
  { field: 'email', reason: 'must be an email' },
  { field: 'size', reason: 'must be a string' },
]

describe('a validator has a 400 with each field and its reason', () => {
  test.each<[string, () => unknown, readonly FieldError[]]>([
    [
      'express-validator',
      () => withExpressValidator(body('email').isEmail()),
      [{ field: 'email', reason: 'Invalid value' }],
    ],
    [
      'express-validator, of alternatives',
      () => withExpressValidator(oneOf([body('email').isEmail(), body('phone').exists()])),
      [
        { field: 'email', reason: 'Invalid value' },
        { field: 'phone', reason: 'Invalid value' },
      ],
    ],
    [
      'express-validator, of alternatives in a list',
      () =>
        withExpressValidator(
          oneOf([body('email').isEmail(), body('phone').exists()], { errorType: 'flat' }),
        ),
      [
        { field: 'email', reason: 'Invalid value' },
        { field: 'phone', reason: 'Invalid value' },
      ],
    ],
    [
      'express-validator, of unknown fields',
      () => withExpressValidator(checkExact([body('email').exists()])),
      [{ field: 'size', reason: 'Unknown field(s)' }],
    ],
    [
      'express-validator, whose result is thrown as a list',
      async () => {
        const request = { body: wrong }
        await body('email').isEmail().run(request)
        throw validationResult(request).array()
      },
      [{ field: 'email', reason: 'Invalid value' }],
    ],
    [
      'yup',
      () => yup.object({ email: yup.string().email() }).validate(wrong),
      [{ field: 'email', reason: 'email must be a valid email' }],
    ],
    [
      'yup, of all mistakes',
      () =>
        yup
          .object({ email: yup.string().email(), name: yup.string().required() })
          .validate(wrong, { abortEarly: false }),
      [
        { field: 'email', reason: 'email must be a valid email' },
        { field: 'name', reason: 'name is a required field' },
      ],
    ],
    ['celebrate', withCelebrate, [{ field: 'email', reason: 'must be a valid email' }]],
    [
      'joi',
      () => Joi.object({ email: Joi.string().email() }).unknown().validateAsync(wrong),
      [{ field: 'email', reason: 'must be a valid email' }],
    ],
    [
      'superstruct',
      () =>
        s.assert({ items: [wrong] }, s.object({ items: s.array(s.type({ size: s.string() })) })),
      [{ field: 'items.0.size', reason: 'Expected a string, but received: 7' }],
    ],
    [
      'ArkType',
      () => type({ email: 'string.email', size: 'string' }).assert(wrong),
      [
        { field: 'email', reason: 'must be an email address (was "nobody")' },
        { field: 'size', reason: 'must be a string (was a number)' },
      ],
    ],
    [
      'ArkType, whose list is thrown',
      () => {
        throw type({ size: 'string' })(wrong)
      },
      [{ field: 'size', reason: 'must be a string (was a number)' }],
    ],
    [
      'TypeBox',
      () => Value.Parse(T.Object({ email: T.Integer() }), wrong),
      [{ field: 'email', reason: 'Expected integer' }],
    ],
    [
      "TypeBox's compiler",
      () => TypeCompiler.Compile(orderType).Decode(wrong),
      [{ field: 'size', reason: 'Expected string' }],
    ],
    [
      'TypeBox, whose list is thrown',
      () => {
        throw [...TypeCompiler.Compile(orderType).Errors(wrong)]
      },
      [{ field: 'size', reason: 'Expected string' }],
    ],
    [
      'TypeBox 1, by the documented shape',
      () => {
        throw new ParseError('Parse', {
          cause: { source: 'Parse', errors: ajvErrors(), value: wrong },
        })
      },
      [notString],
    ],
    [
      "ajv's list in a plain error",
      () => {
        throw Object.assign(new Error('the order is wrong'), { errors: ajvErrors() })
      },
      [notString],
    ],
    [
      "ajv's list",
      () => {
        throw ajvErrors()
      },
      [notString],
    ],
    [
      'io-ts, by the documented shape',
      () => {
        const context = [{ key: '' }, { key: 'items' }, { key: '0' }, { key: 'size' }]
        throw [{ value: 7, context, message: undefined }]
      },
      [{ field: 'items.0.size', reason: 'is not valid' }],
    ],
    [
      'valibot',
      () => v.parse(v.object({ size: v.string() }), wrong),
      [{ field: 'size', reason: 'Invalid type: Expected string but received 7' }],
    ],
    [
      "class-validator's list",
      async () => {
        throw await validate(Object.assign(new Order(), wrong))
      },
      classValidatorErrors,
    ],
    [
      "class-validator's list in Nest's exception",
      () => withPipe((errors) => new BadRequestException(errors)),
      classValidatorErrors,
    ],
    [
      "class-validator's list in the body of Nest's exception",
      () => withPipe((errors) => new BadRequestException({ message: 'Invalid', errors })),
      classValidatorErrors,
    ],
    [
      "zod's error in Nest's exception",
      () => {
        throw new BadRequestException(z.object({ size: z.string() }).safeParse(wrong).error)
      },
      [{ field: 'size', reason: 'Invalid input: expected string, received number' }],
    ],
    [
      "joi's details in Nest's exception",
      () => {
        const { error } = Joi.object({ email: Joi.string().email() }).unknown().validate(wrong)
        throw new BadRequestException(error?.details)
      },
      [{ field: 'email', reason: '"email" must be a valid email' }],
    ],
    [
      'Objection, by the documented shape',
      () => {
        const data = { email: [{ message: 'must be a text', keyword: 'type' }] }
        const error = Object.assign(new Error('email: must be a text'), { data, statusCode: 400 })
        throw Object.assign(error, { name: 'ValidationError', type: 'ModelValidation' })
      },
      [{ field: 'email', reason: 'must be a text' }],
    ],
    [
      "class-validator's list under `errors`",
      async () => {
        const errors = await validate(Object.assign(new Order(), wrong))
        throw Object.assign(new Error('Invalid body'), { errors })
      },
      classValidatorErrors,
    ],
  ])('%s', async (_name, run, errors) => {
    const { status, body: answer } = buildAnswer(await thrownBy(run), english)

    expect([status, answer.errors]).toEqual([400, errors])
    expect(answer.message).toBe(`${errors[0]?.field}: ${errors[0]?.reason}`)
  })

  test('VineJS, which sets 422 itself', async () => {
    const check = vine.create(vine.object({ email: vine.string().email() }))

    const answer = buildAnswer(await thrownBy(() => check.validate(wrong)), english)

    expect(answer).toMatchObject({
      status: 422,
      body: {
        errors: [{ field: 'email', reason: 'The email field must be a valid email address' }],
      },
    })
  })
})

test('an error with methods of the names that validators have is none, and they are not called', () => {
  let calls = 0
  const call = (): unknown => (calls += 1)
  const error = Object.assign(new Error('x'), { failures: call, Errors: call, error: 'x' })

  expect([buildAnswer(error, english).status, calls]).toEqual([500, 0])
})
