import * as fc from 'fast-check'
import type { LogRecord } from '../../src/event/log-record.ts'

/** What is planted where a secret may stand, and may be found nowhere afterwards. */
export const planted = 'Zx9Q7w5K3v'

const word = fc.constantFrom(
  'order',
  'late',
  'für',
  '한글',
  '🙂',
  'Error',
  '42',
  '\n',
  '://',
  '"',
  "'",
  '{',
  '}',
  '=',
  ':',
  '&',
  '\\',
)

const prose = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '))

/** Every form in which a secret may be recognised in a text. */
export const leak = fc.constantFrom(
  `password=${planted}`,
  `{"password":"${planted}"}`,
  `{\\"api_key\\":\\"${planted}\\"}`,
  `{ clientSecret: '${planted}' }`,
  `Authorization: Bearer ${planted}`,
  `authorization: Basic ${planted}`,
  `Bearer ${planted}`,
  `Cookie: a=1; sid=${planted}`,
  `postgres://app:${planted}@db:5432/shop`,
  `https://x.example/cb?access_token=${planted}&a=1`,
  `https://hooks.slack.com/services/T0/B0/${planted}`,
  `xoxb-123-${planted}`,
  `ghp_${planted.repeat(4)}`,
  `sk_live_${planted.repeat(2)}`,
  `eyJhbGciOiJIUzI1NiJ9.${planted}.${planted}`,
  `-----BEGIN PRIVATE KEY-----\n${planted}\n-----END PRIVATE KEY-----`,
  `--token ${planted}`,
  `<password>${planted}</password>`,
)

/** A text with secrets in it, sometimes long enough to be cut. */
export const leakingText: fc.Arbitrary<string> = fc
  .tuple(prose, leak, prose, fc.constantFrom(0, 0, 0, 3_980, 9_980, 47_990, 200_000))
  .map(([before, secret, after, padding]) => `${'y'.repeat(padding)} ${before} ${secret} ${after}`)

const secretKey = fc.constantFrom(
  'password',
  'x-api-key',
  'accessToken',
  'set-cookie',
  'sessionId',
  'client_secret',
  'PRIVATE_KEY',
  'creditCard',
  'csrf',
  'db_pass',
)

function throwAlways(): never {
  throw new Error(`password=${planted}`)
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const hostileThings: readonly (() => unknown)[] = [
  () =>
    new Proxy(
      {},
      { get: throwAlways, ownKeys: throwAlways, getPrototypeOf: throwAlways, has: throwAlways },
    ),
  () => new Proxy(new Error('x'), { get: throwAlways }),
  () => new Proxy([], { get: throwAlways }),
  revokedProxy,
  () => Object.defineProperty({}, 'getter', { get: throwAlways, enumerable: true }),
  () => ({ toJSON: throwAlways, toString: throwAlways }),
  () => Object.defineProperty(new Error('x'), 'message', { get: throwAlways }),
]

/** Data with secrets under their keys and in its texts, and with everything that JSON does not know. */
export const leakingData: fc.Arbitrary<unknown> = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leakingText,
    fc.constantFrom<unknown>(
      null,
      undefined,
      0,
      -1.5,
      true,
      10n,
      Symbol('s'),
      Number.NaN,
      new Date(0),
      /a/,
    ),
    fc
      .tuple(secretKey, fc.constantFrom<unknown>(planted, [planted], { a: planted }))
      .map(([key, value]) => ({ [key]: value })),
    fc.constant({ name: 'authorization', value: planted }),
    fc.array(tie('data'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string({ maxLength: 12 }), leakingText), tie('data'), { maxKeys: 4 }),
    tie('data').map((data) => new Map([['k', data]])),
    tie('data').map((data) => ({ toJSON: () => data })),
    tie('data').map((data) => {
      const cyclic: Record<string, unknown> = { data }
      cyclic['self'] = cyclic
      return cyclic
    }),
    // Inside something else, because the generator itself looks at what it makes.
    fc.constantFrom(...hostileThings).map((make) => ({ cause: make(), data: make() })),
  ),
})).data

/** Errors of every make, their serialized forms among them. */
export const leakingError: fc.Arbitrary<unknown> = fc.letrec<{ error: unknown }>((tie) => ({
  error: fc.oneof(
    { depthSize: 'small' },
    leakingData,
    fc
      .record({ message: leakingText, data: leakingData })
      .map(({ message, data }) => Object.assign(new TypeError(message), { data })),
    fc
      .record({ message: leakingText, cause: tie('error') })
      .map(({ message, cause }) => new Error(message, { cause })),
    fc
      .record({ message: leakingText, errors: fc.array(tie('error'), { maxLength: 5 }) })
      .map(({ message, errors }) => new AggregateError(errors, message)),
    fc.record({
      type: leakingText,
      message: leakingText,
      stack: leakingText.map((text) => `Error: ${text}\n    at f (/srv/${text}:1:2)`),
      code: leakingText,
    }),
    fc.record({
      stack: fc
        .tuple(leakingText, leakingText)
        .map(
          ([one, two]) =>
            `Error: ${one}\n    at f (/a.js:1:2)\ncaused by: Error: ${two}\n    at g (/b.js:1:2)`,
        ),
    }),
    fc.record({
      stack: leakingText.map(
        (text) =>
          `Traceback (most recent call last):\n  File "/srv/a.py", line 1, in f\nValueError: ${text}`,
      ),
    }),
  ),
})).error

const request = fc.record(
  {
    method: leakingText,
    url: leakingText.map((text) => `/a/${text}?token=${planted}`),
    route: leakingText,
    origin: leakingText,
    ip: leakingText,
    user: fc.oneof(
      leakingText,
      fc.record({ id: leakingText, name: leakingText, email: leakingText, role: leakingText }),
    ),
    params: leakingData,
    query: leakingData,
    body: leakingData,
    headers: fc.record({
      'user-agent': leakingText,
      'x-forwarded-for': leakingText,
      traceparent: leakingText,
      cookie: fc.constant(planted),
    }),
  },
  { requiredKeys: [] },
)

/** A record of any shape, with secrets wherever they may be. */
export const leakingRecord: fc.Arbitrary<LogRecord> = fc.record(
  {
    level: fc.oneof(fc.constantFrom('error', 'fatal', 'warn'), leakingText),
    time: fc.oneof(fc.nat(), fc.constant(Number.NaN)),
    message: leakingText,
    template: leakingText,
    logger: leakingText,
    error: leakingError,
    request: fc.oneof(request, leakingData),
    fields: fc.dictionary(
      fc.oneof(
        fc.constantFrom('err', 'error', 'req', 'trace_id', 'reqId', 'stack', 'res', 'dd', 'e'),
        fc.string({ maxLength: 12 }),
        leakingText,
      ),
      fc.oneof(leakingError, request),
      { maxKeys: 5 },
    ),
  },
  { requiredKeys: ['level', 'time', 'message', 'fields'] },
)
