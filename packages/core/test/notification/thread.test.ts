import { array, assert, integer, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogEvent } from '../../src/event/log-event.ts'
import type { DetailsPart, TextLimits, ThreadContent } from '../../src/notification/notification.ts'
import { buildThread, splitText } from '../../src/notification/thread.ts'
import { textLimits } from '../../src/slack/limits.ts'
import {
  breadcrumbs,
  errorWith,
  eventWith,
  frame,
  orderEvent,
  ownFrame,
  settings,
  viewOf,
} from './samples.ts'

const manyFrames = Array.from({ length: 400 }, (_, line) =>
  frame(`step${line}`, '/app/src/steps.ts', line),
)

interface Given {
  readonly files?: boolean
  readonly limits?: TextLimits
}

function threadOf(
  event: LogEvent,
  { files = true, limits = textLimits }: Given = {},
): ThreadContent {
  return buildThread(viewOf(event), { breadcrumbs, files, limits }, settings)
}

function partsOf(event: LogEvent, given: Given = {}): readonly DetailsPart[] {
  return threadOf(event, given).messages.flatMap(({ parts }) => parts)
}

function textOf(event: LogEvent, given: Given = {}): string {
  return partsOf(event, given).map(showPart).join('\n')
}

function showPart(part: DetailsPart): string {
  if (part.kind === 'prose') return `${part.text}\n${part.code}`
  return part.title === undefined ? part.text : `${part.title}\n${part.text}`
}

/** The literal texts of a thread. */
function literalsOf(event: LogEvent, given: Given = {}): readonly string[] {
  return partsOf(event, given).flatMap((part) => (part.kind === 'literal' ? [part.text] : []))
}

test('an ordinary thread is one message with everything in it', () => {
  const { messages, file } = threadOf(orderEvent)

  expect(messages).toHaveLength(1)
  expect(file).toBeUndefined()
  expect(textOf(orderEvent)).toMatch(/^Stack\n[^]*Request\n[^]*Data\n[^]*Before\n/)
})

test('each message has the headline of the event', () => {
  const { messages } = threadOf(orderEvent)

  expect(messages.map(({ headline }) => headline)).toEqual([
    "TypeError: Cannot read properties of undefined (reading 'id') ← connect ECONNREFUSED 10.0.0.5:5432",
  ])
})

test('log lines before are aligned, with how long before they were', () => {
  expect(textOf(orderEvent)).toContain(
    [
      '-1m05s info signed in',
      '-1.24s info cart loaded {"items":3}',
      '-0.02s warn database is slow\\nagain',
    ].join('\n'),
  )
})

test('only the last fifteen log lines are shown', () => {
  const many = Array.from({ length: 40 }, (_, index) => eventWith({ message: `line ${index}` }))
  const context = { breadcrumbs: many, files: true, limits: textLimits }

  const { messages } = buildThread(viewOf(eventWith()), context, settings)

  const text = messages.flatMap(({ parts }) => parts.map(showPart)).join('\n')
  expect(text.match(/line \d+/g)).toEqual(
    Array.from({ length: 15 }, (_, index) => `line ${25 + index}`),
  )
})

test('codes and properties of the errors are shown beside the fields', () => {
  expect(textOf(orderEvent)).toContain(
    `orderId: 123
attempt: 2
Error: {
  "code": "ECONNREFUSED",
  "syscall": "connect",
  "address": "10.0.0.5",
  "port": 5432
}`,
  )
})

test('data keeps quotes, and is indented where it is long', () => {
  const order = {
    note: `it's "fine"`,
    lines: Array.from({ length: 3 }, (_, id) => ({ id, sku: 'A-1' })),
  }

  expect(textOf(eventWith({ message: 'x', fields: { order } }))).toContain(
    `order: {
  "note": "it's \\"fine\\"",
  "lines": [
    {"id":0,"sku":"A-1"},
    {"id":1,"sku":"A-1"},
    {"id":2,"sku":"A-1"}
  ]
}`,
  )
})

test('a record of which the logger lost something has what it was, and the fix as code', () => {
  const hint = { lost: 'the stack', fix: "log.error({ err }, 'failed')" }

  expect(partsOf(eventWith({ message: 'x', hint })).at(-1)).toEqual({
    kind: 'prose',
    text: '💡 Lost by the logger call: the stack\nFix: ',
    code: "log.error({ err }, 'failed')",
  })
})

test('a hint without a fix is a sentence alone', () => {
  const hint = { lost: 'the stack', fix: '' }

  expect(partsOf(eventWith({ message: 'x', hint })).at(-1)).toEqual({
    kind: 'prose',
    text: '💡 Lost by the logger call: the stack',
    code: '',
  })
})

test('a record with nothing but its message needs no thread', () => {
  const context = { breadcrumbs: [], files: true, limits: textLimits }

  const { messages } = buildThread(viewOf(eventWith({ message: 'x' })), context, settings)

  expect(messages).toEqual([])
})

test('a message too long for the root is whole in the thread', () => {
  const message = `begin ${'x'.repeat(2000)} end`

  expect(textOf(eventWith({ message }))).toContain(message)
})

test('a thrown text too long for the root is whole in the thread', () => {
  const message = `begin ${'x'.repeat(2000)} end`
  const error = errorWith(message, { type: 'string', stack: undefined, frames: [] })

  expect(textOf(eventWith({ error }))).toContain(message)
})

describe('a long stack', () => {
  const medium = eventWith({ error: errorWith('no stock', { frames: manyFrames.slice(0, 180) }) })
  const long = eventWith({
    ...orderEvent,
    error: errorWith('no stock', { frames: [ownFrame, ...manyFrames] }),
  })

  test('is whole in few messages, in parts cut at line ends', () => {
    const literals = literalsOf(medium)

    const stack = literals.filter((part) => part.includes('steps.ts'))
    expect(stack.length).toBeGreaterThan(2)
    expect(stack.join('\n')).toBe(medium.error?.stack)
    expect(Math.max(...literals.map((part) => part.length))).toBeLessThanOrEqual(3000)
    expect(threadOf(medium).messages.length).toBeLessThanOrEqual(2)
  })

  test('becomes a file beyond four parts, with a trimmed one in the thread', () => {
    const { file } = threadOf(long)

    expect(file?.filename).toBe('checkout-1795269731.txt')
    expect(file?.title).toBe('TypeError: no stock')
    expect(file?.content).toContain('at step0 ')
    expect(file?.content).toContain('at step399 ')
    expect(file?.content).toContain('POST /orders/123')
    const text = textOf(long)
    expect(text).toContain(
      'TypeError: no stock\n    at chargeCard (/app/src/billing/charge.ts:42:13)',
    )
    expect(text).toMatch(/All of it: \ncheckout-1795269731\.txt/)
    expect(literalsOf(long).length).toBeLessThanOrEqual(6)
  })

  test('is trimmed where there are no files', () => {
    const { file } = threadOf(long, { files: false })

    expect(file).toBeUndefined()
    const text = textOf(long, { files: false })
    expect(text).toContain('at chargeCard')
    expect(text).toContain('at step399 ')
    expect(text).toContain('lines left out')
    expect(text).not.toContain('All of it')
  })
})

test("stays within the destination's limits of parts and of messages", () => {
  const limits = { part: 1000, message: 2500, parts: 8 }
  const error = errorWith('no stock', { frames: manyFrames.slice(0, 100) })

  const { messages } = threadOf(eventWith({ error }), { limits })

  const lengths = messages.map(({ parts }) => parts.map(({ text }) => text.length))
  expect(messages.length).toBeGreaterThan(1)
  expect(Math.max(...lengths.flat())).toBeLessThanOrEqual(1000)
  const sums = lengths.map((each) => each.reduce((sum, length) => sum + length, 0))
  expect(Math.max(...sums)).toBeLessThanOrEqual(2500)
})

describe('a split text', () => {
  test('is one piece where it fits', () => {
    expect(splitText('a\nb', 3)).toEqual(['a\nb'])
  })

  test('is cut at the last line end that fits', () => {
    expect(splitText('aa\nbb\ncc', 6)).toEqual(['aa\nbb', 'cc'])
  })

  test('may have a line end just behind a full piece', () => {
    expect(splitText('aaa\nbbb', 3)).toEqual(['aaa', 'bbb'])
  })

  test('is cut inside a line only where it is longer than a piece, and never inside a character', () => {
    expect(splitText('a😀b😀', 2)).toEqual(['a', '😀', 'b', '😀'])
  })

  test('has no blank pieces', () => {
    expect(splitText('\n\n\n \n', 2)).toEqual([])
    expect(splitText('', 3000)).toEqual([])
  })

  test('loses no line of any text', () => {
    const lines = array(
      string({ minLength: 1, maxLength: 12 }).filter((line) => line.trim() !== ''),
    )

    assert(
      property(lines, integer({ min: 12, max: 40 }), (given, max) => {
        const pieces = splitText(given.join('\n'), max)

        expect(pieces.join('\n')).toBe(given.join('\n'))
        expect(pieces.every((piece) => piece.length <= max)).toBe(true)
      }),
    )
  })
})
