import { describe, expect, test } from 'vitest'
import type { IncidentView } from '../../../src/incident/incident.ts'
import type { MessageSettings } from '../../../src/notification/settings.ts'
import { buildRootMessage } from '../../../src/slack/blocks/root.ts'
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
import { textsIn } from './slack-rules.ts'

const orderView = viewOf(orderEvent)

function shown(view: IncidentView, given: Partial<MessageSettings> = {}): string {
  return textsIn(buildRootMessage(view, { ...settings, ...given }))
}

function notification(view: IncidentView, given: Partial<MessageSettings> = {}): string {
  return buildRootMessage(view, { ...settings, ...given }).text
}

function because(alert: Partial<IncidentView['alert']>, nextMilestone?: number): unknown {
  const view = { ...orderView, nextMilestone, alert: { ...orderView.alert, ...alert } }
  return buildRootMessage(view, settings).attachments?.[0]?.['fallback']
}

function plain(view: IncidentView): SlackMessage {
  return buildRootMessage(view, { ...settings, profile: 'plain' })
}

describe('the notification', () => {
  test('says which service, what broke and where, alone', () => {
    expect(notification(orderView)).toBe(
      '🔴 checkout: TypeError: Cannot read properties of undefined (reading id) · POST /orders/:id',
    )
  })

  test('puts what the program said before what the error says', () => {
    const event = eventWith({ message: 'cannot charge', error: errorWith('no stock') })

    expect(notification(viewOf(event))).toBe('🔴 checkout: cannot charge: TypeError: no stock')
  })

  test('says once what winston put at the end of the text', () => {
    const event = eventWith({ message: 'cannot charge: no stock', error: errorWith('no stock') })

    expect(notification(viewOf(event))).toBe('🔴 checkout: cannot charge: TypeError: no stock')
    expect(shown(viewOf(event))).toContain('\ncannot charge: no stock\nat ')
  })

  test('leaves out the indentation of lines that became one', () => {
    const event = eventWith({ message: '[\n    {\n        a' })

    expect(notification(viewOf(event))).toBe('🔴 checkout: [\\n {\\n a')
  })

  test('does not say twice what the error says already', () => {
    const event = eventWith({ message: 'no stock', error: errorWith('no stock') })

    expect(notification(viewOf(event))).toBe('🔴 checkout: TypeError: no stock')
  })

  test('keeps the endpoint behind a message without end', () => {
    const event = { ...orderEvent, error: errorWith('x'.repeat(5000)) }

    const text = notification(viewOf(event))

    expect(text).toMatch(/^🔴 checkout: .*xxx\.\.\. · POST \/orders\/:id$/)
    expect(text.length).toBeLessThan(400)
  })

  test('names the error of a traceback that was logged as text', () => {
    const message =
      'Traceback (most recent call last):\n  File "a.py", line 1, in f\nValueError: bad\n'

    expect(notification(viewOf(eventWith({ message })))).toBe('🔴 checkout: ValueError: bad')
  })

  test('tells the fields of a record that has no message', () => {
    const event = eventWith({ fields: { orderId: 17, items: [1], shop: 'b' } })

    expect(notification(viewOf(event))).toBe(
      '🔴 checkout: logged without a message · orderId=17 · shop=b',
    )
  })

  test('says the kind of nothing for a thrown text', () => {
    const error = errorWith('no luck', { type: 'string', stack: undefined, frames: [] })

    expect(notification(viewOf(eventWith({ error })))).toBe('🔴 checkout: no luck')
  })

  test('counts from the second occurrence on', () => {
    expect(notification(repeatedOrder)).toMatch(/ · ×1,204$/)
  })

  test('says after which silence it is back', () => {
    const alert = { ...orderView.alert, reason: 'regression' as const, silentMs: 90_000_000 }

    expect(notification({ ...orderView, alert })).toMatch(/ · back after 1 d 1 h$/)
  })

  test.each([
    [60, '🚨'],
    [55, '🔴'],
    [40, '🟠'],
    [30, '🔵'],
  ])('shows by its first sign how severe level %i is', (severity, emoji) => {
    expect(notification(viewOf(eventWith({ severity, message: 'x' })))).toBe(`${emoji} checkout: x`)
  })

  test('keeps quotes and newlines where that is wished', () => {
    const sanitize = { quotes: 'keep', newlines: 'keep' } as const

    expect(notification(viewOf(eventWith({ message: `it's "a"\nb` })), { sanitize })).toBe(
      `🔴 checkout: it's "a"\nb`,
    )
  })
})

describe('the message', () => {
  test('holds the exact message in one literal piece, quotes and newlines included', () => {
    const message = `can't find "x"\n  in <list> & more`

    const { blocks } = buildRootMessage(viewOf(eventWith({ error: errorWith(message) })), settings)

    const literal = { type: 'rich_text_preformatted', elements: [{ type: 'text', text: message }] }
    expect(blocks).toContainEqual(
      expect.objectContaining({ type: 'rich_text', elements: expect.arrayContaining([literal]) }),
    )
  })

  test('names the culprit from the folder of the program on', () => {
    expect(shown(orderView)).toContain('\nchargeCard (src/billing/charge.ts:42)\n')
  })

  test('names the end of the path of a culprit that lies elsewhere', () => {
    const frames = [frame('charge', '/srv/releases/12/shop/src/billing/charge.ts', 4)]

    expect(shown(viewOf(eventWith({ error: errorWith('x', { frames }) })))).toContain(
      'charge (…/shop/src/billing/charge.ts:4)',
    )
  })

  test('takes the culprit of the cause where the error itself has none', () => {
    const cause = errorWith('refused', { frames: [ownFrame] })
    const error = errorWith('failed', { frames: [], cause })

    expect(shown(viewOf(eventWith({ error })))).toContain('chargeCard (src/billing/charge.ts:42)')
  })

  test('names the last of the causes', () => {
    const root = errorWith('connect ECONNREFUSED', { type: 'Error' })
    const error = errorWith('a', { cause: errorWith('b', { cause: root }) })

    expect(shown(viewOf(eventWith({ error })))).toContain('Error: connect ECONNREFUSED')
  })

  test('keeps the count to itself when it happened once', () => {
    expect(shown(orderView)).not.toContain('Count')
  })

  test('tells how often, how fast and since when', () => {
    expect(shown(repeatedOrder)).toContain('*Count*  1,204 · 3.3/s  ▂▂▄▆█▇▄▂')
    expect(shown(repeatedOrder)).toContain('|14:02:11 UTC> – <!date^')
  })

  test('shows no rate once it is quiet', () => {
    const quiet = shown({ ...repeatedOrder, state: 'quiet' })

    expect(quiet).toContain('⚪ checkout · production · quiet')
    expect(quiet).toContain('*Count*  1,204  ▂')
  })

  test.each([
    ['resolved', '✅ checkout · production · resolved'],
    ['muted', '🔇 checkout · production · muted'],
  ] as const)('shows in its header that it is %s', (state, header) => {
    expect(shown({ ...orderView, state })).toContain(header)
  })

  test('names some of many hosts', () => {
    const hosts = ['a', 'b', 'c', 'd', 'e']

    expect(shown({ ...orderView, hosts })).toContain('*Hosts*  a, b, c and 2 more')
  })

  test('shows the trace as a fact where nothing links to it', () => {
    expect(shown(orderView)).toContain('*Trace*  4bf92f3577b34da6a3ce929d0e0e4736')
    const links = { trace: 'https://t.example/{trace_id}' }
    expect(shown(orderView, { links })).not.toContain('*Trace*')
  })

  test('mentions whom the route names, and nobody whom a record names', () => {
    const view = viewOf(eventWith({ message: '<!channel> <@U012AB3CD>' }))

    const message = JSON.stringify(buildRootMessage(view, settings, { mentions: '<!here>' }).blocks)

    expect(message.match(/<!here>/g)).toHaveLength(1)
    expect(message.match(/<!channel>/g)).toHaveLength(1)
    expect(message).toContain('{"type":"text","text":"<!channel> <@U012AB3CD>"}')
  })

  test('passes on what is wrong with the delivery', () => {
    const message = buildRootMessage(orderView, settings, { notices: ['3 sends failed'] })

    expect(textsIn(message)).toContain('⚠️ 3 sends failed')
  })
})

describe('why it is here', () => {
  test.each([
    [{ reason: 'new' }, 'why: seen for the first time'],
    [{ reason: 'fatal' }, 'why: fatal, always told'],
    [{ reason: 'milestone', count: 1000, previousCount: 100 }, 'why: 10× more, 100 → 1,000'],
    [{ reason: 'milestone', count: 10, previousCount: 0 }, 'why: again, 10 so far'],
    [
      { reason: 'spike', spike: { latest: 400, usual: 40 } },
      'why: sudden rise, 400 in 5 min, usually 40',
    ],
    [{ reason: 'regression', silentMs: 5_940_000 }, 'why: back after 1 h 39 min'],
    [{ reason: 'regression' }, 'why: back after it was resolved'],
    [
      { reason: 'reminder', count: 1204, previousCount: 1000 },
      'why: still happening, 204 more since the last alert',
    ],
    [{ reason: 'storm' }, 'why: many new problems at once'],
    [{ reason: 'repeat', count: 3 }, 'why: again, 3 so far'],
  ] as const)('is told for %o', (alert, why) => {
    expect(because(alert)).toBe(why)
  })

  test('says when it will be loud again', () => {
    expect(because({ reason: 'new' }, 10)).toBe('why: seen for the first time · next at 10')
  })
})

describe('without threads', () => {
  test('stack, request and data stand in the message', () => {
    const inline = shown(orderView, { profile: 'inline' })

    expect(inline).toContain('at placeOrder (/app/src/orders/place.ts:18:13)')
    expect(inline).toContain('… 4 frames in router, node')
    expect(inline).toContain('caused by Error: connect ECONNREFUSED 10.0.0.5:5432')
    expect(inline).toContain('body: {"items":[{"sku":"A-1","quantity":2}],"card":"[Redacted]"}')
    expect(inline).toContain('orderId: 123')
  })

  test('a stack too long for the message keeps error, culprit and root cause', () => {
    const steps = Array.from({ length: 300 }, (_, line) =>
      frame(`step${line}`, '/app/src/s.ts', line),
    )
    const root = errorWith('connect ECONNREFUSED', { type: 'Error', frames: steps })
    const error = errorWith('failed', { frames: [ownFrame, ...steps], cause: root })

    const inline = shown(viewOf(eventWith({ error })), { profile: 'inline' })

    expect(inline).toContain('TypeError: failed')
    expect(inline).toContain('at chargeCard (/app/src/billing/charge.ts:42:13)')
    expect(inline).toContain('caused by Error: connect ECONNREFUSED')
  })
})

describe('for chats that know no blocks', () => {
  test('there are only text and one attachment', () => {
    expect(Object.keys(plain(orderView))).toEqual(['text', 'attachments'])
  })

  test('a plain mention and a link from a record do nothing', () => {
    const { text } = plain(viewOf(eventWith({ message: '@all see [this](https://evil.example)' })))

    expect(text).toBe('🔴 checkout: @\u200ball see [this]\u200b(https://evil.example)')
  })
})

describe('when Slack refuses', () => {
  test('blocks with markup, plain sections say the same', () => {
    const { blocks, attachments } = buildRootMessage(repeatedOrder, {
      ...settings,
      detail: 'minimal',
    })

    expect(attachments).toBeUndefined()
    expect(new Set(blocks?.map(({ type }) => type))).toEqual(new Set(['section']))
    expect(textsIn({ text: '', blocks: blocks ?? [] })).toContain(
      'at chargeCard (src/billing/charge.ts:42)\ncaused by Error: connect ECONNREFUSED 10.0.0.5:5432',
    )
  })

  test('all blocks, text alone says the same', () => {
    const message = buildRootMessage(repeatedOrder, { ...settings, detail: 'text' })

    expect(Object.keys(message)).toEqual(['text'])
    expect(message.text).toContain('at chargeCard (src/billing/charge.ts:42)')
    expect(message.text).toContain('why: 10× more')
  })
})
