import { describe, expect, test } from 'vitest'
import type { LogEvent } from '../../../src/event/log-event.ts'
import type { NoticeNotification } from '../../../src/notification/notification.ts'
import { buildState } from '../../../src/notification/state.ts'
import { buildThread } from '../../../src/notification/thread.ts'
import { textLimits } from '../../../src/slack/limits.ts'
import type { SlackMessage } from '../../../src/slack/message.ts'
import {
  breadcrumbs,
  errorWith,
  eventWith,
  frame,
  orderEvent,
  repeatedOrder,
  settings,
  time,
  viewOf,
} from '../../notification/samples.ts'
import { render, type Rendering } from './render.ts'
import { objectionsTo, textsIn } from './slack-rules.ts'

const at14h02 = '<!date^1795269731^{time}|14:02 UTC>'
const mentions = [{ kind: 'here' }] as const

const medium = eventWith({
  error: errorWith('<a> & ```', {
    frames: Array.from({ length: 180 }, (_, line) =>
      frame(`step${line}`, '/app/src/steps.ts', line),
    ),
  }),
  fields: { orderId: 17 },
})

function detailsOf(event: LogEvent, rendering: Rendering = {}): readonly SlackMessage[] {
  const context = { breadcrumbs, files: true, limits: textLimits }
  const { messages } = buildThread(viewOf(event), context, settings)
  return messages.map((message) => render(message, rendering))
}

/** The literal texts of messages, one for each box. */
function literalsOf(messages: readonly SlackMessage[]): readonly string[] {
  const literal =
    /"rich_text_preformatted","elements":\[\{"type":"text","text":("(?:[^"\\]|\\.)*")/g
  return messages.flatMap((message) =>
    [...JSON.stringify(message).matchAll(literal)].map((match) => JSON.parse(match[1] ?? '')),
  )
}

describe('a message of details', () => {
  test('has each part as a title in bold above a literal box', () => {
    const event = eventWith({ message: 'x', fields: { orderId: 17, note: '<!here> *a*' } })
    const context = { breadcrumbs: [], files: true, limits: textLimits }

    const [details] = buildThread(viewOf(event), context, settings).messages

    expect(details && render(details)).toEqual({
      text: 'x',
      blocks: [
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_section',
              elements: [{ type: 'text', text: 'Data', style: { bold: true } }],
            },
            {
              type: 'rich_text_preformatted',
              elements: [{ type: 'text', text: 'orderId: 17\nnote: <!here> *a*' }],
            },
          ],
        },
      ],
    })
  })

  test('has Stack, Request, Data and Before in one message of an ordinary event', () => {
    const messages = detailsOf(orderEvent)

    expect(messages).toHaveLength(1)
    expect(messages.map(textsIn).join('\n')).toMatch(/^Stack\n[^]*Request\n[^]*Data\n[^]*Before\n/)
  })

  test('has a long stack whole in few messages, in literal boxes of 3,000 characters', () => {
    const frames = Array.from({ length: 180 }, (_, line) =>
      frame(`step${line}`, '/app/src/steps.ts', line),
    )
    const error = errorWith('no stock', { frames })

    const messages = detailsOf(eventWith({ error }))

    const literals = literalsOf(messages)
    const stack = literals.filter((text) => text.includes('steps.ts'))
    expect(stack.length).toBeGreaterThan(2)
    expect(stack.join('\n')).toBe(error.stack)
    expect(Math.max(...literals.map((text) => text.length))).toBeLessThanOrEqual(3000)
    expect(messages.length).toBeLessThanOrEqual(2)
  })

  test('has a hint as a sentence, with the fix as code', () => {
    const hint = { lost: 'the stack', fix: "log.error({ err }, 'failed')" }

    const [message] = detailsOf(eventWith({ message: 'x', hint }))

    expect(message?.blocks?.at(-1)).toEqual({
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'text', text: '💡 Lost by the logger call: the stack\nFix: ' },
            { type: 'text', text: "log.error({ err }, 'failed')", style: { code: true } },
          ],
        },
      ],
    })
  })
})

describe('when Slack refuses the details', () => {
  test('as rich text, plain sections hold the same parts', () => {
    const [message] = detailsOf(orderEvent, { detail: 'minimal' })

    expect(message?.blocks?.map(({ type }) => type)).not.toContain('rich_text')
    const texts = detailsOf(orderEvent, { detail: 'minimal' }).map(textsIn).join('\n')
    expect(texts).toContain('at chargeCard')
    expect(texts).toMatch(/^Stack\n[^]*Request\n[^]*Data\n[^]*Before\n/)
  })

  test('as blocks, fenced text holds them, in messages that Slack does not split', () => {
    const messages = detailsOf(medium, { detail: 'text' })

    expect(messages.map(({ text }) => text).join('\n')).toContain("TypeError: &lt;a&gt; &amp; '''")
    expect(Math.max(...messages.map(({ text }) => text.length))).toBeLessThanOrEqual(4000)
    expect(messages.flatMap((message) => Object.keys(message))).toEqual(messages.map(() => 'text'))
  })

  test('as blocks, the text of an ordinary event is whole', () => {
    const [message] = detailsOf(orderEvent, { detail: 'text' })

    expect(message?.text).toMatch(
      /^\*Stack\*\n```\nTypeError: [^]*\n```\n\*Request\*\n```\n[^]*\n```\n\*Data\*\n```\n[^]*\n```\n\*Before\*\n```\n[^]*\n```$/,
    )
    expect(message?.text).not.toContain('...')
  })

  test('as blocks, a text without room for all parts has the beginning of each, with a mark where it is cut', () => {
    const [message] = detailsOf(medium, { detail: 'text' })

    const text = message?.text ?? ''
    const fences = text.split('```').filter((_, index) => index % 2 === 1)
    expect(fences.map((fence) => fence.endsWith('...\n'))).toEqual([true, true, false, false])
    expect(text).toMatch(/^\*Stack\*\n```\nTypeError: &lt;a&gt; &amp; '''\n/)
    expect(text).toMatch(
      /\*Data\*\n```\norderId: 17\n```\n\*Before\*\n```\n[^]*\n```\nAll of it: checkout-1795269731\.txt$/,
    )
    expect(text.length).toBeGreaterThan(3900)
  })
})

describe('a line in the thread', () => {
  test('has its time and the change', () => {
    const change = { kind: 'count', at: time } as const
    const state = buildState(repeatedOrder, change, { isBroadcast: false, mentions: [] }, settings)

    expect(render(state)).toEqual({ text: `${at14h02} ×1,204 · 3.3/s · 2 hosts` })
  })

  test.each(['full', 'minimal', 'text'] as const)('is text alone, for %s too', (detail) => {
    const change = { kind: 'back', at: time, silentMs: 5_940_000 } as const
    const state = buildState(repeatedOrder, change, { isBroadcast: false, mentions: [] }, settings)

    expect(render(state, { detail })).toEqual({ text: `${at14h02} back after 1 h 39 min` })
  })
})

describe('a line that the channel sees too', () => {
  const change = { kind: 'count', at: time } as const
  const state = buildState(repeatedOrder, change, { isBroadcast: true, mentions }, settings)
  const line =
    "🔴 TypeError: Cannot read properties of undefined (reading 'id') ← connect ECONNREFUSED 10.0.0.5:5432 · POST /orders/:id · ×1,204 · 3.3/s · 2 hosts · checkout"

  test('has as its text alone what broke and how often', () => {
    expect(render(state).text).toBe(line)
  })

  test('has the reason, and mentions whom the route names', () => {
    expect(textsIn(render(state))).toContain('1,000 so far · next alert at 10,000 · <!here>')
  })

  test('is plain sections where rich text is refused', () => {
    const { blocks } = render(state, { detail: 'minimal' })

    expect(blocks?.map(({ type }) => type)).toEqual(['section', 'section'])
    expect(textsIn({ text: '', blocks: blocks ?? [] })).toBe(
      "🔴 TypeError: Cannot read properties of undefined (reading 'id') ← connect ECONNREFUSED 10.0.0.5:5432 · POST /orders/:id\n×1,204 · 3.3/s · 2 hosts · checkout\n1,000 so far · next alert at 10,000\n<!here>",
    )
  })

  test('is text alone where blocks are refused', () => {
    expect(render(state, { detail: 'text' })).toEqual({ text: `${line} · <!here>` })
  })

  test('has no markup of the error', () => {
    const view = viewOf(eventWith({ message: '<!channel> *a*' }))
    const hostile = buildState(view, change, { isBroadcast: true, mentions: [] }, settings)

    expect(render(hostile).text).toBe('🔴 &lt;!channel&gt; *a* · ×1 · checkout')
    expect(render(hostile, { detail: 'text' }).text).toBe(
      '🔴 &lt;!channel&gt; *\u2060a* · ×1 · checkout',
    )
  })
})

describe('a notice', () => {
  const notice: NoticeNotification = { kind: 'notice', text: '💀 shop <@U1>: died', at: time }

  test('is literal, with its time', () => {
    expect(render(notice)).toEqual({
      text: '💀 shop &lt;@U1&gt;: died',
      blocks: [
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_section',
              elements: [{ type: 'text', text: '💀 shop <@U1>: died' }],
            },
          ],
        },
        {
          type: 'context',
          elements: [
            {
              type: 'mrkdwn',
              text: '<!date^1795269731^{date_short_pretty} {time}|2026-11-21 14:02 UTC>',
              verbatim: true,
            },
          ],
        },
      ],
    })
  })

  test('has no time where none is known', () => {
    expect(render({ kind: 'notice', text: 'a' }).blocks).toHaveLength(1)
  })

  test('is a plain section where rich text is refused', () => {
    expect(render(notice, { detail: 'minimal' }).blocks).toEqual([
      { type: 'section', text: { type: 'plain_text', text: '💀 shop <@U1>: died' } },
    ])
  })

  test.each([{ detail: 'text' }, { profile: 'plain' }] as const)(
    'is text without effect for %o',
    (rendering) => {
      expect(render(notice, rendering)).toEqual({ text: '💀 shop &lt;@\u200bU1&gt;: died' })
    },
  )
})

test('no message of a thread has anything to which Slack objects', () => {
  const renderings = (['full', 'minimal', 'text'] as const).flatMap((detail) =>
    [orderEvent, medium].flatMap((event) => detailsOf(event, { detail })),
  )

  expect(renderings.flatMap(objectionsTo)).toEqual([])
})
