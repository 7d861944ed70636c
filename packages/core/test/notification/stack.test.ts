import { assert, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ErrorDescription } from '../../src/event/log-event.ts'
import { errorWith, frame, ownFrame } from './samples.ts'
import { wordsFor } from '../../src/notification/locale/locale.ts'
import { stackSection, trimSection } from '../../src/notification/stack.ts'

function trimStack(error: ErrorDescription, maxLength: number, locale: 'en' | 'ko' = 'en'): string {
  return trimSection(stackSection(error, wordsFor(locale)), maxLength)
}

function wholeStack(error: ErrorDescription): string {
  return trimStack(error, Infinity)
}

const express = (line: number) => frame('next', '/app/node_modules/express/lib/router.js', line)

/** A stack far too long for any message, with the culprit in its midst. */
const long = errorWith('no stock', {
  frames: [
    ...Array.from({ length: 20 }, (_, index) => express(index)),
    ownFrame,
    ...Array.from({ length: 200 }, (_, index) => frame(`step${index}`, '/app/src/steps.ts', index)),
  ],
})

/** An error wrapped nine times. */
const deep = Array.from({ length: 9 }).reduce<ErrorDescription>(
  (cause, _, index) => errorWith(`wrapped ${index}`, { type: 'Error', cause }),
  errorWith('connect ECONNREFUSED', {
    type: 'Error',
    frames: [frame('connect', '/app/src/db.ts', 9)],
  }),
)

const python: ErrorDescription = {
  ...errorWith('bad amount', { type: 'ValueError', frames: [] }),
  stack: [
    'Traceback (most recent call last):',
    ...Array.from(
      { length: 80 },
      (_, line) => `  File "/srv/app/a.py", line ${line}, in f${line}\n    f()`,
    ),
    '  File "/srv/app/pay.py", line 3, in pay',
    '    raise ValueError("bad amount")',
    'ValueError: bad amount',
  ].join('\n'),
}

describe('folding', () => {
  test('names the libraries whose frames it leaves out', () => {
    const error = errorWith('no stock', {
      frames: [
        ownFrame,
        ...Array.from({ length: 14 }, (_, index) => express(index)),
        frame('tick', 'node:internal/process/task_queues', 95),
        frame('main', '/app/src/main.ts', 3),
      ],
    })

    expect(wholeStack(error).split('\n')).toEqual([
      'TypeError: no stock',
      '    at chargeCard (/app/src/billing/charge.ts:42:13)',
      '    … 15 frames in express, node',
      '    at main (/app/src/main.ts:3:13)',
    ])
  })

  test('shows where a library threw before it folds the rest', () => {
    const error = errorWith('no stock', { frames: [express(1), express(2), express(3), ownFrame] })

    expect(wholeStack(error).split('\n').slice(1)).toEqual([
      '    at next (/app/node_modules/express/lib/router.js:1:13)',
      '    … 2 frames in express',
      '    at chargeCard (/app/src/billing/charge.ts:42:13)',
    ])
  })

  test('finds the package inside the store of another package manager', () => {
    const file = '/app/node_modules/.pnpm/pg@8/node_modules/@pg/pool/index.js'
    const error = errorWith('x', { frames: [ownFrame, frame('a', file, 1), frame('b', file, 2)] })

    expect(wholeStack(error)).toContain('… 2 frames in @pg/pool')
  })

  test('counts a frame that repeats', () => {
    const again = frame('walk', '/app/src/tree.ts', 7)
    const error = errorWith('deep', { frames: Array.from({ length: 100 }, () => again) })

    expect(wholeStack(error).split('\n').slice(1)).toEqual([
      '    at walk (/app/src/tree.ts:7:13)',
      '    … repeated 99 more times',
    ])
  })

  test('counts a round of frames that repeats', () => {
    const round = [frame('even', '/app/src/n.ts', 1), frame('odd', '/app/src/n.ts', 5)]
    const frames = Array.from({ length: 50 }, () => round).flat()

    expect(wholeStack(errorWith('deep', { frames })).split('\n').slice(3)).toEqual([
      '    … these 2 frames repeated 49 more times',
    ])
  })

  test('keeps the source lines of a Python traceback', () => {
    expect(wholeStack(python)).toBe(python.stack)
  })
})

describe('a whole stack', () => {
  test('lists the causes one after the other', () => {
    const cause = errorWith('refused', {
      type: 'Error',
      frames: [frame('open', '/app/src/db.ts', 9)],
    })

    expect(wholeStack(errorWith('no stock', { cause, moreCauses: 0 }))).toBe(
      [
        'TypeError: no stock',
        '    at chargeCard (/app/src/billing/charge.ts:42:13)',
        'caused by Error: refused',
        '    at open (/app/src/db.ts:9:13)',
      ].join('\n'),
    )
  })

  test('numbers the errors of an aggregate and counts those that are not there', () => {
    const errors = [errorWith('one', { frames: [] }), errorWith('two', { frames: [] })]
    const error = errorWith('all failed', {
      type: 'AggregateError',
      frames: [],
      errors,
      moreErrors: 5,
    })

    expect(wholeStack(error).split('\n')).toEqual([
      'AggregateError: all failed',
      'error 1 of 7: TypeError: one',
      'error 2 of 7: TypeError: two',
      '    … and 5 further errors',
    ])
  })

  test('counts the causes that were not described', () => {
    expect(wholeStack(errorWith('a', { moreCauses: 1 }))).toMatch(/\n {4}… and 1 further cause$/)
  })

  test('shows the root cause after the count of the causes before it', () => {
    const cause = errorWith('disk full', { type: 'Error', frames: [] })

    expect(wholeStack(errorWith('a', { frames: [], cause, moreCauses: 2 })).split('\n')).toEqual([
      'TypeError: a',
      '    … and 2 further causes',
      'caused by Error: disk full',
    ])
  })

  test('begins with the error where the stack does not name it', () => {
    const error = errorWith('changed later', { stack: 'Error: first\n    at a (/app/a.js:1:1)' })

    expect(wholeStack(error).split('\n').slice(0, 2)).toEqual([
      'TypeError: changed later',
      'Error: first',
    ])
  })

  test('is the error alone where there is no stack', () => {
    expect(wholeStack(errorWith('refused', { stack: undefined, frames: [] }))).toBe(
      'TypeError: refused',
    )
  })
})

describe('trimming', () => {
  test('leaves a stack that fits', () => {
    const error = errorWith('no stock')

    expect(trimStack(error, 3000)).toBe(wholeStack(error))
  })

  test('keeps the error, the culprit and the end, and counts what it left out', () => {
    const lines = trimStack(long, 400).split('\n')

    expect(lines).toEqual([
      'TypeError: no stock',
      expect.stringMatching(/^ {4}… \d+ lines left out$/),
      '    at chargeCard (/app/src/billing/charge.ts:42:13)',
      expect.stringMatching(/^ {4}… \d+ lines left out$/),
      ...Array.from({ length: lines.length - 4 }, () => expect.stringContaining('at step')),
    ])
    expect(lines.at(-1)).toBe('    at step199 (/app/src/steps.ts:199:13)')
  })

  test('keeps the name of every cause, and the root cause with its culprit', () => {
    const trimmed = trimStack(deep, 800)

    expect(trimmed).toMatch(/^Error: wrapped 8\n {4}at chargeCard \(.*:42:13\)\n/)
    expect(trimmed.match(/caused by Error: wrapped/g)).toHaveLength(8)
    expect(trimmed).toMatch(
      /caused by Error: connect ECONNREFUSED\n {4}at connect \(\/app\/src\/db.ts:9:13\)$/,
    )
  })

  test('gives up the names between before those at the ends', () => {
    expect(trimStack(deep, 220).split('\n')).toEqual([
      'Error: wrapped 8',
      '    at chargeCard (/app/src/billing/charge.ts:42:13)',
      expect.stringMatching(/^ {4}… \d+ lines left out$/),
      'caused by Error: connect ECONNREFUSED',
      '    at connect (/app/src/db.ts:9:13)',
    ])
  })

  test('keeps the root cause although its own stack is too long', () => {
    const trimmed = trimStack(errorWith('failed', { cause: long }), 500)

    expect(trimmed).toContain('TypeError: failed')
    expect(trimmed).toContain('caused by TypeError: no stock')
    expect(trimmed).toContain('at step199')
  })

  test('keeps the last line of a Python traceback, which names the error', () => {
    expect(trimStack(python, 300)).toMatch(
      /raise ValueError\("bad amount"\)\nValueError: bad amount$/,
    )
  })

  test('keeps error, culprit and end of a message that is itself too long', () => {
    const message = `no stock\n${'x'.repeat(9000)}`

    const trimmed = trimStack(errorWith(message), 300)

    expect(trimmed).toMatch(/^TypeError: no stock\n {4}… 1 line left out\n {4}at chargeCard/)
  })

  test('counts what is left out in Korean', () => {
    expect(trimStack(long, 400, 'ko')).toMatch(/… \d+줄 생략/)
  })

  test('never exceeds the length it was given', () => {
    assert(
      property(integer({ min: 0, max: 1500 }), (max) => {
        for (const error of [long, deep, python]) {
          expect(trimStack(error, max).length).toBeLessThanOrEqual(max)
        }
      }),
    )
  })
})
