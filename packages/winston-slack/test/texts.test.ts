import { describe, expect, test } from 'vitest'
import winston from 'winston'
import { eventOf } from './support.ts'

const { combine, errors, json, simple, splat } = winston.format

type Log = (logger: winston.Logger) => unknown

const boom = new TypeError('boom')

describe('a percent sign in the text', () => {
  test.each<[string, Log, object]>([
    [
      'coupon 20%off',
      (logger) => logger.error('coupon 20%off', { err: boom }),
      { message: 'coupon 20%off', template: undefined, fields: {} },
    ],
    [
      'coupon 20%off, with fields',
      (logger) => logger.error('coupon 20%off', { err: boom, coupon: 'X' }),
      { message: 'coupon 20%off', fields: { coupon: 'X' } },
    ],
    [
      'save %discount',
      (logger) => logger.error('save %discount', { error: boom }),
      { message: 'save %discount' },
    ],
    [
      'Oops %d',
      (logger) => logger.error('Oops %d', 1, boom),
      { message: 'Oops 1', template: 'Oops %d' },
    ],
    [
      '100% of %s failed',
      (logger) => logger.error('100% of %s failed', 'jobs', boom),
      { message: '100% of jobs failed', template: '100% of %s failed' },
    ],
    ['disk at 100%', (logger) => logger.error('disk at 100%', boom), { message: 'disk at 100%' }],
    [
      '%d where an error follows',
      (logger) => logger.error('%d jobs failed', boom),
      { message: '%d jobs failed' },
    ],
    [
      '%s for an error',
      (logger) => logger.error('failed: %s', boom),
      { message: 'failed: TypeError: boom' },
    ],
    [
      'fields behind the values',
      (logger) => logger.error('order %s of %s failed', 7, 'ann', { err: boom, shop: 'A' }),
      { message: 'order 7 of ann failed', fields: { shop: 'A' } },
    ],
    [
      'an escaped one',
      (logger) => logger.error('%d%% of %s', 3, 'orders', boom),
      { message: '3% of orders' },
    ],
  ])('is kept, and the error is found: %s', async (_text, log, shown) => {
    for (const format of [json(), combine(splat(), json()), combine(errors(), splat(), simple())]) {
      const event = await eventOf(log, { format })

      expect(event).toMatchObject(shown)
      expect(event.error).toMatchObject({ type: 'TypeError', message: 'boom' })
      expect(event.error?.stack).toContain('texts.test.ts')
    }
  })

  test.each<[string, Log]>([
    ['text and number', (logger) => logger.error('order %s of %d failed', 'A-7', 3)],
    ['JSON', (logger) => logger.error('order %j failed', { id: 7 })],
    ['an object', (logger) => logger.error('order %o failed', { id: 7 })],
    ['an escaped sign', (logger) => logger.error('%d%% of %s', 3, 'orders')],
    ['a missing value', (logger) => logger.error('order %s of %s failed', 'A-7')],
    ['a value with a placeholder', (logger) => logger.error('order %s failed', '%s')],
    ['a value with a sign', (logger) => logger.error('order %s failed: %s', '100%sure', 'x')],
    ['no value', (logger) => logger.error('20%off for %s')],
  ])('is filled in as by format.splat: %s', async (_what, log) => {
    const lines: unknown[] = []
    const keep = winston.format((info) => {
      lines.push(info.message)
      return info
    })

    const own = await eventOf(log)
    const formatted = await eventOf(log, { format: combine(splat(), keep(), json()) })

    expect(own.message).toBe(lines[0])
    expect(formatted.message).toBe(lines[0])
  })

  test('keeps its place in the template that groups, also behind format.splat', async () => {
    const event = await eventOf((logger) => logger.error('order %s failed', 'A-7'), {
      format: combine(splat(), json()),
    })

    expect(event).toMatchObject({ message: 'order A-7 failed', template: 'order %s failed' })
  })
})
