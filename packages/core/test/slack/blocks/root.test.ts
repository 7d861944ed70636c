import { describe, expect, test } from 'vitest'
import type { IncidentView } from '../../../src/incident/incident.ts'
import { buildRoot } from '../../../src/notification/root.ts'
import type { NotificationSettings } from '../../../src/notification/notification.ts'
import type { SlackMessage } from '../../../src/slack/message.ts'
import {
  errorWith,
  eventWith,
  frame,
  orderEvent,
  ownFrame,
  repeatedOrder,
  settings,
  viewOf,
} from '../../notification/samples.ts'
import { render } from './render.ts'
import { objectionsTo, textsIn } from './slack-rules.ts'

const orderView = viewOf(orderEvent)
const mentions = [{ kind: 'here' }, { kind: 'user', id: 'U1' }] as const

function shown(view: IncidentView, given: Partial<NotificationSettings> = {}): string {
  return textsIn(render(buildRoot(view, { ...settings, ...given })))
}

function inline(view: IncidentView): SlackMessage {
  return render(buildRoot(view, settings, { isInline: true }))
}

function plain(view: IncidentView, given: Partial<NotificationSettings> = {}): SlackMessage {
  const root = buildRoot(view, { ...settings, ...given }, { isInline: true })
  return render(root, { profile: 'plain' })
}

describe('the text', () => {
  test('is the headline', () => {
    expect(render(buildRoot(orderView, settings)).text).toBe(
      "🔴 TypeError: Cannot read properties of undefined (reading 'id') ← connect ECONNREFUSED 10.0.0.5:5432 · checkout · POST /orders/:id",
    )
  })

  test('is escaped, with formatting marks as they are, since nobody formats push notifications', () => {
    const view = viewOf(eventWith({ message: '<!channel> *a* & b' }))

    expect(render(buildRoot(view, settings)).text).toBe(
      '🔴 &lt;!channel&gt; *a* &amp; b · checkout',
    )
  })

  test('has no mentions, which stand in the blocks', () => {
    expect(render(buildRoot(orderView, settings, { mentions })).text).not.toContain('<')
  })
})

describe('the message', () => {
  test('has no empty line where neither service nor endpoint is known', () => {
    const root = buildRoot(viewOf(eventWith({ message: 'no card' })), settings)

    expect(objectionsTo(render({ ...root, context: '' }))).toEqual([])
  })

  test('holds the exact message in one literal piece, quotes and newlines included', () => {
    const message = `can't find "x"\n  in <list> & more`

    const { blocks } = render(buildRoot(viewOf(eventWith({ error: errorWith(message) })), settings))

    const literal = { type: 'rich_text_preformatted', elements: [{ type: 'text', text: message }] }
    expect(blocks).toContainEqual(
      expect.objectContaining({ type: 'rich_text', elements: expect.arrayContaining([literal]) }),
    )
  })

  test('has look and title in its header', () => {
    expect(render(buildRoot(orderView, settings)).blocks?.[0]).toEqual({
      type: 'header',
      text: {
        type: 'plain_text',
        text: "🔴 TypeError: Cannot read properties of undefined (reading 'id') ← connect ECONNREFUSED 10.0.0.5:5432",
        emoji: true,
      },
    })
  })

  test('has its context with mentions', () => {
    const { blocks } = render(buildRoot(orderView, settings, { mentions }))

    expect(blocks?.[1]).toEqual({
      type: 'section',
      text: {
        type: 'mrkdwn',
        text: 'checkout · production · v1.8.2 · POST /orders/:id · <!here> <@U1>',
        verbatim: true,
      },
    })
  })

  test('fits its context into a section, with releases that grow when they are escaped', () => {
    const releases = ['1', '2', '3'].map((release) => `${release}${'&'.repeat(600)}`)
    const { blocks } = render(buildRoot({ ...orderView, releases }, settings, { mentions }))

    const section = (blocks?.[1] ?? {}) as Readonly<Record<string, { readonly text: string }>>
    const text = section['text']?.text ?? ''
    expect(text.length).toBeLessThanOrEqual(3000)
    expect(text).toMatch(/^checkout · production · v1&amp;.*\.\.\. · POST .* · <!here> <@U1>$/)
  })

  test('names the culprit and the root cause as code', () => {
    const cause = errorWith('x'.repeat(150), { type: 'Error' })

    expect(shown(viewOf(eventWith({ error: errorWith('failed', { cause }) })))).toContain(
      `\n└ \nchargeCard (src/billing/charge.ts:42)\n← \n${'x'.repeat(150)}\n`,
    )
  })

  test('has no place and no fact twice for a record without an error', () => {
    const texts = shown(viewOf(eventWith({ message: 'x' })))

    expect(texts).not.toMatch(/└|←/)
    expect(texts.match(/\*Host\*/g)).toHaveLength(1)
  })

  test('has no count where it happened once', () => {
    expect(shown(orderView)).not.toContain('Count')
  })

  test('has the count, the rate and the span of time', () => {
    expect(shown(repeatedOrder)).toContain('*Count* 1,204 · 3.3/s ▂▂▄▆█▇▄▂   *Since* <!date^')
    expect(shown(repeatedOrder)).toContain('|14:02 UTC>   *Last* <!date^')
  })

  test('has no rate once it is quiet', () => {
    const quiet = shown({ ...repeatedOrder, state: 'quiet' })

    expect(quiet).toContain('⚪ TypeError: ')
    expect(quiet).toContain(' · quiet\n')
    expect(quiet).toContain('*Count* 1,204 ▂')
  })

  test.each([
    ['resolved', '✅ TypeError: '],
    ['muted', '🔇 TypeError: '],
  ] as const)('shows by its first sign that it is %s', (state, header) => {
    expect(shown({ ...orderView, state })).toContain(header)
  })

  test('has some of many hosts', () => {
    const hosts = ['a', 'b', 'c', 'd', 'e']

    expect(shown({ ...orderView, hosts })).toContain('*Hosts* a, b, c and 2 more')
  })

  test('has the trace as a fact where no link has it', () => {
    expect(shown(orderView)).toContain('*Trace* 4bf92f3577b34da6a3ce929d0e0e4736')
    const links = { trace: 'https://t.example/{trace_id}' }
    expect(shown(orderView, { links })).not.toContain('*Trace*')
    expect(shown(orderView, { links })).toContain(
      '<https://t.example/4bf92f3577b34da6a3ce929d0e0e4736|Trace 4bf92f35>',
    )
  })

  test('leaves out links beyond those that fit into one line', () => {
    const links = Object.fromEntries(
      Array.from({ length: 5 }, (_, index) => [
        `a${index}`,
        `https://t.example/${'x'.repeat(300)}`,
      ]),
    )

    expect(shown(orderView, { links }).match(/\|A\d>/g)).toEqual(['|A0>', '|A1>', '|A2>'])
  })

  test('mentions whom the route names, and nobody whom a record names', () => {
    const view = viewOf(eventWith({ message: '<!channel> <@U012AB3CD>' }))
    const root = buildRoot(view, settings, { mentions: [{ kind: 'here' }] })

    const message = JSON.stringify(render(root).blocks)

    expect(message.match(/<!here>/g)).toHaveLength(1)
    expect(message.match(/<!channel>/g)).toHaveLength(1)
    expect(message).toContain('{"type":"plain_text","text":"🔴 <!channel> <@U012AB3CD>"')
  })

  test('has the notices, with no markup in them', () => {
    const message = render(
      buildRoot(orderView, settings, { notices: ['3 deliveries failed <@U1>'] }),
    )

    expect(textsIn(message)).toContain('⚠️ 3 deliveries failed &lt;@U1&gt;')
  })

  test('has the reason beside a bar in the color of the level', () => {
    const { attachments } = render(buildRoot(repeatedOrder, settings))

    const why = '1,000 so far · next alert at 10,000'
    expect(attachments).toEqual([
      {
        color: '#e01e5a',
        fallback: why,
        blocks: [{ type: 'context', elements: [{ type: 'mrkdwn', text: why, verbatim: true }] }],
      },
    ])
  })
})

describe('without threads', () => {
  test('stack, request and data stand in the message', () => {
    const texts = textsIn(inline(orderView))

    expect(texts).toContain('at placeOrder (/app/src/orders/place.ts:18:13)')
    expect(texts).toContain('… 4 frames in router, node')
    expect(texts).toContain('caused by Error: connect ECONNREFUSED 10.0.0.5:5432')
    expect(texts).toContain('body: {"items":[{"sku":"A-1","quantity":2}],"card":"[Redacted]"}')
    expect(texts).toContain('orderId: 123')
  })

  test('a stack too long for the message keeps error, culprit and root cause', () => {
    const steps = Array.from({ length: 300 }, (_, line) =>
      frame(`step${line}`, '/app/src/s.ts', line),
    )
    const root = errorWith('connect ECONNREFUSED', { type: 'Error', frames: steps })
    const error = errorWith('failed', { frames: [ownFrame, ...steps], cause: root })

    const message = inline(viewOf(eventWith({ error })))

    const texts = textsIn(message)
    expect(texts).toContain('TypeError: failed')
    expect(texts).toContain('at chargeCard (/app/src/billing/charge.ts:42:13)')
    expect(texts).toContain('caused by Error: connect ECONNREFUSED')
    expect(objectionsTo(message)).toEqual([])
  })

  test('data too long for the message is cut', () => {
    const message = inline(viewOf(eventWith({ message: 'x', fields: { list: 'y'.repeat(5000) } })))

    const texts = textsIn(message)
    expect(texts).toMatch(/\nData\nlist: y+\.\.\.\n/)
    expect(texts.length).toBeLessThan(1500)
  })
})

describe('for chats that know no blocks', () => {
  test('there are only text and one attachment', () => {
    expect(Object.keys(plain(orderView))).toEqual(['text', 'attachments'])
  })

  test('a plain mention and a link from a record do nothing', () => {
    const { text } = plain(viewOf(eventWith({ message: '@all see [this](https://evil.example)' })))

    expect(text).toBe('🔴 @\u200ball see [this]\u200b(https://evil.example) · checkout')
  })

  test('the attachment has message, places, stack, links and notices', () => {
    const links = { trace: 'https://t.example/{trace_id}' }
    const root = buildRoot(orderView, { ...settings, links }, { isInline: true, notices: ['a'] })

    const [attachment] = render(root, { profile: 'plain' }).attachments ?? []

    expect(attachment?.['text']).toMatch(
      /^```\n└ chargeCard \(src\/billing\/charge\.ts:42\)\n```\n```\nTypeError: [^]*\n```\n<https:[^>]*\|Trace 4bf92f35>\na$/,
    )
    expect(attachment).toMatchObject({
      color: '#e01e5a',
      title: 'checkout · production · v1.8.2 · POST /orders/:id',
      footer: 'New',
      ts: 1_795_269_731,
    })
  })

  test('whom the route names is mentioned in the text', () => {
    const root = buildRoot(orderView, settings, { mentions, isInline: true })

    expect(render(root, { profile: 'plain' }).text).toMatch(/^<!here> <@U1> 🔴 TypeError: /)
  })

  test.each(['full', 'minimal', 'text'] as const)('the message is the same for %s', (detail) => {
    const root = buildRoot(orderView, settings, { isInline: true })

    expect(render(root, { profile: 'plain', detail })).toEqual(plain(orderView))
  })
})

describe('when Slack refuses', () => {
  test('blocks with markup, plain sections have the same', () => {
    const { blocks, attachments } = render(buildRoot(repeatedOrder, settings), {
      detail: 'minimal',
    })

    expect(attachments).toBeUndefined()
    expect(new Set(blocks?.map(({ type }) => type))).toEqual(new Set(['section']))
    expect(textsIn({ text: '', blocks: blocks ?? [] })).toContain(
      '└ chargeCard (src/billing/charge.ts:42)',
    )
  })

  test('blocks with markup, a section of mentions is left', () => {
    const { blocks } = render(buildRoot(repeatedOrder, settings, { mentions }), {
      detail: 'minimal',
    })

    expect(blocks?.[0]).toMatchObject({ text: { type: 'mrkdwn', text: '<!here> <@U1>' } })
    expect(JSON.stringify(blocks?.slice(1))).not.toContain('mrkdwn')
  })

  test('all blocks, text alone has the same', () => {
    const message = render(buildRoot(repeatedOrder, settings), { detail: 'text' })

    expect(Object.keys(message)).toEqual(['text'])
    expect(message.text).toContain('└ chargeCard (src/billing/charge.ts:42)')
    expect(message.text).toContain('1,000 so far')
  })

  test('all blocks, the text mentions whom the route names', () => {
    const root = buildRoot(repeatedOrder, settings, { mentions })

    expect(render(root, { detail: 'text' }).text).toMatch(/^<!here> <@U1> 🔴 TypeError: /)
  })
})
