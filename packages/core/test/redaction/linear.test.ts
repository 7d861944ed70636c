import { expect, test } from 'vitest'
import { describeEvent } from '../../src/event/normalize.ts'
import { createRedactor } from '../../src/redaction/redactor.ts'
import { createRandom, pick } from './samples.ts'

const { text } = createRedactor({ personal: true })

/** What begins something that one of the expressions looks for, or keeps it from ending. */
const parts = [
  'a',
  '1 ',
  '4',
  '-',
  '.',
  '_',
  '=',
  ':',
  ',',
  ';',
  '&',
  '|',
  '/',
  '@',
  '"',
  "'",
  '`',
  '\\',
  '\n',
  '\u200b',
  '한',
  '{',
  '[',
  '(',
  '<',
  '%',
  'eyJ',
  'eyJ-',
  'xoxb-',
  'sk-',
  'SG.',
  'ghp_',
  '00D',
  'MT',
  's.a',
  'Q~',
  '_mmk',
  'AzSe',
  '.atlasv1.',
  'LS0tLS',
  'W3siAAAAAAAAAAAAAAAA ',
  '://',
  '://a:b/',
  'https://a:',
  '\\/\\/',
  'https://a1B2c3D4e5F6g7H8i9J0',
  'a:b@',
  'a:b@c:80',
  '@tcp(',
  ':5432:a:b:',
  '?key=',
  '%3D',
  '%25',
  'password=',
  'password="',
  'password={',
  'password:\n ',
  'password: |\n a\n',
  'token: ',
  'token=Token{',
  'session={',
  'session:{',
  'key: ',
  'a b c key: ',
  '"name":"password",',
  '"value":',
  'name: a\n',
  'value: ',
  '";s:1:"',
  '("a", ',
  'token,',
  'user.pass word":',
  'clé secrète: ',
  '비밀번호: ',
  'cookie:',
  '<a ',
  '<a>',
  '<password>',
  '<![CDATA[',
  '&lt;a&gt;',
  '<name>password</name>',
  'form-data; name="password"\r\n',
  '-----BEGIN PRIVATE KEY-----',
  '--a ',
  '--password ',
  'curl ',
  'mysql  -p',
  'docker ',
  ' -p ',
  'redis-cli -a ',
  'sqlplus a/',
  'smbclient -U a%',
  'login a password ',
  'AUTH ',
  "into values ('",
  "values ('a'),(",
  "entry '",
  "' for key '",
  'value "',
  '" with value "',
  '` (`',
  'final value was: `',
  'Failing row contains (',
  "token in ('",
  '/services/T00/',
  '/bot12:',
  '/webhooks/1',
  'magic-link/',
  'bearer ',
  'digest ',
  '4111 ',
  '4111111111111111 ',
  'ann@',
  '+82 10 ',
  'DE89 3704 ',
  '::1:',
]

function repeat(part: string, length: number): string {
  return part.repeat(Math.ceil(length / part.length)).slice(0, length)
}

/** The time of a run; of several runs, if one takes too long, the one that nothing else disturbed. */
function cpuMs(run: () => unknown, enoughMs: number): number {
  let best = Infinity
  for (let attempt = 0; attempt < 5 && best > enoughMs; attempt += 1) {
    const start = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(start)
    best = Math.min(best, (user + system) / 1000)
  }
  return best
}

const plain = 'the order of a customer could not be paid, '
/** How many times as long as for plain text. A fast machine takes some 3 ms for 40,000 characters of that. */
const maxRatio = { text: 15, record: 8 }
const plainMs = cpuMs(() => text(repeat(plain, 80_000)), 0) / 80_000

const random = createRandom(7)
const mixed = Array.from({ length: 60 }, () =>
  Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(parts, random)).join(''),
)

test.each([...parts, ...mixed])('takes time in proportion to the length of %j', (part) => {
  for (const length of [10_000, 20_000, 40_000, 80_000]) {
    const input = repeat(part, length)
    // A quadratic expression takes seconds for the longest.
    const most = maxRatio.text * plainMs * length

    expect(cpuMs(() => text(input), most)).toBeLessThanOrEqual(most)
  }
})

test('describes a record of hostile texts within the time that one may take', () => {
  const options = { redactor: createRedactor(), trustProxy: false } as const
  const describe = (part: string): (() => unknown) => {
    const hostile = repeat(part, 1_000_000)
    const fields = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`f${at}`, hostile]))
    const error = Object.assign(new Error(hostile), { stack: `Error: ${hostile}`, detail: hostile })
    const record = { level: 'error', time: 0, message: hostile, error, fields }
    return () => describeEvent(record, options)
  }
  const most = maxRatio.record * cpuMs(describe(plain), 0)
  const slow = [
    'token: ',
    '4111 ',
    '비밀번호: ',
    '://a:b/',
    'password="',
    'eyJ-',
    '|',
    'session:{',
  ].filter((part) => cpuMs(describe(part), most) > most)

  expect(slow).toEqual([])
})
