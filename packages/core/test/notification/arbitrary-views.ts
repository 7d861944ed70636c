import * as fc from 'fast-check'
import type {
  ErrorDescription,
  LogEvent,
  RequestDescription,
  StackFrame,
} from '../../src/event/log-event.ts'
import { alertReasons, type IncidentView } from '../../src/incident/incident.ts'
import type { NotificationSettings } from '../../src/notification/notification.ts'
import type { StormView } from '../../src/notification/storm.ts'

/** What strangers put into logs to see what happens. */
const nasty = fc.constantFrom(
  '<!channel>',
  '<!here|all>',
  '<@U012AB3CD>',
  '<#C012AB3CD>',
  '<!subteam^S1>',
  '<https://evil.example|Click>',
  '<!date^1^{time}^https://evil.example|x>',
  '&lt;!channel&gt;',
  '@everyone @here #general',
  '[x](https://evil.example)',
  '```',
  '` *a* _b_ ~c~ `',
  '\u202Eevil\u2066',
  '\u001b[31mred\u001b[0m',
  '\ud83d',
  '\ude00',
  '👨‍👩‍👧',
  `e${'\u0301'.repeat(60)}`,
  '\r\n',
  '\n\n\n',
  '\u0000',
  '"',
  "'",
  ' ',
  'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    x()\n',
  '\n    at f (/a/b.js:1:2)',
  '&'.repeat(400),
  'x'.repeat(5000),
  '漢字'.repeat(900),
  'line\n'.repeat(900),
)

const anyText = fc
  .array(fc.oneof(nasty, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' })), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''))

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined })

const anyFields = fc.dictionary(
  anyText,
  fc.oneof(anyText, fc.integer(), fc.constant(null), fc.jsonValue({ stringUnit: 'binary' })),
  { maxKeys: 5 },
)

const anyFrame: fc.Arbitrary<StackFrame> = fc.record({
  function: maybe(anyText),
  file: maybe(fc.oneof(anyText, fc.constant('/app/node_modules/express/lib/router.js'))),
  line: maybe(fc.nat()),
  column: maybe(fc.nat()),
  isInApp: fc.boolean(),
  text: anyText.map((text) => `at ${text}`),
})

const noError: fc.Arbitrary<ErrorDescription | undefined> = fc.constant(undefined)

function anyErrorAbove(inner: fc.Arbitrary<ErrorDescription | undefined>) {
  return fc
    .record({
      type: fc.oneof(anyText, fc.constantFrom('TypeError', 'string')),
      message: anyText,
      code: maybe(anyText),
      tail: maybe(anyText),
      frames: fc.array(anyFrame, { maxLength: 20 }),
      cause: inner,
      moreCauses: fc.nat(3),
      first: inner,
      moreErrors: fc.nat(3),
      properties: anyFields,
    })
    .map(({ tail, first, ...error }): ErrorDescription => {
      const lines = error.frames.map(({ text }) => `    ${text}`)
      return {
        ...error,
        errors: first === undefined ? [] : [first],
        culprit: error.frames.find(({ isInApp }) => isInApp),
        stack: tail && [`${error.type}: ${error.message}`, ...lines, tail].join('\n'),
      }
    })
}

const anyError = anyErrorAbove(fc.oneof(noError, anyErrorAbove(anyErrorAbove(noError))))

const anyRequest: fc.Arbitrary<RequestDescription> = fc.record({
  method: maybe(anyText),
  path: maybe(anyText),
  route: maybe(anyText),
  origin: maybe(anyText),
  clientIp: maybe(anyText),
  userAgent: maybe(anyText),
  user: maybe(
    fc.record({
      id: maybe(anyText),
      name: maybe(anyText),
      email: maybe(anyText),
      role: maybe(anyText),
    }),
  ),
  params: maybe(anyFields),
  query: maybe(anyFields),
  body: fc.oneof(anyText, anyFields, fc.constant(undefined), fc.constant(null)),
})

const anyTime = fc.oneof(
  fc.integer({ min: 0, max: 4e12 }),
  fc.constantFrom(0, -1, 9e15, Number.NaN),
)

export const anyEvent: fc.Arbitrary<LogEvent> = fc.record({
  level: fc.oneof(fc.constantFrom('error', 'fatal', 'warn'), anyText),
  severity: fc.constantFrom(10, 30, 40, 50, 60),
  time: anyTime,
  message: anyText,
  template: fc.constant(undefined),
  logger: maybe(anyText),
  error: maybe(anyError),
  request: maybe(anyRequest),
  fields: anyFields,
  traceId: maybe(anyText),
  requestId: maybe(anyText),
  hint: maybe(fc.record({ lost: anyText, fix: anyText })),
})

const anyCount = fc.oneof(fc.nat(20), fc.nat())

export const anyView: fc.Arbitrary<IncidentView> = fc.record({
  fingerprint: anyText,
  state: fc.constantFrom('active', 'quiet', 'resolved', 'muted'),
  count: anyCount,
  firstSeen: anyTime,
  lastSeen: anyTime,
  perMinute: fc.array(fc.nat(500), { minLength: 60, maxLength: 60 }),
  hosts: fc.array(anyText, { maxLength: 6 }),
  releases: fc.array(anyText, { maxLength: 4 }),
  sample: anyEvent,
  alert: fc.record({
    reason: fc.constantFrom(...alertReasons),
    at: anyTime,
    count: anyCount,
    previousCount: anyCount,
    silentMs: fc.nat(),
  }),
  nextMilestone: maybe(anyCount),
})

export const anyStorm: fc.Arbitrary<StormView> = fc.record({
  openedAt: anyTime,
  total: fc.nat(),
  distinct: fc.nat(500),
  problems: fc.array(
    fc.record({ fingerprint: anyText, title: anyText, count: fc.nat(), culprit: anyText }),
    { maxLength: 40 },
  ),
  cause: anyText,
  isOver: fc.boolean(),
  isCapped: fc.boolean(),
})

export const anySettings: fc.Arbitrary<NotificationSettings> = fc.record({
  service: anyText,
  environment: maybe(anyText),
  release: maybe(anyText),
  locale: fc.constantFrom('en', 'ko'),
  sanitize: fc.record({
    quotes: fc.constantFrom('remove', 'keep'),
    newlines: fc.constantFrom('space', 'escape', 'keep'),
  }),
  links: fc.constantFrom(
    {},
    { trace: 'https://ok.example/{trace_id}', 'l<o|g>s': 'https://ok.example/?a=1&q={request_id}' },
  ),
  appRoot: fc.constant('/app'),
})
