import { describe, expect, test } from 'vitest'
import type {
  ActionsOptions,
  AllowedPeople,
  MatchOptions,
  MilestoneRepeatOptions,
  RedactOptions,
  RouteOptions,
  SanitizeOptions,
  SlackOptions,
  WindowRepeatOptions,
} from '../../src/index.ts'
import { checkOptions } from '../../src/options/schema.ts'

/** A wrong value for each option of an interface. */
type Wrong<Options> = Readonly<Record<keyof Options, unknown>>

/** A place where options are: how it is written in a sentence, and the whole with these options in that place. */
interface Place {
  readonly prefix: string
  readonly wrap: (options: object) => object
  readonly wrong: Readonly<Record<string, unknown>>
}

const wrongOptions: Wrong<SlackOptions> = {
  token: 17,
  channel: 17,
  webhookUrl: 'hooks.slack.com',
  webhookFormat: 'html',
  destination: 'discord',
  slackApiUrl: 'slack.com',
  enabled: 'yes',
  service: {},
  environment: [],
  release: 1,
  level: 'loud',
  contextLevel: -1,
  levels: { audit: 'high' },
  repeat: 'often',
  quietHours: 'at night',
  report: 9,
  openNow: 'yes',
  heartbeat: 'https://hc.example/ping',
  routes: {},
  ignore: 'nothing',
  recordControls: 1,
  groupBy: 'message',
  editsPerMinute: 0,
  sanitize: 'keep',
  redact: ['ssn'],
  trustProxy: 'loopback',
  links: { trace: 17 },
  locale: 'de',
  username: ' ',
  iconEmoji: 'fire',
  iconUrl: 'fire.png',
  fetch: 'undici',
  proxy: 'proxy.example:3128',
  closeTimeoutMs: 9000,
  spoolDir: 'spool',
  fleet: 'redis',
  appToken: 'xoxb-1',
  signingSecret: 17,
  actions: true,
  fingerprint: 'error',
  beforeSend: {},
  beforeReport: 'never',
  formatter: 0,
  onError: true,
  onHealth: Symbol('health'),
}

const wrongRoute: Wrong<RouteOptions> = {
  when: 'fatal',
  channel: 17,
  mention: '@all',
  loud: 'sometimes',
  minCount: 1001,
  withinMs: 0,
  repeat: null,
  quietHours: 'no',
  continue: 'yes',
}

const wrongMatch: Wrong<MatchOptions> = {
  level: '>=loud',
  logger: {},
  service: null,
  environment: true,
  release: [],
  errorType: [{}],
  code: Number.NaN,
  status: 'teapot',
  aborted: 1,
  method: [null],
  path: /billing/,
  message: false,
  tag: () => true,
  fields: { tenant: null },
}

const wrongMilestones: Wrong<MilestoneRepeatOptions> = { policy: 'hourly', holdMs: 60_001 }
const wrongWindow: Wrong<Omit<WindowRepeatOptions, 'policy'>> = { limit: 1.5, windowMs: 0 }
const wrongSanitize: Wrong<SanitizeOptions> = { quotes: 'drop', newlines: 'remove' }
const wrongActions: Wrong<ActionsOptions> = { allow: 'everybody' }
const wrongPeople: Wrong<AllowedPeople> = { users: ['ada'], groups: ['@oncall'] }
const wrongRedact: Wrong<RedactOptions> = {
  keys: [17],
  patterns: ['('],
  exceptions: 'ssn',
  personal: 'yes',
}

const places: readonly Place[] = [
  { prefix: '', wrap: (options) => options, wrong: wrongOptions },
  { prefix: 'routes[1].', wrap: (route) => ({ routes: [{}, route] }), wrong: wrongRoute },
  { prefix: 'routes[0].when.', wrap: (when) => ({ routes: [{ when }] }), wrong: wrongMatch },
  { prefix: 'ignore[0].', wrap: (match) => ({ ignore: [match] }), wrong: wrongMatch },
  { prefix: 'repeat.', wrap: (repeat) => ({ repeat }), wrong: wrongMilestones },
  {
    prefix: 'routes[0].repeat.',
    wrap: (repeat) => ({ routes: [{ repeat: { policy: 'window', ...repeat } }] }),
    wrong: wrongWindow,
  },
  { prefix: 'sanitize.', wrap: (sanitize) => ({ sanitize }), wrong: wrongSanitize },
  { prefix: 'actions.', wrap: (actions) => ({ actions }), wrong: wrongActions },
  { prefix: 'actions.allow.', wrap: (allow) => ({ actions: { allow } }), wrong: wrongPeople },
  { prefix: 'redact.', wrap: (redact) => ({ redact }), wrong: wrongRedact },
]

const everyOption = places.flatMap(({ prefix, wrap, wrong }) =>
  Object.entries(wrong).map(([name, value]) => ({
    path: prefix + name,
    prefix,
    name,
    value,
    wrap,
  })),
)

describe.each(everyOption)('$path', ({ path, name, value, wrap }) => {
  test('with a wrong value gives one sentence that names it', () => {
    const message = messageOf(wrap({ [name]: value }))

    expect(message.startsWith(`Expected \`${path}`)).toBe(true)
    expect(message).toMatch(/^Expected `[\w.[\]]+` to be [^\n]+$/)
  })

  test.each([[undefined], ['']])('counts as not given when it is %j', (nothing) => {
    expect(checkOptions(wrap({ [name]: nothing }))).toEqual(checkOptions(wrap({})))
  })
})

const everyTypo = places.flatMap(({ prefix, wrap, wrong }) =>
  Object.keys(wrong)
    .flatMap((name) => [
      { name, typo: `${name}${name.at(-1)}` },
      { name, typo: name.slice(0, -1) },
    ])
    .filter(({ typo }) => !Object.hasOwn(wrong, typo))
    .map(({ name, typo }) => ({ prefix, name, typo, wrap })),
)

test.each(everyTypo)('$prefix$typo gets the suggestion $name', ({ prefix, name, typo, wrap }) => {
  expect(messageOf(wrap({ [typo]: 'x' }))).toBe(
    `Expected only known options, got \`${prefix}${typo}\`; did you mean \`${name}\`?`,
  )
})

describe('what is not given', () => {
  test('is left out of lists and records', () => {
    const options = {
      redact: { keys: ['', 'ssn', undefined], patterns: [''] },
      links: { trace: '', logs: 'https://logs.example' },
      levels: { audit: 55, trace: undefined },
      routes: [{ mention: ['', '@here'], when: { tag: ['', 'batch'], fields: { tenant: '' } } }],
    }

    expect(checkOptions(options)).toEqual({
      redact: { keys: ['ssn'], patterns: [] },
      links: { logs: 'https://logs.example' },
      levels: { audit: 55 },
      routes: [{ mention: ['@here'], when: { tag: ['batch'], fields: {} } }],
    })
  })

  test.each([
    'webhookFormat',
    'groupBy',
    'editsPerMinute',
    'trustProxy',
    'locale',
    'closeTimeoutMs',
  ])('may be null for %s', (name) => {
    expect(checkOptions({ [name]: null })).toEqual({})
  })
})

describe('a name that no option is close to', () => {
  test('has no suggestion', () => {
    expect(messageOf({ verbosity: 3 })).toBe('Expected only known options, got `verbosity`')
  })

  test('is answered with the known ones where these are few', () => {
    expect(messageOf({ repeat: { policy: 'milestones', windowMs: 1 } })).toBe(
      'Expected only known options, got `repeat.windowMs`; known are policy, holdMs',
    )
  })

  test('comes before other mistakes', () => {
    expect(messageOf({ level: 'loud', routes: [{ chanel: '#billing' }] })).toBe(
      'Expected only known options, got `routes[0].chanel`; did you mean `channel`?',
    )
  })

  test.each(['__proto__', 'constructor', 'toString'])('may be %s', (name) => {
    expect(messageOf(JSON.parse(`{ "${name}": {} }`))).toBe(
      `Expected only known options, got \`${name}\``,
    )
  })
})

test.each([[null], [undefined], ['xoxb-1'], [[]]])('options cannot be %j', (options) => {
  expect(messageOf(options)).toMatch(/^Expected the options to be an object, got /)
})

describe('webhookUrl', () => {
  test.each([
    ['https://hooks.slack.com/workflows/T1/A1/s3cret', 'the address of a workflow'],
    ['https://hooks.slack.com/triggers/T1/1/s3cret', 'the address of a workflow'],
    ['https://hooks.slack-gov.com/workflows/T1/A1/s3cret', 'the address of a workflow'],
    ['https://hooks.slack.com/', 'another address of Slack'],
    ['https://hooks.slack.com/services/', 'another address of Slack'],
    ['https://slack.com/api/chat.postMessage', 'another address of Slack'],
    ['https://acme.slack.com/archives/C1', 'another address of Slack'],
    ['https://app.slack.com/client/T1/C1', 'another address of Slack'],
    ['https://api.slack.com/apps/A1', 'another address of Slack'],
    [
      'https://discord.com/api/webhooks/1/s3cret',
      'one of Discord, for which there is `destination',
    ],
    ['https://ptb.discordapp.com/api/webhooks/1/s3cret', 'one of Discord'],
  ])('cannot be %s', (webhookUrl, got) => {
    const message = messageOf({ webhookUrl })

    expect(message).toContain('Expected `webhookUrl` to be an incoming webhook of your app')
    expect(message).toContain(`got ${got}`)
    expect(message).not.toContain('s3cret')
  })

  test.each([
    'https://hooks.slack.com/services/T1/B1/x',
    'https://hooks.slack-gov.com/services/T1/B1/x',
    'https://discord.com/api/webhooks/1/x/slack',
    'https://chat.example/hooks/x',
    'http://127.0.0.1:3333/services/x',
    'https://myslack.com/x',
  ])('may be %s', (webhookUrl) => {
    expect(checkOptions({ webhookUrl })).toEqual({ webhookUrl })
  })
})

describe('no sentence repeats a secret', () => {
  test.each<object>([
    { token: 'xoxb-s3cret with spaces' },
    { token: 17 },
    { token: { s3cret: true } },
    { webhookUrl: 's3cret' },
    { webhookUrl: 'http://hooks.example/s3cret' },
    { webhookUrl: 'https://ada:s3cret@hooks.example/' },
    { webhookUrl: 17 },
    { proxy: 'socks://ada:s3cret@proxy.example' },
    { proxy: 17 },
    { slackApiUrl: 'https://ada:s3cret@slack.example/api/' },
    { slackApiUrl: 'ftp://ada:s3cret@slack.example/api/' },
    { slackApiUrl: 'http://ada:s3cret@' },
    { iconUrl: 'ftp://ada:s3cret@images.example/fire.png' },
  ])('%#', (options) => {
    expect(messageOf(options)).toMatch(/^Expected `\w+` to be (?!.*(s3cret|17))/)
  })
})

describe('options that are objects', () => {
  test('may have getters of a class', () => {
    class Config {
      get service() {
        return 'checkout'
      }
    }

    expect(checkOptions(new Config())).toEqual({ service: 'checkout' })
  })

  test('an alert policy of the user is passed on as it is', () => {
    class Hourly {
      onOccurrence() {
        return undefined
      }
    }
    const repeat = new Hourly()

    expect(checkOptions({ repeat }).repeat).toBe(repeat)
    expect(messageOf({ repeat: { onOccurrence: 'hourly' } })).toBe(
      'Expected `repeat` to be an alert policy with a function `onOccurrence`, got an object',
    )
  })

  test('a level is one of the same options’ own levels', () => {
    const levels = { audit: 55 }

    expect(checkOptions({ levels, ignore: [{ level: '<audit' }] })).toMatchObject({ levels })
    expect(messageOf({ levels, level: 'adit' })).toBe(
      "Expected `level` to be a number or one of 'audit', 'trace', 'debug', 'info', 'warn', 'error', 'fatal', got \"adit\"",
    )
  })
})

function messageOf(options: unknown): string {
  try {
    checkOptions(options)
  } catch (error) {
    if (error instanceof TypeError) return error.message
    throw error
  }
  throw new Error('nothing was thrown')
}
