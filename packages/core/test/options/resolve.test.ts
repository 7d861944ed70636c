import { describe, expect, test } from 'vitest'
import { resolveOptions } from '../../src/options/resolve.ts'
import type { SlackOptions } from '../../src/options/options.ts'

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

    expect(resolveOptions({}, variables).target.kind).toBe('preview')
  })

  test.each([
    ['production', undefined, 'webApi'],
    ['development', undefined, 'preview'],
    ['test', undefined, 'preview'],
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
})

describe('a wrong option is refused in one sentence', () => {
  test.each<[SlackOptions, string]>([
    [
      { token: 'xoxb-1' },
      'Expected `channel` (or SLACK_CHANNEL) to be set beside `token`, got nothing',
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
    [{ chanel: 'C1' } as SlackOptions, 'Expected only known options, got `chanel`'],
    [{ service: '' }, 'Expected `service` to be a non-empty string, got ""'],
    [
      { token: 'xoxb-1', channel: 'C1', slackApiUrl: 'http://slack.example/api/' },
      'Expected `slackApiUrl` to be an https: address unless it is loopback, got "http://slack.example/api/"',
    ],
    [
      { redact: { patterns: ['('] } },
      'Expected `redact.patterns` to be regular expressions, got "("',
    ],
    [
      { level: 'error', contextLevel: 'fatal' },
      'Expected `contextLevel` to be below `level`, got "fatal"',
    ],
    [
      { repeat: { policy: 'window', lmit: 3 } } as SlackOptions,
      'Expected `repeat` to have only policy, limit, windowMs, holdMs, got `repeat.lmit`',
    ],
    [{ repeat: null } as unknown as SlackOptions, 'Expected `repeat` to be an object, got null'],
    [
      { sanitize: 'keep' } as unknown as SlackOptions,
      'Expected `sanitize` to be an object, got "keep"',
    ],
    [
      { redact: { key: ['ssn'] } } as SlackOptions,
      'Expected `redact` to have only keys, patterns, exceptions, got `redact.key`',
    ],
    [
      { links: null } as unknown as SlackOptions,
      'Expected `links` to be an object of strings, got null',
    ],
    [{ formatter: 0 } as unknown as SlackOptions, 'Expected `formatter` to be a function, got 0'],
    [
      { levels: { audit: Number.NaN } },
      'Expected `levels` to be an object of numbers, got an object',
    ],
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

  test.each<SlackOptions>([
    { token: 'xoxb-s3cret with spaces', channel: 'C1' },
    { token: 17 as unknown as string, channel: 'C1' },
    { webhookUrl: 's3cret' },
    { webhookUrl: 'http://hooks.example/s3cret' },
    { webhookUrl: { s3cret: true } as unknown as string },
  ])('without the secret: %#', (options) => {
    expect(() => resolveOptions(options, inProduction)).toThrow(
      /^Expected `(token|webhookUrl)` to be (?!.*(s3cret|17))/,
    )
  })
})

test('the logger’s own levels are known', () => {
  const options: SlackOptions = { levels: { audit: 55 }, level: 'audit', contextLevel: 'info' }

  expect(resolveOptions(options, {})).toMatchObject({ severity: 55, contextSeverity: 30 })
})
