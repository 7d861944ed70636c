import { describe, expect, test } from 'vitest'
import { defaultIgnore } from '../../src/index.ts'
import { namesOf, startVirtualSink, type VirtualSink } from './virtual-sink.ts'

const second = 1000
const minute = 60 * second

/** What each channel shows, by its first words. */
function channelsOf({ inbox }: VirtualSink): readonly string[] {
  return inbox.messages().map(({ channelName, text }) => {
    const [, name = text] = /(\w+) failed/.exec(text) ?? []
    return `${channelName}: ${name}`
  })
}

describe('a route', () => {
  test('sends what it matches to its channel, and the rest to the default one', async () => {
    await using slack = await startVirtualSink({
      routes: [{ when: { path: '/billing/*' }, channel: '#errors' }],
    })

    slack.failIn('charge', { request: { method: 'POST', url: '/billing/cards?x=1' } })
    await slack.clock.advance(2 * minute)
    slack.failIn('search', { request: { method: 'GET', url: '/search' } })
    await slack.clock.advance(minute)

    expect(channelsOf(slack)).toEqual(['errors: charge', 'alerts: search'])
  })

  test('with `continue` passes the record to the routes after it', async () => {
    await using slack = await startVirtualSink({
      routes: [{ when: { level: 'fatal' }, channel: '#errors', continue: true }],
    })

    slack.failIn('boot', { level: 'fatal' })
    await slack.clock.advance(minute)

    expect(channelsOf(slack)).toEqual(['errors: boot', 'alerts: boot'])
  })

  test('posts a record once in each channel', async () => {
    await using slack = await startVirtualSink({
      routes: [{ when: { level: 'fatal' }, mention: '@here', continue: true }],
    })

    slack.failIn('boot', { level: 'fatal' })
    await slack.clock.advance(minute)

    expect(channelsOf(slack)).toEqual(['alerts: boot'])
  })

  test('with `minCount` waits for that many occurrences, except of fatal records', async () => {
    await using slack = await startVirtualSink({
      routes: [{ minCount: 3, withinMs: 10 * second }],
    })

    for (const gap of [6 * second, 6 * second, 3 * second]) {
      slack.failIn('sync')
      await slack.clock.advance(gap)
    }
    expect(channelsOf(slack)).toEqual([])
    slack.failIn('boot', { level: 'fatal' })
    slack.failIn('sync')
    await slack.clock.advance(minute)

    expect(channelsOf(slack)).toEqual(['alerts: boot', 'alerts: sync'])
  })

  test.each([
    [{ level: '>=error' }, true],
    [{ level: ['warn', 'fatal'] }, false],
    [{ level: 50 }, true],
    [{ errorType: '*Timeout*' }, true],
    [{ errorType: ['Boom', 'QueryTimeoutError'] }, true],
    [{ errorType: 'Query' }, false],
    [{ code: 'ETIME*' }, true],
    [{ code: 'ECONN*' }, false],
    [{ service: 'check*', environment: 'prod' }, true],
    [{ service: 'checkout', environment: 'staging' }, false],
    [{ path: '/orders/*' }, true],
    [{ path: '/orders/:id' }, true],
    [{ method: 'post' }, false],
    [{ tag: 'money' }, true],
    [{ tag: ['vip', 'slow'] }, true],
    [{ logger: 'jobs' }, true],
    [{ message: '*too slow*' }, true],
    [{ fields: { tenant: 'acme*', shard: 7 } }, true],
    [{ fields: { tenant: 'globex' } }, false],
  ])('with %j matches an order that timed out: %j', async (when, isMatched) => {
    await using slack = await startVirtualSink({
      environment: 'prod',
      routes: [{ when, channel: '#errors' }],
    })

    slack.fail('the database is too slow', {
      logger: 'jobs',
      error: Object.assign(new Error('no answer'), {
        name: 'QueryTimeoutError',
        code: 'ETIMEDOUT',
      }),
      request: { method: 'POST', url: '/orders/17', route: '/orders/:id' },
      fields: { tag: 'money', tags: ['slow'], tenant: 'acme-eu', shard: 7 },
    })
    await slack.clock.advance(minute)

    expect(slack.inbox.messages()[0]?.channelName).toBe(isMatched ? 'errors' : 'alerts')
  })
})

describe('a mention', () => {
  const mention = ['@here', 'U0ADA00001', 'S0ONCALL01']

  test('is in each alert that notifies, and never in an edit', async () => {
    await using slack = await startVirtualSink({ routes: [{ mention }] })

    for (let time = 0; time < 400; time += 1) {
      slack.failIn('charge')
      await slack.clock.advance(second)
    }

    const [root, milestone] = slack.inbox.messages()
    expect(root?.history[0]?.text ?? '').not.toBe('')
    expect(JSON.stringify(root?.history[0]?.blocks)).toContain('<!here> <@U0ADA00001>')
    expect(JSON.stringify(root?.blocks)).not.toContain('<!here>')
    expect(milestone?.notified).toMatchObject({
      broadcasts: ['here'],
      users: ['U0ADA00001'],
      groups: ['S0ONCALL01'],
    })
    const quiet = slack.inbox.thread(root?.ts ?? '').filter(({ isBroadcast }) => !isBroadcast)
    expect(JSON.stringify(quiet.slice(1))).not.toContain('<!here>')
  })

  test('of the routes of a storm is in its message', async () => {
    await using slack = await startVirtualSink({ routes: [{ mention: '@here' }] })

    for (const name of namesOf(8)) slack.failIn(name)
    await slack.clock.advance(5 * second)

    expect(slack.inbox.messages().map(({ notified }) => notified.broadcasts)).toEqual([
      ['here'],
      ['here'],
    ])
  })

  test('in a record notifies nobody', async () => {
    await using slack = await startVirtualSink({ recordControls: true })

    slack.fail('<!channel> @here', { fields: { slack: { mention: '@here' } } })
    await slack.clock.advance(minute)

    expect(slack.inbox.messages()[0]?.notified.people).toEqual([])
  })
})

async function burst(loud: 'state' | 'always' | 'never'): Promise<VirtualSink> {
  const slack = await startVirtualSink({ routes: [{ loud, mention: '@here' }] })
  for (let time = 0; time < 400; time += 1) {
    slack.failIn('charge')
    await slack.clock.advance(second)
  }
  return slack
}

describe('loud', () => {
  test.each([
    ['never', 1],
    ['state', 2],
    // New, ×10, ×100 and its end of the gap.
    ['always', 4],
  ] as const)('%j shows %i posts of 400 errors in the channel', async (loud, posts) => {
    await using slack = await burst(loud)

    expect(slack.inbox.messages()).toHaveLength(posts)
  })

  test('"never" notifies nobody', async () => {
    await using slack = await burst('never')

    expect(JSON.stringify(slack.inbox.requests)).not.toContain('<!here>')
  })

  test('is limited to 30 notifications an hour, which is shown, and further problems are still listed', async () => {
    await using slack = await startVirtualSink()
    const names = namesOf(40)

    for (const name of names) {
      slack.failIn(name)
      await slack.clock.advance(70 * second)
    }

    const messages = slack.inbox.messages()
    expect(messages).toHaveLength(31)
    expect(JSON.stringify(messages.at(-1)?.attachments)).toContain(
      'hourly limit of 30 notifications',
    )
    const threads = JSON.stringify(messages.map(({ ts }) => slack.inbox.thread(ts)))
    expect(names.filter((name) => !threads.includes(name))).toEqual([])
  })
})

const closedAt = (place: string): Error =>
  Object.assign(new Error('aborted'), {
    code: 'ECONNRESET',
    stack: `Error: aborted\n    at ${place}`,
  })

describe('`ignore`', () => {
  const notFound = Object.assign(new Error('Not Found'), { status: 404, expose: true })
  const ownClass = Object.assign(new Error('no such order'), { status: 404 })
  const inTimer = Object.assign(new Error('no such order'), {
    status: 404,
    expose: true,
    stack: 'Error: no such order\n    at listOnTimeout (node:internal/timers:581:17)',
  })
  const req = { method: 'GET', url: '/orders/17' }
  const aborted = Object.assign(new Error('request aborted'), { code: 'ECONNABORTED' })
  const upstream = Object.assign(new Error('Request failed'), {
    isAxiosError: true,
    status: 404,
    config: {},
  })
  const broken = Object.assign(new Error('broken'), { statusCode: 500 })

  test.each([
    ['an error made for an answer below 500', notFound, {}, 0],
    ['a client that went away', aborted, {}, 0],
    ['a client that hung up', closedAt('abortIncoming (node:_http_server:796:17)'), {}, 0],
    ['an upstream that hung up', closedAt('socketCloseListener (node:_http_client:464:19)'), {}, 1],
    ['an aborted operation', new DOMException('stop', 'AbortError'), {}, 1],
    ['an HTTP error of 500', broken, {}, 1],
    ['what another service answered', upstream, { req, res: { statusCode: 404 } }, 1],
    ["an own class of the service, in a client's request", ownClass, { req }, 0],
    ['an own class, with the id of a request', ownClass, { reqId: 'r1' }, 0],
    ['an own class, with the status of the answer', ownClass, { res: { statusCode: 404 } }, 0],
    ['an own class without a request', ownClass, {}, 1],
    ['one made for an answer, in a timer', inTimer, {}, 1],
    ['a request that was answered with 500', notFound, { req, status: 500 }, 1],
    ['a request that was answered with 502', notFound, { res: { statusCode: 502 } }, 1],
    ["winston's uncaught exceptions", notFound, { exception: true }, 1],
    ["winston's unhandled rejections", notFound, { rejection: true }, 1],
    ["the exception handler's uncaught errors", notFound, { origin: 'uncaughtException' }, 1],
  ])('by default: %s', async (_, error, fields, posts) => {
    await using slack = await startVirtualSink()

    slack.fail('request failed', { error, fields })
    await slack.clock.advance(minute)

    expect(slack.inbox.messages()).toHaveLength(posts)
    expect(slack.sink.health().events).toMatchObject({ shown: posts, ignored: 1 - posts })
  })

  test.each([notFound, aborted])(
    'contains nothing by default that is logged as uncaught: %s',
    async (error) => {
      await using slack = await startVirtualSink()

      slack.fail('Unhandled Rejection at: Promise', { error })
      await slack.clock.advance(minute)

      expect(slack.inbox.messages()).toHaveLength(1)
    },
  )

  test('contains nothing fatal by default', async () => {
    await using slack = await startVirtualSink()

    slack.fail('request failed', { level: 'fatal', error: notFound })
    await slack.clock.advance(minute)

    expect(slack.inbox.messages()).toHaveLength(1)
  })

  test('replaces the defaults, or adds to them', async () => {
    const own = { errorType: 'RateLimitError' }
    await using alone = await startVirtualSink({ ignore: [own] })
    await using both = await startVirtualSink({ ignore: [...defaultIgnore, own] })

    for (const slack of [alone, both]) {
      slack.fail('request failed', { error: notFound })
      slack.fail('slow down', { error: Object.assign(new Error('x'), { name: 'RateLimitError' }) })
      await slack.clock.advance(minute)
    }

    expect(alone.inbox.messages()).toHaveLength(1)
    expect(both.inbox.messages()).toHaveLength(0)
  })
})

const asking = (slack: object): { fields: Record<string, unknown> } => ({ fields: { slack } })

describe("a record's own controls", () => {
  const options = { routes: [{ when: { tag: 'never' }, channel: '#errors' }] }

  test('have no effect unless they are allowed', async () => {
    await using slack = await startVirtualSink(options)

    slack.failIn('charge', asking({ silent: true, channel: '#errors' }))
    await slack.clock.advance(minute)

    expect(channelsOf(slack)).toEqual(['alerts: charge'])
  })

  test('choose among the configured channels only', async () => {
    await using slack = await startVirtualSink({ ...options, recordControls: true })

    slack.failIn('charge', asking({ channel: 'errors' }))
    await slack.clock.advance(2 * minute)
    slack.failIn('search', asking({ channel: '#general' }))
    await slack.clock.advance(minute)

    expect(channelsOf(slack)).toEqual(['errors: charge', 'alerts: search'])
  })

  test('suppress an error, but nothing fatal', async () => {
    await using slack = await startVirtualSink({ recordControls: true })

    slack.failIn('charge', asking({ silent: true }))
    slack.failIn('boot', { level: 'fatal', ...asking({ silent: true }) })
    await slack.clock.advance(minute)

    expect(channelsOf(slack)).toEqual(['alerts: boot'])
  })

  test('group records, and are not shown', async () => {
    await using slack = await startVirtualSink({ recordControls: true })

    slack.failIn('charge', asking({ fingerprint: ['card', 'refused'] }))
    slack.failIn('refund', asking({ fingerprint: ['card', 'refused'] }))
    await slack.clock.advance(minute)

    expect(channelsOf(slack)).toEqual(['alerts: charge'])
    expect(JSON.stringify(slack.inbox.requests)).not.toContain('refused')
  })
})
