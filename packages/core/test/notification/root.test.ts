import { describe, expect, test } from 'vitest'
import type { LogEvent } from '../../src/event/log-event.ts'
import type { IncidentView } from '../../src/incident/incident.ts'
import type { NotificationSettings, RootNotification } from '../../src/notification/notification.ts'
import { buildRoot, type RootExtras } from '../../src/notification/root.ts'
import {
  errorWith,
  eventWith,
  frame,
  orderEvent,
  ownFrame,
  repeatedOrder,
  settings,
  viewOf,
} from './samples.ts'

const orderView = viewOf(orderEvent)

function headlineOf(view: IncidentView, given: Partial<NotificationSettings> = {}): string {
  return buildRoot(view, { ...settings, ...given }).headline
}

function rootOf(event: Partial<LogEvent>, extras: RootExtras = {}): RootNotification {
  return buildRoot(viewOf(eventWith(event)), settings, extras)
}

function factOf(view: IncidentView, label: string, given: Partial<NotificationSettings> = {}) {
  return buildRoot(view, { ...settings, ...given }).facts.find((fact) => fact.label === label)?.text
}

function whyOf(alert: Partial<IncidentView['alert']>, nextMilestone?: number): string {
  const view = { ...orderView, nextMilestone, alert: { ...orderView.alert, ...alert } }
  return buildRoot(view, settings).why
}

describe('the headline', () => {
  test('has the service, what broke and where, and makes sense alone', () => {
    expect(headlineOf(orderView)).toBe(
      '🔴 checkout: TypeError: Cannot read properties of undefined (reading id) · POST /orders/:id',
    )
  })

  test("has the logged text before the error's", () => {
    const event = eventWith({ message: 'cannot charge', error: errorWith('no stock') })

    expect(headlineOf(viewOf(event))).toBe('🔴 checkout: cannot charge: TypeError: no stock')
  })

  test('has once what winston appended to the logged text', () => {
    const event = eventWith({ message: 'cannot charge: no stock', error: errorWith('no stock') })

    expect(headlineOf(viewOf(event))).toBe('🔴 checkout: cannot charge: TypeError: no stock')
    expect(buildRoot(viewOf(event), settings).message).toBe('cannot charge: no stock')
  })

  test('leaves out the indentation of lines that became one', () => {
    const event = eventWith({ message: '[\n    {\n        a' })

    expect(headlineOf(viewOf(event))).toBe('🔴 checkout: [\\n {\\n a')
  })

  test('has no logged text that the error has already', () => {
    const event = eventWith({ message: 'no stock', error: errorWith('no stock') })

    expect(headlineOf(viewOf(event))).toBe('🔴 checkout: TypeError: no stock')
  })

  test('cuts an error that is too long, and keeps the endpoint', () => {
    const event = { ...orderEvent, error: errorWith('x'.repeat(5000)) }

    const text = headlineOf(viewOf(event))

    expect(text).toMatch(/^🔴 checkout: .*xxx\.\.\. · POST \/orders\/:id$/)
    expect(text.length).toBeLessThan(400)
  })

  test('names the error of a traceback that was logged as text', () => {
    const message =
      'Traceback (most recent call last):\n  File "a.py", line 1, in f\nValueError: bad\n'

    expect(headlineOf(viewOf(eventWith({ message })))).toBe('🔴 checkout: ValueError: bad')
  })

  test('has the fields of a record without a message', () => {
    const event = eventWith({ fields: { orderId: 17, items: [1], shop: 'b' } })

    expect(headlineOf(viewOf(event))).toBe(
      '🔴 checkout: logged without a message · orderId=17 · shop=b',
    )
  })

  test('has no type before a thrown text', () => {
    const error = errorWith('no luck', { type: 'string', stack: undefined, frames: [] })

    expect(headlineOf(viewOf(eventWith({ error })))).toBe('🔴 checkout: no luck')
  })

  test('has the count from the second occurrence on', () => {
    expect(headlineOf(orderView)).not.toContain('×')
    expect(headlineOf(repeatedOrder)).toMatch(/ · ×1,204$/)
  })

  test('has the time of silence before a regression', () => {
    const alert = { ...orderView.alert, reason: 'regression' as const, silentMs: 90_000_000 }

    expect(headlineOf({ ...orderView, alert })).toMatch(/ · back after 1 d 1 h$/)
  })

  test.each([
    [60, '🚨'],
    [55, '🔴'],
    [40, '🟠'],
    [30, '🔵'],
  ])('shows by its first sign how severe level %i is', (severity, emoji) => {
    expect(headlineOf(viewOf(eventWith({ severity, message: 'x' })))).toBe(`${emoji} checkout: x`)
  })

  test('keeps quotes and newlines where the settings keep them', () => {
    const sanitize = { quotes: 'keep', newlines: 'keep' } as const

    expect(headlineOf(viewOf(eventWith({ message: `it's "a"\nb` })), { sanitize })).toBe(
      `🔴 checkout: it's "a"\nb`,
    )
  })
})

describe('the title', () => {
  test.each([
    ['active', '🔴', 'checkout · production'],
    ['quiet', '⚪', 'checkout · production · quiet'],
    ['resolved', '✅', 'checkout · production · resolved'],
    ['muted', '🔇', 'checkout · production · muted'],
  ] as const)('of an incident that is %s has the look %s', (state, emoji, title) => {
    const root = buildRoot({ ...orderView, state }, settings)

    expect(root.look.emoji).toBe(emoji)
    expect(root.title).toBe(title)
  })

  test('has no environment where none is known', () => {
    expect(buildRoot(orderView, { ...settings, environment: undefined }).title).toBe('checkout')
  })
})

describe('the sentence', () => {
  test('has the error and the endpoint as code', () => {
    expect(buildRoot(orderView, settings).sentence).toEqual([
      { text: 'TypeError', style: 'code' },
      { text: ' while ' },
      { text: 'POST /orders/:id', style: 'code' },
    ])
  })

  test('has the endpoint first in Korean', () => {
    expect(buildRoot(orderView, { ...settings, locale: 'ko' }).sentence).toEqual([
      { text: 'POST /orders/:id', style: 'code' },
      { text: ' 처리 중 ' },
      { text: 'TypeError', style: 'code' },
    ])
  })

  test('has the level and the logger as words where there is no error', () => {
    expect(rootOf({ message: 'x', logger: 'queue' }).sentence).toEqual([
      { text: 'error logged by queue' },
    ])
  })

  test('has the kind of a thrown value', () => {
    const error = errorWith('no luck', { type: 'string', stack: undefined, frames: [] })

    expect(rootOf({ error }).sentence).toEqual([{ text: 'string thrown', style: 'code' }])
  })
})

describe('the releases', () => {
  test('are the latest three, numbers with a v', () => {
    const releases = ['1.8.0', '1.8.1', 'canary', '1.8.2']

    expect(buildRoot({ ...orderView, releases }, settings).releases).toEqual([
      'v1.8.1',
      'canary',
      'v1.8.2',
    ])
  })

  test('are that of the service where the incident has none', () => {
    expect(buildRoot({ ...orderView, releases: [] }, settings).releases).toEqual(['v1.8.2'])
    const unreleased = { ...settings, release: undefined }
    expect(buildRoot({ ...orderView, releases: [] }, unreleased).releases).toEqual([])
  })
})

describe('the message', () => {
  test('is exact, quotes and newlines included', () => {
    const message = `can't find "x"\n  in <list> & more`

    expect(rootOf({ error: errorWith(message) }).message).toBe(message)
  })

  test("is the logged text with the error's below it", () => {
    expect(rootOf({ message: 'cannot charge', error: errorWith('no stock') }).message).toBe(
      'cannot charge\nno stock',
    )
  })

  test('is cut to 1,200 characters', () => {
    const { message } = rootOf({ message: 'x'.repeat(5000) })

    expect(message).toMatch(/^x+\.\.\.$/)
    expect(message.length).toBeLessThanOrEqual(1200)
  })
})

describe('the places', () => {
  test("are the culprit, relative to the service's folder, and the root cause", () => {
    expect(buildRoot(orderView, settings).places).toEqual([
      { label: 'at ', code: 'chargeCard (src/billing/charge.ts:42)' },
      { label: 'caused by ', code: 'Error: connect ECONNREFUSED 10.0.0.5:5432' },
    ])
  })

  test('have the end of the path of a culprit that lies elsewhere', () => {
    const frames = [frame('charge', '/srv/releases/12/shop/src/billing/charge.ts', 4)]

    expect(rootOf({ error: errorWith('x', { frames }) }).places).toEqual([
      { label: 'at ', code: 'charge (…/shop/src/billing/charge.ts:4)' },
    ])
  })

  test('have the culprit of the cause where the error itself has none', () => {
    const cause = errorWith('refused', { frames: [ownFrame] })
    const error = errorWith('failed', { frames: [], cause })

    expect(rootOf({ error }).places[0]).toEqual({
      label: 'at ',
      code: 'chargeCard (src/billing/charge.ts:42)',
    })
  })

  test('have the last of the causes', () => {
    const root = errorWith('connect ECONNREFUSED', { type: 'Error' })
    const error = errorWith('a', { cause: errorWith('b', { cause: root }) })

    expect(rootOf({ error }).places[1]).toEqual({
      label: 'caused by ',
      code: 'Error: connect ECONNREFUSED',
    })
  })

  test('keep their quotes, which help to search', () => {
    const error = errorWith('failed', { frames: [], cause: errorWith(`can't read "x"`) })

    expect(rootOf({ error }).places.map(({ code }) => code)).toContain(`TypeError: can't read "x"`)
  })

  test('are none where there is no error', () => {
    expect(rootOf({ message: 'x' }).places).toEqual([])
  })
})

describe('the facts', () => {
  test('have no count where it happened once', () => {
    expect(buildRoot(orderView, settings).facts.map(({ label }) => label)).not.toContain('Count')
  })

  test('have the count, the rate and the span of time where it happened more often', () => {
    expect(factOf(repeatedOrder, 'Count')).toBe('1,204 · 3.3/s  ▂▂▄▆█▇▄▂')
    expect(buildRoot(repeatedOrder, settings).facts.at(-1)).toEqual({
      label: 'Seen',
      text: '14:02:11 UTC – 14:09:40 UTC',
      times: { from: repeatedOrder.firstSeen, to: repeatedOrder.lastSeen },
    })
  })

  test('have no rate once it is quiet', () => {
    expect(factOf({ ...repeatedOrder, state: 'quiet' }, 'Count')).toMatch(/^1,204 {2}▂/)
  })

  test('have some of many hosts', () => {
    const hosts = ['a', 'b', 'c', 'd', 'e']

    expect(factOf({ ...orderView, hosts }, 'Hosts')).toBe('a, b, c and 2 more')
  })

  test('have the shares of several endpoints', () => {
    const endpoints = [
      { name: 'POST /orders/:id', count: 86 },
      { name: 'GET /cart', count: 9 },
      { name: 'GET /', count: 5 },
    ]

    expect(factOf({ ...orderView, endpoints, requests: 100 }, 'Request')).toBe(
      '86 % POST /orders/:id, 9 % GET /cart and 1 more',
    )
  })

  test('have the trace where no link has it', () => {
    const links = { trace: 'https://t.example/{trace_id}' }

    expect(factOf(orderView, 'Trace')).toBe('4bf92f3577b34da6a3ce929d0e0e4736')
    expect(factOf(orderView, 'Trace', { links })).toBeUndefined()
  })

  test('have what another server answered, also as the cause of the error', () => {
    const cause = errorWith('no key', { upstreamStatus: 401 })
    const view = viewOf(eventWith({ error: errorWith('sync failed', { cause }) }))

    expect(factOf(view, 'Upstream')).toBe('answered 401')
    expect(factOf(view, '업스트림', { locale: 'ko' })).toBe('401 응답')
    expect(factOf(orderView, 'Upstream')).toBeUndefined()
  })

  test('have the headlines of further events that differ', () => {
    const others = [eventWith({ message: 'a' }), eventWith({ message: 'b' }), orderEvent]

    expect(factOf({ ...orderView, others }, 'Also')).toBe('a | b')
  })

  test('are at most ten, with the counters last', () => {
    const { facts } = buildRoot(
      {
        ...repeatedOrder,
        users: 41,
        others: [eventWith({ message: 'a' })],
        sample: {
          ...orderEvent,
          logger: 'orders',
          error: errorWith('x', { code: 'E_STOCK' }),
        },
      },
      settings,
    )

    expect(facts.map(({ label }) => label)).toEqual([
      'Request',
      'Users',
      'User',
      'Client',
      'Hosts',
      'Code',
      'Trace',
      'Logger',
      'Count',
      'Seen',
    ])
  })
})

describe('the notices', () => {
  test('are at most three, a line each', () => {
    const notices = ['3 deliveries failed', 'a\nb', 'x'.repeat(4000), 'too many']

    expect(rootOf({ message: 'x' }, { notices }).notices).toEqual([
      '3 deliveries failed',
      'a\\nb',
      `${'x'.repeat(297)}...`,
    ])
  })

  test('are none by default', () => {
    expect(rootOf({ message: 'x' }).notices).toEqual([])
  })
})

describe('the mentions', () => {
  test('are those of the route, and none that a record holds', () => {
    const mentions = [{ kind: 'here' }, { kind: 'user', id: 'U1' }] as const

    const root = rootOf({ message: '<!channel> <@U012AB3CD>' }, { mentions })

    expect(root.mentions).toEqual([{ kind: 'here' }, { kind: 'user', id: 'U1' }])
    expect(root.message).toBe('<!channel> <@U012AB3CD>')
  })

  test('are none by default', () => {
    expect(rootOf({ message: '<!channel>' }).mentions).toEqual([])
  })
})

describe('the reason', () => {
  test.each([
    [{ reason: 'new' }, 'New'],
    [{ reason: 'fatal' }, 'Fatal · always alerts'],
    [{ reason: 'milestone', count: 1000, previousCount: 100 }, '1,000 so far'],
    [{ reason: 'milestone', count: 10, previousCount: 0 }, '10 so far'],
    [{ reason: 'spike', spike: { latest: 400, usual: 40 } }, 'Spike: 400 in 5 min, usually 40'],
    [{ reason: 'regression', silentMs: 5_940_000 }, 'Back after 1 h 39 min'],
    [{ reason: 'regression' }, 'Back after it was resolved'],
    [
      { reason: 'reminder', count: 1204, previousCount: 1000 },
      'Still active: 204 more since the last alert',
    ],
    [{ reason: 'storm' }, 'Many new problems at once'],
    [{ reason: 'repeat', count: 3 }, '3 so far'],
  ] as const)('is in words for %o', (alert, why) => {
    expect(whyOf(alert)).toBe(why)
  })

  test('has the number of occurrences that alerts next', () => {
    expect(whyOf({ reason: 'new' }, 10)).toBe('New · next alert at 10')
  })

  test('has no number that is reached already', () => {
    expect(whyOf({ reason: 'new' }, 1)).toBe('New')
  })
})

describe('the sections', () => {
  test('are none where the destination has threads', () => {
    expect(buildRoot(orderView, settings).sections).toEqual([])
  })

  test('are the stack, the request and the data where it has none', () => {
    const { sections } = buildRoot(orderView, settings, { isInline: true })

    expect(sections.map(({ kind, title }) => `${kind} ${title}`)).toEqual([
      'stack Stack',
      'text Request',
      'text Data',
    ])
    expect(sections[1]).toMatchObject({
      text: expect.stringMatching(
        /^POST \/orders\/123\n[^]*body: \{"items":\[\{"sku":"A-1","quantity":2\}\],"card":"\[Redacted\]"\}$/,
      ),
    })
    expect(sections[2]).toMatchObject({ text: expect.stringContaining('orderId: 123') })
  })

  test('have no stack and no request where there are none', () => {
    const { sections } = rootOf({ message: 'x', fields: { orderId: 17 } }, { isInline: true })

    expect(sections).toEqual([{ kind: 'text', title: 'Data', text: 'orderId: 17' }])
  })
})
