import 'reflect-metadata'
import Ajv from 'ajv'
import { IsEmail, Min, validateOrReject } from 'class-validator'
import { XMLParser } from 'fast-xml-parser'
import { buildSchema, graphqlSync, GraphQLError } from 'graphql'
import Joi from 'joi'
import protobuf from 'protobufjs'
import * as v from 'valibot'
import YAML from 'yaml'
import * as yup from 'yup'
import { z } from 'zod'
import { scenario, secret } from '../scenario.mjs'

const order = z.object({
  email: z.email(),
  amount: z.number().positive(),
  items: z.array(z.string()).min(1),
})
const ajv = new Ajv({ allErrors: true })
const ajvOrder = ajv.compile({
  type: 'object',
  required: ['email'],
  properties: { amount: { type: 'number' } },
})

export default [
  scenario('zod/object', { must: ['ZodError', 'email'] }, () =>
    order.parse({ email: 'nobody', amount: -1, items: [] }),
  ),
  scenario('zod/type', { must: ['ZodError', 'expected'] }, () => order.parse('order')),
  scenario('zod/refinement-of-password', { must: ['ZodError', 'too common'] }, () =>
    z
      .object({ password: z.string().refine(() => false, 'too common') })
      .parse({ password: secret }),
  ),
  scenario('zod/async', { must: ['ZodError'] }, () => order.parseAsync({})),
  scenario('zod/transform', { must: ['cannot be transformed'] }, () =>
    z
      .string()
      .transform(() => {
        throw new RangeError('cannot be transformed')
      })
      .parse('x'),
  ),
  scenario('joi/object', { must: ['ValidationError', '"email" must be a valid email'] }, () =>
    Joi.attempt({ email: 'nobody' }, Joi.object({ email: Joi.string().email() })),
  ),
  scenario('joi/password', { must: ['ValidationError'] }, () =>
    Joi.object({ password: Joi.string().min(40) }).validateAsync({ password: secret }),
  ),
  scenario('joi/unknown-key', { must: ['"admin" is not allowed'] }, () =>
    Joi.object({}).validateAsync({ admin: true }),
  ),
  scenario('yup/object', { must: ['ValidationError'] }, () =>
    yup
      .object({ email: yup.string().email().required(), age: yup.number().min(0) })
      .validate({ email: 'x', age: -1 }, { abortEarly: false }),
  ),
  scenario('yup/type', { must: ['ValidationError'] }, () => yup.number().validate('many')),
  scenario('valibot/object', { must: ['ValiError'] }, () =>
    v.parse(v.object({ email: v.pipe(v.string(), v.email()) }), { email: 'x' }),
  ),
  scenario('ajv/validation', { must: ['amount'] }, () => {
    ajvOrder({ amount: 'many' })
    throw Object.assign(new Error(`invalid order: ${ajv.errorsText(ajvOrder.errors)}`), {
      errors: ajvOrder.errors,
    })
  }),
  scenario('ajv/schema', { must: ['strict mode'] }, () =>
    ajv.compile({ type: 'object', unknownKeyword: true }),
  ),
  scenario('class-validator/object', { must: ['email'] }, () => {
    class Order {
      email = 'nobody'
      amount = -1
    }
    IsEmail()(Order.prototype, 'email')
    Min(0)(Order.prototype, 'amount')
    return validateOrReject(new Order())
  }),
  scenario('graphql/syntax', { must: ['GraphQLError', 'Syntax Error'] }, () => {
    throw graphqlSync({ schema: buildSchema('type Query { order: String }'), source: '{ order( }' })
      .errors[0]
  }),
  scenario('graphql/resolver', { must: ['no such order'] }, () => {
    const rootValue = {
      order: () => {
        throw new RangeError('no such order')
      },
    }
    throw graphqlSync({
      schema: buildSchema('type Query { order: String }'),
      source: '{ order }',
      rootValue,
    }).errors[0]
  }),
  scenario('graphql/extensions', { must: ['GraphQLError', 'FORBIDDEN'] }, () => {
    throw new GraphQLError('not yours', {
      extensions: { code: 'FORBIDDEN', http: { status: 403 } },
    })
  }),
  scenario('yaml/parse', { must: ['YAMLParseError'] }, () => YAML.parse('a: [1, 2')),
  scenario('protobufjs/parse', { must: ['illegal token'] }, () =>
    protobuf.parse('message Order { string = 1; }'),
  ),
  scenario('protobufjs/decode', { must: ['RangeError', 'index out of range'] }, () => {
    const { root } = protobuf.parse('syntax = "proto3"; message Order { string id = 1; }')
    root.lookupType('Order').decode(Buffer.from([0x0a, 0x20, 0x41]))
  }),
  scenario('fast-xml-parser/parse', {}, () => new XMLParser().parse('<a><b></a>', true)),
]
