import { describe, expect, test } from 'vitest'
import { createWindowPolicy } from '../../src/incident/policies/window.ts'
import type { SlackOptions } from '../../src/options/options.ts'
import { resolveOptions } from '../../src/options/resolve.ts'
import { MemoryDestination } from '../contracts/memory-destination.ts'

const inProduction = { NODE_ENV: 'production' }

describe('where messages go', () => {
  test('a token and a channel mean the Web API', () => {
    const { target } = resolveOptions({ token: 'xoxb-1', channel: 'C1' }, inProduction)

    expect(target).toMatchObject({ kind: 'webApi', slackApiUrl: 'https://slack.com/api/' })
  })

  test('the token wins over the webhook', () => {
    const variables = { ...inProduction, SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/x' }

    expect(resolveOptions({ token: 'xoxb-1', channel: 'C1' }, variables).target.kind).toBe('webApi')
  })

  test('an argument wins over its variable, and the variable over the default', () => {
    const variables = {
      ...inProduction,
      SLACK_BOT_TOKEN: 'xoxb-variable',
      SLACK_CHANNEL: '#variable',
      SLACK_API_URL: 'https://slack-gov.com/api',
    }

    expect(resolveOptions({ channel: '#argument' }, variables).target).toMatchObject({
      token: 'xoxb-variable',
      channel: '#argument',
      slackApiUrl: 'https://slack-gov.com/api/',
    })
  })

  test('an empty variable counts as unset', () => {
    const variables = { ...inProduction, SLACK_BOT_TOKEN: '', SLACK_WEBHOOK_URL: ' ' }

    expect(resolveOptions({}, variables).target.kind).toBe('off')
  })

  test.each([
    ['production', undefined, 'webApi'],
    ['development', undefined, 'preview'],
    ['test', undefined, 'off'],
    ['test', true, 'webApi'],
    ['production', false, 'off'],
  ])('in %s with enabled %s it is %s', (nodeEnv, enabled, kind) => {
    const options = { token: 'xoxb-1', channel: 'C1', ...(enabled !== undefined && { enabled }) }

    expect(resolveOptions(options, { NODE_ENV: nodeEnv }).target.kind).toBe(kind)
  })

  test.each(['http://127.0.0.1:8484/api/', 'http://localhost:8484/api', 'http://[::1]:1/api/'])(
    'the loopback address %s is sent to even in tests',
    (slackApiUrl) => {
      const options = { token: 'xoxb-1', channel: 'C1', slackApiUrl }

      expect(resolveOptions(options, { NODE_ENV: 'test' }).target.kind).toBe('webApi')
    },
  )

  test('a destination of their own is sent to even in tests', () => {
    const destination = new MemoryDestination()

    expect(resolveOptions({ destination }, { NODE_ENV: 'test' }).target.kind).toBe('custom')
  })

  test.each([
    ['https://discord.com/api/webhooks/1', 'test', 'off'],
    ['https://discord.com/api/webhooks/1', 'development', 'preview'],
    ['https://discord.com/api/webhooks/1', 'production', 'custom'],
    ['http://127.0.0.1:3333/api/webhooks/1', 'test', 'custom'],
    ['http://127.0.0.1:3333/api/webhooks/1', 'development', 'custom'],
  ])('a destination at %s is, under NODE_ENV %s, %s', (address, nodeEnv, kind) => {
    const destination = Object.assign(new MemoryDestination(), { address })

    expect(resolveOptions({ destination }, { NODE_ENV: nodeEnv }).target.kind).toBe(kind)
  })

  test('a destination without an address to send to is off, and says why', () => {
    const destination = Object.assign(new MemoryDestination(), { unset: 'CHAT_URL is not set' })

    expect(resolveOptions({ destination }, inProduction).target).toEqual({
      kind: 'off',
      because: 'CHAT_URL is not set',
      isChosen: false,
    })
  })

  test('with a network of their own, messages are sent even in tests', () => {
    const options = { token: 'xoxb-1', channel: 'C1' }
    const { target } = resolveOptions(options, { NODE_ENV: 'test' }, globalThis.fetch)

    expect(target.kind).toBe('webApi')
  })
})

describe('a wrong option is refused in one sentence', () => {
  test.each<[SlackOptions, string]>([
    [
      { token: 'xoxb-1' },
      "Expected `channel` (or SLACK_CHANNEL; '#alerts' needs its quotes in a .env file) to be set beside `token`, got nothing",
    ],
    [
      { level: 'loud' },
      "Expected `level` to be a number or one of 'trace', 'debug', 'info', 'warn', 'error', 'fatal', got \"loud\"",
    ],
    [
      { repeat: { policy: 'window', limit: 0 } },
      'Expected `repeat.limit` to be a whole number from 1 up, got 0',
    ],
    [
      { repeat: { policy: 'window', limit: 1.5 } },
      'Expected `repeat.limit` to be a whole number from 1 up, got 1.5',
    ],
    [
      { token: 'xoxb-1', channel: 'C1', iconEmoji: 'fire' },
      'Expected `iconEmoji` to be an emoji between colons, as in \':fire:\', got "fire"',
    ],
    [
      { token: 'xoxb-1', channel: 'C1', iconUrl: 'fire.png' },
      'Expected `iconUrl` to be an http(s) address, got "fire.png"',
    ],
    [{ closeTimeoutMs: 9000 }, 'Expected `closeTimeoutMs` to be a number from 0 to 8000, got 9000'],
    [
      { chanel: 'C1' } as SlackOptions,
      'Expected only known options, got `chanel`; did you mean `channel`?',
    ],
    [{ service: ' ' }, 'Expected `service` to be a non-empty string, got " "'],
    [
      { token: 'xoxb-1', channel: 'C1', slackApiUrl: 'http://slack.example/api/' },
      'Expected `slackApiUrl` to be an https: address unless it is loopback, got "http://slack.example/api/"',
    ],
    [
      { redact: { patterns: ['('] } },
      'Expected `redact.patterns[0]` to be a regular expression, got "("',
    ],
    [
      { level: 'error', contextLevel: 'fatal' },
      'Expected `contextLevel` to be below `level`, got "fatal"',
    ],
    [
      { repeat: { policy: 'window', lmit: 3 } } as SlackOptions,
      'Expected only known options, got `repeat.lmit`; did you mean `limit`?',
    ],
    [{ repeat: null } as unknown as SlackOptions, 'Expected `repeat` to be an object, got null'],
    [
      { sanitize: 'keep' } as unknown as SlackOptions,
      'Expected `sanitize` to be an object, got "keep"',
    ],
    [
      { redact: { key: ['ssn'] } } as SlackOptions,
      'Expected only known options, got `redact.key`; did you mean `keys`?',
    ],
    [
      { links: null } as unknown as SlackOptions,
      'Expected `links` to be an object of strings, got null',
    ],
    [{ formatter: 0 } as unknown as SlackOptions, 'Expected `formatter` to be a function, got 0'],
    [{ levels: { audit: Number.NaN } }, 'Expected `levels.audit` to be a number, got NaN'],
    [
      { level: {} } as unknown as SlackOptions,
      "Expected `level` to be a number or one of 'trace', 'debug', 'info', 'warn', 'error', 'fatal', got an object",
    ],
    [
      { token: 'xoxb-1', channel: 'C1', slackApiUrl: 'https://user:hunter2@slack.example/api/' },
      'Expected `slackApiUrl` to be an address without a user name and password',
    ],
    [
      { webhookUrl: 'https://user:hunter2@hooks.example/x' },
      'Expected `webhookUrl` to be an address without a user name and password',
    ],
  ])('%j', (options, message) => {
    expect(() => resolveOptions(options, inProduction)).toThrow(new TypeError(message))
  })

  test('a rule of ignore without a condition', () => {
    const options: SlackOptions = { ignore: [{ status: 404 }, { message: '', tag: undefined }] }

    expect(() => resolveOptions(options, inProduction)).toThrow(
      new TypeError('Expected `ignore[1]` to have a condition, got none'),
    )
  })

  test('a channel of a route with a webhook', () => {
    const options: SlackOptions = {
      webhookUrl: 'https://hooks.slack.com/services/x',
      routes: [{ channel: '' }, { channel: '#billing' }],
    }

    expect(() => resolveOptions(options, inProduction)).toThrow(
      new TypeError(
        'Expected `routes[1].channel` to be left out with a webhook, which posts to one channel, got "#billing"',
      ),
    )
  })
})

describe('a variable', () => {
  const wrongAddress = 'Expected `slackApiUrl` to be an http(s) address, got "slack.com"'

  test.each([
    [
      { SLACK_BOT_TOKEN: 'xoxb 1', SLACK_CHANNEL: 'C1' },
      'Expected `token` to be a token without spaces',
    ],
    [{ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_CHANNEL: 'C1', SLACK_API_URL: 'slack.com' }, wrongAddress],
    [{ SLACK_WEBHOOK_URL: 's3cret' }, 'Expected `webhookUrl` to be an http(s) address'],
    [
      { SLACK_LOGGER_SPOOL_DIR: 'spool' },
      'Expected `spoolDir` to be an absolute path or false, got "spool"',
    ],
  ])('is checked as its option is: %j', (variables, message) => {
    expect(() => resolveOptions({}, variables)).toThrow(new TypeError(message))
  })

  test.each([
    [{ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_CHANNEL: 'C1', SLACK_WEBHOOK_URL: 'off' }, 'webApi'],
    [{ SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/x', SLACK_API_URL: 'off' }, 'webhook'],
  ])('without effect is not checked: %j', (variables, kind) => {
    expect(resolveOptions({}, variables).target.kind).toBe(kind)
  })

  test('fills in for an empty option, and the default for an empty variable', () => {
    const options = { service: '', environment: '', release: undefined }
    const variables = { OTEL_SERVICE_NAME: ' ', NODE_ENV: 'production', npm_package_version: '' }

    expect(resolveOptions(options, variables)).toMatchObject({
      service: 'node',
      environment: 'production',
      release: undefined,
    })
  })
})

test('options that are not given have their defaults', () => {
  const { ignores, routes, ...rest } = resolveOptions({}, {})

  expect(rest).toEqual({
    target: {
      kind: 'off',
      because: 'neither SLACK_BOT_TOKEN nor SLACK_WEBHOOK_URL is set',
      isChosen: false,
    },
    service: 'node',
    environment: undefined,
    release: undefined,
    severity: 50,
    contextSeverity: undefined,
    levels: {},
    repeat: { policy: 'milestones', holdMs: 2000 },
    reports: [],
    openNow: false,
    recordControls: false,
    groupBy: 'error',
    editsPerMinute: 20,
    actions: { allow: 'channel', appToken: undefined, signingSecret: undefined },
    fleet: { role: 'auto', link: undefined },
    sanitize: { quotes: 'keep', newlines: 'space' },
    redact: { keys: [], patterns: [], exceptions: [] },
    trustProxy: false,
    links: {},
    locale: 'en',
    fetch: undefined,
    proxy: undefined,
    closeTimeoutMs: 5000,
    spoolDir: undefined,
    hooks: {},
  })
  expect(ignores).toBeTypeOf('function')
  expect(routes).toEqual([
    {
      matches: expect.any(Function),
      channel: 'webhook',
      mentions: [],
      loud: 'state',
      minCount: 1,
      withinMs: Number.POSITIVE_INFINITY,
      repeat: { policy: 'milestones', holdMs: 2000 },
      continues: false,
    },
  ])
})

test('mentions are data', () => {
  const mention = ['@here', '@channel', '@everyone', 'U0ADA00001', 'W0ADA00001', 'S0ONCALL01']

  expect(resolveOptions({ routes: [{ mention }] }, {}).routes[0]?.mentions).toEqual([
    { kind: 'here' },
    { kind: 'channel' },
    { kind: 'everyone' },
    { kind: 'user', id: 'U0ADA00001' },
    { kind: 'user', id: 'W0ADA00001' },
    { kind: 'group', id: 'S0ONCALL01' },
  ])
})

test('each route has its own repeat, or that of all', () => {
  const alertPolicy = createWindowPolicy({ limit: 1, windowMs: 1000 })
  const options: SlackOptions = {
    repeat: { policy: 'window', limit: undefined },
    routes: [{ repeat: { policy: 'milestones', holdMs: 0 } }, { repeat: alertPolicy }],
  }

  expect(resolveOptions(options, {}).routes.map(({ repeat }) => repeat)).toEqual([
    { policy: 'milestones', holdMs: 0 },
    { policy: 'custom', alertPolicy },
    { policy: 'window', limit: 3, windowMs: 600_000 },
  ])
})

test('the logger’s own levels are known', () => {
  const options: SlackOptions = { levels: { audit: 55 }, level: 'audit', contextLevel: 'info' }

  expect(resolveOptions(options, {})).toMatchObject({ severity: 55, contextSeverity: 30 })
})
