import { describe, expect, test } from 'vitest'
import type { LogEvent } from '../../../src/event/log-event.ts'
import { buildReplies } from '../../../src/slack/blocks/thread.ts'
import type { MessageSettings } from '../../../src/notification/settings.ts'
import {
  breadcrumbs,
  errorWith,
  eventWith,
  frame,
  orderEvent,
  ownFrame,
  settings,
  viewOf,
} from '../../notification/samples.ts'
import { textsIn } from './slack-rules.ts'

const manyFrames = Array.from({ length: 400 }, (_, line) =>
  frame(`step${line}`, '/app/src/steps.ts', line),
)

function repliesTo(event: LogEvent, given: Partial<MessageSettings> & { files?: boolean } = {}) {
  const { files = true, ...rest } = given
  return buildReplies(viewOf(event), { breadcrumbs, files }, { ...settings, ...rest })
}

function textOfReplies(
  event: LogEvent,
  given: Partial<MessageSettings> & { files?: boolean } = {},
) {
  return repliesTo(event, given).messages.map(textsIn).join('\n')
}

/** The literal texts of a message, one for each piece. */
function piecesOf(event: LogEvent, files = true): readonly string[] {
  const texts = repliesTo(event, { files }).messages.map((message) => JSON.stringify(message))
  const literal =
    /"rich_text_preformatted","elements":\[\{"type":"text","text":("(?:[^"\\]|\\.)*")/g
  return texts.flatMap((text) =>
    [...text.matchAll(literal)].map((match) => JSON.parse(match[1] ?? '')),
  )
}

test('an ordinary thread is one reply with everything in it', () => {
  const { messages, file } = repliesTo(orderEvent)

  expect(messages).toHaveLength(1)
  expect(file).toBeUndefined()
  expect(textsIn({ text: '', ...messages[0] })).toMatch(
    /^Stack\n[^]*Request\n[^]*Data\n[^]*Before\n/,
  )
})

test('log lines before are aligned, with how long before they were', () => {
  expect(textOfReplies(orderEvent)).toContain(
    [
      '-1m05s info signed in',
      '-1.24s info cart loaded {"items":3}',
      '-0.02s warn database is slow\\nagain',
    ].join('\n'),
  )
})

test('only the last fifteen log lines are shown', () => {
  const many = Array.from({ length: 40 }, (_, index) => eventWith({ message: `line ${index}` }))

  const { messages } = buildReplies(viewOf(eventWith()), { breadcrumbs: many }, settings)

  expect(
    messages
      .map(textsIn)
      .join('\n')
      .match(/line \d+/g),
  ).toHaveLength(15)
})

test('codes and data of the errors are told beside the fields', () => {
  expect(textOfReplies(orderEvent)).toContain(
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

  expect(textOfReplies(eventWith({ message: 'x', fields: { order } }))).toContain(
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

test('a record of which the logger lost something says what, and the fix', () => {
  const hint = { lost: 'the stack', fix: "log.error({ err }, 'failed')" }

  const text = textOfReplies(eventWith({ message: 'x', hint }))

  expect(text).toContain('Lost while logging: the stack')
  expect(text).toContain("log.error({ err }, 'failed')")
})

test('a record with nothing but its message needs no replies', () => {
  const { messages } = buildReplies(
    viewOf(eventWith({ message: 'x' })),
    { breadcrumbs: [] },
    settings,
  )

  expect(messages).toEqual([])
})

test('a message too long for the root is told in full', () => {
  const message = `begin ${'x'.repeat(2000)} end`

  expect(textOfReplies(eventWith({ message }))).toContain(message)
})

test('a thrown text too long for the root is told in full', () => {
  const message = `begin ${'x'.repeat(2000)} end`
  const error = errorWith(message, { type: 'string', stack: undefined, frames: [] })

  expect(textOfReplies(eventWith({ error }))).toContain(message)
})

describe('a long stack', () => {
  const medium = eventWith({ error: errorWith('no stock', { frames: manyFrames.slice(0, 180) }) })
  const long = eventWith({
    ...orderEvent,
    error: errorWith('no stock', { frames: [ownFrame, ...manyFrames] }),
  })

  test('is told whole in few messages, in pieces cut at line ends', () => {
    const pieces = piecesOf(medium)

    const stack = pieces.filter((piece) => piece.includes('steps.ts'))
    expect(stack.length).toBeGreaterThan(2)
    expect(stack.join('\n')).toBe(medium.error?.stack)
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(3000)
    expect(repliesTo(medium).messages.length).toBeLessThanOrEqual(2)
  })

  test('becomes a file beyond four pieces, with a trimmed one in the thread', () => {
    const { file } = repliesTo(long)

    expect(file?.filename).toBe('checkout-1795269731.txt')
    expect(file?.content).toContain('at step0 ')
    expect(file?.content).toContain('at step399 ')
    expect(file?.content).toContain('POST /orders/123')
    const text = textOfReplies(long)
    expect(text).toContain(
      'TypeError: no stock\n    at chargeCard (/app/src/billing/charge.ts:42:13)',
    )
    expect(text).toMatch(/All of it: \ncheckout-1795269731\.txt/)
    expect(piecesOf(long).length).toBeLessThanOrEqual(6)
  })

  test('is trimmed where files are refused', () => {
    const { file } = repliesTo(long, { files: false })

    expect(file).toBeUndefined()
    const text = textOfReplies(long, { files: false })
    expect(text).toContain('at chargeCard')
    expect(text).toContain('at step399 ')
    expect(text).toContain('lines left out')
    expect(text).not.toContain('All of it')
  })
})

describe('when Slack refuses', () => {
  test('rich text, plain sections hold the same pieces', () => {
    const { messages } = repliesTo(orderEvent, { detail: 'minimal' })

    expect(messages[0]?.blocks?.map(({ type }) => type)).not.toContain('rich_text')
    expect(textOfReplies(orderEvent, { detail: 'minimal' })).toContain('at chargeCard')
  })

  test('blocks, fenced text holds them, in messages that Slack does not split', () => {
    const error = errorWith('<a> & ```', { frames: manyFrames.slice(0, 180) })

    const { messages } = repliesTo(eventWith({ error }), { detail: 'text' })

    expect(messages.map(({ text }) => text).join('\n')).toContain("TypeError: &lt;a&gt; &amp; '''")
    expect(Math.max(...messages.map(({ text }) => text.length))).toBeLessThanOrEqual(4000)
  })
})
