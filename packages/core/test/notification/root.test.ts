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

test.each(['resolved', 'muted'] as const)('a problem that is %s has no next alert', (state) => {
  const view = { ...orderView, nextMilestone: 10 }

  expect(buildRoot(view, settings).why).toBe('New · next alert at 10')
  expect(buildRoot({ ...view, state }, settings).why).toBe('New')
})

describe('the headline', () => {
  test('has what broke, its root cause, the service and where, and makes sense alone', () => {
    expect(headlineOf(orderView)).toBe(
      "🔴 TypeError: Cannot read properties of undefined (reading 'id') ← connect ECONNREFUSED 10.0.0.5:5432 · checkout · POST /orders/:id",
    )
  })

  test("has the logged text after the error's", () => {
    const event = eventWith({ message: 'cannot charge', error: errorWith('no stock') })

    expect(headlineOf(viewOf(event))).toBe('🔴 TypeError: no stock · checkout · cannot charge')
  })

  test('has once what winston appended to the logged text', () => {
    const event = eventWith({ message: 'cannot charge: no stock', error: errorWith('no stock') })

    expect(headlineOf(viewOf(event))).toBe('🔴 TypeError: no stock · checkout · cannot charge')
    expect(buildRoot(viewOf(event), settings).message).toBe('cannot charge: no stock')
  })

  test('leaves out the indentation of lines that became one', () => {
    const event = eventWith({ message: '[\n    {\n        a' })

    expect(headlineOf(viewOf(event))).toBe('🔴 [ { a · checkout')
  })

  test('has the logged text in place of a message that the error lacks', () => {
    const event = eventWith({ message: 'could not ship', error: errorWith('') })

    expect(headlineOf(viewOf(event))).toBe('🔴 TypeError: could not ship · checkout')
  })

  test('has the first error of an aggregate, and how many there are', () => {
    const errors = [errorWith('no stock'), errorWith('no price')]
    const event = eventWith({ message: '', error: errorWith('all failed', { errors }) })

    expect(headlineOf(viewOf(event))).toBe(
      '🔴 TypeError: all failed ← first of 2: TypeError: no stock · checkout',
    )
  })

  test('has no cause that its message quotes', () => {
    const cause = errorWith('connect ECONNREFUSED')
    const error = errorWith('request failed, reason: connect ECONNREFUSED', { cause })

    expect(headlineOf(viewOf(eventWith({ message: '', error })))).toBe(
      '🔴 TypeError: request failed, reason: connect ECONNREFUSED · checkout',
    )
  })

  test('shows line ends where that is wanted', () => {
    const view = viewOf(eventWith({ message: 'a\nb' }))
    const sanitize = { quotes: 'keep', newlines: 'escape' } as const

    expect(headlineOf(view, { sanitize })).toBe('🔴 a\\nb · checkout')
  })

  test('has no logged text that the error has already', () => {
    const event = eventWith({ message: 'no stock', error: errorWith('no stock') })

    expect(headlineOf(viewOf(event))).toBe('🔴 TypeError: no stock · checkout')
  })

  test('cuts an error that is too long, and keeps the service and the count', () => {
    const event = { ...orderEvent, error: errorWith('x'.repeat(5000)) }

    const text = headlineOf(viewOf(event, { count: 1204 }))

    expect(text).toMatch(/^🔴 TypeError: x+\.\.\. · checkout · ×1,204$/)
    expect(text.length).toBeLessThan(150)
  })

  test('leaves out what a phone does not show: the endpoint, then the logged text', () => {
    const error = errorWith('x'.repeat(90))
    const request = { ...orderEvent.request, method: 'POST', route: `/${'r'.repeat(40)}` }
    const event = { ...orderEvent, error, request, message: 'cannot charge' } as LogEvent

    expect(headlineOf(viewOf(event))).toBe(
      `🔴 TypeError: ${'x'.repeat(90)} · checkout · cannot charge`,
    )
  })

  test('names the error of a traceback that was logged as text', () => {
    const message =
      'Traceback (most recent call last):\n  File "a.py", line 1, in f\nValueError: bad\n'

    expect(headlineOf(viewOf(eventWith({ message })))).toBe('🔴 ValueError: bad · checkout')
  })

  test('has the fields of a record without a message', () => {
    const event = eventWith({ fields: { orderId: 17, items: [1], shop: 'b' } })

    expect(headlineOf(viewOf(event))).toBe(
      '🔴 logged without a message · orderId=17 · shop=b · checkout',
    )
  })

  test('has no type before a thrown text', () => {
    const error = errorWith('no luck', { type: 'string', stack: undefined, frames: [] })

    expect(headlineOf(viewOf(eventWith({ error })))).toBe('🔴 no luck · checkout')
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
    expect(headlineOf(viewOf(eventWith({ severity, message: 'x' })))).toBe(`${emoji} x · checkout`)
  })

  test('has no quotes where the settings remove them', () => {
    const sanitize = { quotes: 'remove', newlines: 'keep' } as const

    expect(headlineOf(viewOf(eventWith({ message: `it's "a"\nb` })), { sanitize })).toBe(
      `🔴 its a\nb · checkout`,
    )
  })
})

describe('the title', () => {
  test('is the class and the message of the error, and its root cause', () => {
    expect(buildRoot(orderView, settings).title).toBe(
      "TypeError: Cannot read properties of undefined (reading 'id') ← connect ECONNREFUSED 10.0.0.5:5432",
    )
  })

  test.each([
    ['active', '🔴'],
    ['quiet', '⚪'],
    ['resolved', '✅'],
    ['muted', '🔇'],
  ] as const)('of an incident that is %s has the look %s', (state, emoji) => {
    expect(buildRoot({ ...orderView, state }, settings).look.emoji).toBe(emoji)
  })

  test('keeps room for the root cause beside a long message', () => {
    const cause = errorWith('connect ECONNREFUSED 10.0.0.5:5432', { type: 'Error' })
    const { title } = rootOf({ error: errorWith('x'.repeat(500), { cause }) })

    expect(title).toMatch(/^TypeError: x+\.\.\. ← connect ECONNREFUSED 10\.0\.0\.5:5432$/)
    expect(title.length).toBeLessThanOrEqual(140)
  })

  test('has once a root cause that is part of the message', () => {
    const cause = errorWith('socket hang up', { type: 'Error' })

    expect(rootOf({ error: errorWith('fetch failed: socket hang up', { cause }) }).title).toBe(
      'TypeError: fetch failed: socket hang up',
    )
  })

  test('has no cause that is an object without a message', () => {
    const cause = errorWith('{"type":"Unknown","servers":{}}', {
      type: 'Unknown',
      stack: undefined,
    })

    expect(rootOf({ error: errorWith('no primary found', { cause }) }).title).toBe(
      'TypeError: no primary found',
    )
  })
})

describe('the context', () => {
  test('is the service, the environment, the releases and the endpoint', () => {
    expect(buildRoot(orderView, settings).context).toBe(
      'checkout · production · v1.8.2 · POST /orders/:id',
    )
  })

  test('has the state once it is over', () => {
    expect(buildRoot({ ...orderView, state: 'quiet' }, settings).context).toBe(
      'checkout · production · v1.8.2 · POST /orders/:id · quiet',
    )
  })

  test('has the level and the logger as words where there is no error', () => {
    expect(rootOf({ message: 'x', logger: 'queue' }).context).toBe(
      'checkout · production · v1.8.2 · error logged by queue',
    )
  })

  test.each([
    ['string', 'threw a string'],
    ['undefined', 'threw undefined'],
    ['array', 'threw an array'],
  ])('has the kind of a thrown value: %s', (type, words) => {
    const error = errorWith('no luck', { type, stack: undefined, frames: [] })

    expect(rootOf({ error }).context).toBe(`checkout · production · v1.8.2 · ${words}`)
  })

  test('has the latest three releases, numbers with a v', () => {
    const releases = ['1.8.0', '1.8.1', 'canary', '1.8.2']

    expect(buildRoot({ ...orderView, releases }, settings).context).toContain(
      ' · v1.8.1, canary, v1.8.2 · ',
    )
  })

  test('has the release of the service where the incident has none, and neither where none is known', () => {
    const unknown = { ...settings, release: undefined, environment: undefined }

    expect(buildRoot({ ...orderView, releases: [] }, settings).context).toContain(' · v1.8.2 · ')
    expect(buildRoot({ ...orderView, releases: [] }, unknown).context).toBe(
      'checkout · POST /orders/:id',
    )
  })
})

describe('the message', () => {
  test('is exact, quotes and newlines included', () => {
    const message = `can't find "x"\n  in <list> & more`

    expect(rootOf({ error: errorWith(message) }).message).toBe(message)
  })

  test('is the logged text where the title has the error', () => {
    expect(rootOf({ message: 'cannot charge', error: errorWith('no stock') }).message).toBe(
      'cannot charge',
    )
  })

  test('is none where the title has everything', () => {
    expect(rootOf({ error: errorWith('no stock') }).message).toBe('')
    expect(rootOf({ message: 'no stock' }).message).toBe('')
  })

  test("is the logged text with the error's below it where the title has not all of that", () => {
    const text = 'x'.repeat(200)

    expect(rootOf({ message: 'cannot charge', error: errorWith(text) }).message).toBe(
      `cannot charge\n${text}`,
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
    const cause = errorWith('x'.repeat(150), { type: 'Error' })

    expect(rootOf({ error: errorWith('failed', { cause }) }).places).toEqual([
      { label: '└ ', code: 'chargeCard (src/billing/charge.ts:42)' },
      { label: '← ', code: 'x'.repeat(150) },
    ])
  })

  test('have no root cause that the title has', () => {
    expect(buildRoot(orderView, settings).places).toEqual([
      { label: '└ ', code: 'chargeCard (src/billing/charge.ts:42)' },
    ])
  })

  test.each(['Module', 'Object', 'exports'])('have no %s before the function', (receiver) => {
    const frames = [frame(`${receiver}.price`, '/app/src/cart.ts', 4)]

    expect(rootOf({ error: errorWith('x', { frames }) }).places).toEqual([
      { label: '└ ', code: 'price (src/cart.ts:4)' },
    ])
  })

  test('have the end of the path of a culprit that lies elsewhere', () => {
    const frames = [frame('charge', '/srv/releases/12/shop/src/billing/charge.ts', 4)]

    expect(rootOf({ error: errorWith('x', { frames }) }).places).toEqual([
      { label: '└ ', code: 'charge (…/shop/src/billing/charge.ts:4)' },
    ])
  })

  test('have the culprit of the cause where the error itself has none', () => {
    const cause = errorWith('refused', { frames: [ownFrame] })
    const error = errorWith('failed', { frames: [], cause })

    expect(rootOf({ error }).places[0]).toEqual({
      label: '└ ',
      code: 'chargeCard (src/billing/charge.ts:42)',
    })
  })

  test('have the last of the causes', () => {
    const root = errorWith('x'.repeat(150), { type: 'Error' })
    const error = errorWith('a', { cause: errorWith('b', { cause: root }) })

    expect(rootOf({ error }).places[1]).toEqual({ label: '← ', code: 'x'.repeat(150) })
  })

  test('have the number of errors where the first of several stands for all', () => {
    const errors = ['x'.repeat(150), 'b', 'c'].map((text) => errorWith(text, { type: 'Error' }))

    expect(
      rootOf({ error: errorWith('All promises were rejected', { errors }) }).places[1],
    ).toEqual({
      label: '← first of 3: ',
      code: 'x'.repeat(150),
    })
  })

  test('keep their quotes, which help to search', () => {
    const text = `can't read "x" ${'x'.repeat(150)}`
    const error = errorWith('failed', { frames: [], cause: errorWith(text) })

    expect(rootOf({ error }).places.map(({ code }) => code)).toContain(`TypeError: ${text}`)
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
    expect(buildRoot(repeatedOrder, settings).facts.slice(0, 3)).toEqual([
      { label: 'Count', text: '1,204 · 3.3/s ▂▂▄▆█▇▄▂' },
      { label: 'Since', text: '14:02 UTC', at: repeatedOrder.firstSeen, format: 'time' },
      { label: 'Last', text: '14:09 UTC', at: repeatedOrder.lastSeen, format: 'time' },
    ])
  })

  test('have dates where it goes on for more than a day', () => {
    const lastSeen = repeatedOrder.firstSeen + 90_000_000

    expect(factOf({ ...repeatedOrder, lastSeen }, 'Since')).toBe('2026-11-21 14:02 UTC')
    expect(factOf({ ...repeatedOrder, lastSeen }, 'Last')).toBe('2026-11-22 15:02 UTC')
  })

  test('have no rate once it is quiet', () => {
    expect(factOf({ ...repeatedOrder, state: 'quiet' }, 'Count')).toMatch(/^1,204 ▂/)
  })

  test('have some of many hosts', () => {
    const hosts = ['a', 'b', 'c', 'd', 'e']

    expect(factOf({ ...orderView, hosts }, 'Hosts')).toBe('a, b, c and 2 more')
    expect(factOf(orderView, 'Host')).toBe('web-3')
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

  test('have whom an HTTP client asked where the headline does not show it', () => {
    const config = { method: 'get', url: 'https://stock/items?key=1', headers: {} }
    const error = errorWith('timeout of 50ms exceeded', { properties: { config } })

    expect(factOf(viewOf(eventWith({ error })), 'Upstream')).toBe('GET stock/items')
  })

  test('have the headlines of further events that differ', () => {
    const others = [eventWith({ message: 'a' }), eventWith({ message: 'b' }), orderEvent]

    expect(factOf({ ...orderView, others }, 'Also')).toBe('a | b')
  })

  test('are at most ten, with the counters first', () => {
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
      'Count',
      'Since',
      'Last',
      'Users',
      'Hosts',
      'Request',
      'User',
      'Client',
      'Code',
      'Trace',
    ])
  })
})

describe('the notices', () => {
  test('are at most three, a line each', () => {
    const notices = ['3 deliveries failed', 'a\nb', 'x'.repeat(4000), 'too many']

    expect(rootOf({ message: 'x' }, { notices }).notices).toEqual([
      '3 deliveries failed',
      'a b',
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
    expect(root.title).toBe('<!channel> <@U012AB3CD>')
  })

  test('are none by default', () => {
    expect(rootOf({ message: '<!channel>' }).mentions).toEqual([])
  })
})

describe('the reason', () => {
  test.each([
    [{ reason: 'new' }, 'New'],
    [{ reason: 'fatal' }, 'Fatal'],
    [{ reason: 'milestone', count: 1000, previousCount: 100 }, '1,000 so far'],
    [{ reason: 'milestone', count: 10, previousCount: 0 }, '10 so far'],
    [{ reason: 'spike', spike: { latest: 400, usual: 40 } }, 'Spike: 400 in 5 min, usually 40'],
    [{ reason: 'regression', silentMs: 5_940_000 }, 'Back after 1 h 39 min'],
    [{ reason: 'regression' }, 'Back after it was resolved'],
    [
      { reason: 'reminder', count: 1204, previousCount: 1000 },
      'Still happening: 204 more since the last alert',
    ],
    [
      {
        reason: 'reminder',
        count: 1204,
        previousCount: 1000,
        previousAt: Date.UTC(2026, 10, 21, 10, 2),
      },
      'Still happening: 204 more since 10:02 UTC',
    ],
    [{ reason: 'storm' }, 'Many new problems at once'],
    [{ reason: 'repeat', count: 3 }, '3 so far'],
  ] as const)('is in words for %o', (alert, why) => {
    expect(whyOf(alert)).toBe(why)
  })

  test('has the number of occurrences that alerts next', () => {
    expect(whyOf({ reason: 'new' }, 10)).toBe('New · next alert at 10')
  })

  test('is the count where it goes on no more', () => {
    const alert = { ...repeatedOrder.alert, reason: 'reminder' } as const

    expect(buildRoot({ ...repeatedOrder, alert, state: 'quiet' }, settings).why).toMatch(
      /^1,204 so far/,
    )
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
