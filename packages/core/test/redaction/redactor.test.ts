import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/redaction/redactor.ts'

const { text } = createRedactor()

/** Put together here, so that no scanner of repositories takes the tests for a leak. */
const fake = (...parts: string[]): string => parts.join('')
const filler = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0'

describe('by its form', () => {
  test.each([
    ['a Slack bot token', fake('xo', 'xb-123456789012-abcdefABCDEF')],
    ['a Slack app token', fake('xa', 'pp-1-A012-345-abcdef')],
    ['a rotated Slack token', fake('xo', 'xe.xoxp-1-abcdefghij')],
    ['an AWS key id', fake('AK', 'IAIOSFODNN7EXAMPLE')],
    ['a GitHub token', fake('gh', 'p_', filler)],
    ['a fine-grained GitHub token', fake('github', '_pat_', filler)],
    ['a GitLab token', fake('gl', 'pat-', filler.slice(0, 20))],
    ['a Stripe key', fake('sk', '_live_', filler.slice(0, 24))],
    ['a Stripe webhook secret', fake('wh', 'sec_', filler.slice(0, 32))],
    ['an npm token', fake('np', 'm_', filler.slice(0, 36))],
    ['a Google API key', fake('AI', 'za', filler.slice(0, 35))],
    ['a Google OAuth token', fake('ya', '29.', filler)],
    ['an OpenAI key', fake('sk', '-proj-', filler)],
    ['an old OpenAI key', fake('sk', '-', filler)],
    ['an Anthropic key', fake('sk', '-ant-api03-', filler)],
    ['a SendGrid key', fake('SG', '.', filler.slice(0, 22), '.', filler)],
    ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4'],
    ['a JWT that was cut off', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIi'],
    ['a Vault token', fake('hv', 's.', filler.slice(0, 24))],
    ['a Mailgun key', fake('key', '-0123456789abcdef0123456789abcdef')],
    ['a Mailchimp key', fake('0123456789abcdef0123456789abcdef', '-us12')],
    ['a New Relic key', fake('NR', 'AK-ABCDEFGHJKLMNPQRSTUVWXYZ234')],
    ['a Grafana token', fake('gl', 'sa_', filler.slice(0, 32), '_0a1b2c3d')],
    ['a Terraform token', fake(filler.slice(0, 14), '.atlas', 'v1.', filler)],
    ['a Notion token', fake('nt', 'n_', filler)],
    ['a Supabase token', fake('sb', 'p_0123456789abcdef0123456789abcdef01234567')],
    ['an age key', fake('AGE-SECRET', '-KEY-1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF')],
    [
      'a private key',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----',
    ],
    [
      'a private key in one line',
      '-----BEGIN PRIVATE KEY-----\\nMIIEow\\n-----END PRIVATE KEY-----',
    ],
    ['a card number', '4111111111111111'],
    ['a card number in groups', '4111 1111 1111 1111'],
    ['a card number with dashes', '5555-5555-5555-4444'],
    ['an American Express number', '3782 822463 10005'],
  ])('hides %s', (_name, secret) => {
    expect(text(`before ${secret} after`)).toBe('before [redacted] after')
    expect(text(`"${secret}"`)).toBe('"[redacted]"')
  })

  test('hides a private key that was cut off at either end', () => {
    expect(text('key: -----BEGIN EC PRIVATE KEY-----\nMIIEow')).not.toContain('MIIEow')
    expect(text('MIIEow\n-----END EC PRIVATE KEY----- then')).toBe('[redacted] then')
  })

  test('hides card numbers next to other numbers', () => {
    expect(text('order 17 4111111111111111')).toBe('order 17 [redacted]')
    expect(text('4111 1111 1111 1111 12/29')).toBe('[redacted] 12/29')
  })

  test.each([
    '1700000000000 ms',
    '0.4111111111111111',
    '4111111111111112',
    '41111111111111111111111111',
    'ffffffff-4111-1111-1111-111111111111',
    '2026-11-22 03:14:15',
  ])('leaves %j, which is no card number', (innocent) => {
    expect(text(innocent)).toBe(innocent)
  })

  test('hides the part of a webhook address that lets anybody post', () => {
    const address = fake('https://hooks.sl', 'ack.com/services/T000/B000/abcdef')

    expect(text(`POST ${address} failed`)).toBe(
      'POST https://hooks.slack.com/services/[redacted] failed',
    )
  })
})

describe('by its context', () => {
  test.each([
    ['Authorization: Bearer abc.def-ghi', 'Authorization: [redacted]'],
    ['authorization: Basic dXNlcjpwYXNz', 'authorization: [redacted]'],
    ["{ authorization: 'Bearer abc' }", "{ authorization: '[redacted]' }"],
    ['sent Bearer abc123def456 to it', 'sent Bearer [redacted] to it'],
    ['postgres://app:hush@db:5432/shop', 'postgres://app:[redacted]@db:5432/shop'],
    ['redis://:hush@cache', 'redis://:[redacted]@cache'],
    ['amqp://u:p@ss@host', 'amqp://u:[redacted]@host'],
    ['mysql://u:pa/ss@host/db', 'mysql://u:[redacted]@host/db'],
    [
      'GET /login?user=ann&access_token=hush&x=1',
      'GET /login?user=ann&access_token=[redacted]&x=1',
    ],
    [
      'https://s3/a?X-Amz-Signature=00&X-Amz-Security-Token=hush',
      'https://s3/a?X-Amz-Signature=[redacted]&X-Amz-Security-Token=[redacted]',
    ],
    ['password=hush', 'password=[redacted]'],
    ['user[password]=hush&a=b', 'user[password]=[redacted]&a=b'],
    ['{"password":"hush","a":1}', '{"password":"[redacted]","a":1}'],
    ['{"password":"h\\"ush","a":1}', '{"password":"[redacted]","a":1}'],
    ['{\\"password\\":\\"hush\\",\\"a\\":1}', '{\\"password\\":\\"[redacted]\\",\\"a\\":1}'],
    ["{ password: 'hush', a: 1 }", "{ password: '[redacted]', a: 1 }"],
    ["{'api_key': 'hush'}", "{'api_key': '[redacted]'}"],
    ['{"pin":1234}', '{"pin":[redacted]}'],
    ['{"credentials":{"id":"a","key":"b"},"c":1}', '{"credentials":[redacted],"c":1}'],
    ['Cookie: a=1; sid=hush\nHost: x', 'Cookie: [redacted]\nHost: x'],
    ['Set-Cookie: sid=hush; HttpOnly', 'Set-Cookie: [redacted]'],
    ['<ns:password>hush</ns:password>', '<ns:password>[redacted]</ns:password>'],
    ['mysqldump --password hush shop', 'mysqldump --password [redacted] shop'],
    ['mysqldump --password=hush shop', 'mysqldump --password=[redacted] shop'],
    ['API key: hush', 'API key: [redacted]'],
    ['message="token=hush"', 'message="token=[redacted]"'],
    ['url: https://x.example/?token=hush', 'url: https://x.example/?token=[redacted]'],
    ['[token=hush]', '[token=[redacted]]'],
    ['token: hu5h', 'token: [redacted]'],
    ['password: hush', 'password: [redacted]'],
    ['secret => hush', 'secret => [redacted]'],
    ['//app:hush@db', '//app:[redacted]@db'],
    [
      'Path `password` (`hush`, length 4) is too short',
      'Path `password` (`[redacted]`, length 4) is too short',
    ],
    [
      'Cast failed for value "hush" (type string) at path "pin"',
      'Cast failed for value "[redacted]" (type string) at path "pin"',
    ],
    [
      '"password" with value "hush" fails to match',
      '"password" with value "[redacted]" fails to match',
    ],
    ['Key (token)=(hush) already exists', 'Key (token)=([redacted]) already exists'],
    ['https://a1B2c3D4e5F6g7H8i9J0@github.com/x', 'https://[redacted]@github.com/x'],
    ['https://a1B2c3D4e5F6g7H8i9J0:x-oauth@github.com', 'https://[redacted]@github.com'],
    ['https://maps/x?key=a1B2c3D4e5F6g7H8&z=1', 'https://maps/x?key=[redacted]&z=1'],
    ['GET /callback?code=4/0AfJohXn2c3D4e5F&state=7', 'GET /callback?code=[redacted]&state=7'],
    ['GET /a?next=%2Fb%3Fpassword%3Dhush%26x%3D1', 'GET /a?next=/b?password=[redacted]&x=1'],
    ['GET /a?q=%7B%22token%22%3A%22hush%22%7D', 'GET /a?q={"token":"[redacted]"}'],
    ['GET /a?next=%252Fb%253Ftoken%253Dhush', 'GET /a?next=/b?token=[redacted]'],
    ["ALTER USER app WITH PASSWORD 'hush'", "ALTER USER app WITH PASSWORD '[redacted]'"],
    ['CREATE USER app IDENTIFIED BY "hush"', 'CREATE USER app IDENTIFIED BY "[redacted]"'],
    [
      'Command failed: mysqldump -u root -phush shop',
      'Command failed: mysqldump -u root -p[redacted] shop',
    ],
    [
      'Command failed: curl -s -u ann:hush https://x',
      'Command failed: curl -s -u ann:[redacted] https://x',
    ],
    ['sshpass -p hush ssh ann@host', 'sshpass -p [redacted] ssh ann@host'],
    ['redis-cli -h cache -a hush ping', 'redis-cli -h cache -a [redacted] ping'],
    ['C: AUTH PLAIN AGFubgBodXNo', 'C: AUTH PLAIN [redacted]'],
    [
      'Content-Disposition: form-data; name="password"\r\n\r\nhush\r\n--x',
      'Content-Disposition: form-data; name="password"\r\n\r\n[redacted]\r\n--x',
    ],
    [
      'pin must be a `number` type, but the final value was: `NaN` (cast from the value `"hush"`).',
      'pin must be a `number` type, but the final value was: [redacted].',
    ],
  ])('hides the secret in %j', (leaking, expected) => {
    expect(text(leaking)).toBe(expected)
  })

  test.each([
    'Unexpected token < in JSON at position 0',
    'SyntaxError: Unexpected token: punc (})',
    'invalid token: it has expired',
    'password: Required',
    'card: refused',
    'session: closed by peer',
    'password: must have 8 characters',
    'Access denied for user (using password: YES)',
    'TokenExpiredError: jwt expired',
    'token_type=bearer',
    'max_tokens=100, tokens: 512',
    'basic authentication failed',
    'Bearer token missing',
    'connect ECONNREFUSED 127.0.0.1:5432',
    'http://localhost:3000/users/a@b.example',
    'git@github.com:acme/shop.git',
    'ssh://git@github.com/acme/shop',
    '    at login (/srv/app/src/auth.ts:12:5)',
    '    at f (/srv/bin/session:12:3)',
    'author: Jo, primaryKey=12, monkey=3',
    'code: 23505',
    'password=undefined',
    'Key (email)=(ann@shop.example) already exists',
    'Path `email` (`ann`, length 3) is too short',
    'GET //cdn.example/a.js',
    '// see the docs: they tell',
    'ssh://deployment-user@github.com/acme/shop',
    'GET /search?q=50%25%20off&code=ECONNREFUSED',
    'GET /a?key=name&code=SUMMER',
    '{"error":"wrong password ","user":"ann"}',
    'mysql -P 3306 --protocol tcp',
    'curl -u',
  ])('leaves %j as it is', (innocent) => {
    expect(text(innocent)).toBe(innocent)
  })
})

describe('across characters that are not shown', () => {
  test.each([
    ['\u001b[31mpassword\u001b[0m=hush', 'password=[redacted]'],
    ["{ password: \u001b[32m'hush'\u001b[39m }", "{ password: '[redacted]' }"],
    ['pass\u200bword=hush', 'password=[redacted]'],
    [fake('gh', '\u0000p_', filler), '[redacted]'],
    ['4111\u200b1111\u200b1111\u200b1111', '[redacted]'],
  ])('hides the secret in %j', (leaking, expected) => {
    expect(text(leaking)).toBe(expected)
  })

  test('leaves what joins an emoji where nothing is secret', () => {
    expect(text('family 👩‍👩‍👧 and \u001b[31mred\u001b[0m')).toBe(
      'family 👩‍👩‍👧 and \u001b[31mred\u001b[0m',
    )
  })
})

describe('by its options', () => {
  test('hides its own secrets wherever they stand, encoded too', () => {
    const webhook = 'https://hooks.internal.example/services/T1/B2/hush'
    const own = createRedactor({ secrets: [webhook, '/services/T1/B2/hush'] })

    const hidden = own.text(
      `to ${webhook}, to ${encodeURIComponent(webhook)}, path /services/T1/B2/hush`,
    )

    expect(hidden).toBe('to [redacted], to [redacted], path [redacted]')
  })

  test('hides what matches the patterns it is given', () => {
    const own = createRedactor({ patterns: ['EMP-\\d+', /guest-\w+/i] })

    expect(own.text('EMP-4711 and EMP-12 and GUEST-ann')).toBe(
      '[redacted] and [redacted] and [redacted]',
    )
  })
})

test('allows a pattern that matches nothing', () => {
  const own = createRedactor({ patterns: ['x*'] })

  expect(own.text('axxb')).toBe('a[redacted]b')
})

test('changes nothing in a text that is redacted already', () => {
  const once = text(
    'password=hush Authorization: Bearer abc postgres://a:b@c {"token":"x"} Cookie: a=b',
  )

  expect(text(once)).toBe(once)
})

test('takes time in proportion to the text, whatever the text', () => {
  const hostile: readonly string[] = [
    'a',
    'eyJ-',
    '://',
    '://a:b/',
    '1 ',
    '4',
    'password="',
    'password={',
    '<a ',
    '-----BEGIN PRIVATE KEY-----',
    'a[',
    '-',
    'bearer ',
    'password=',
    'SG.',
    'sk-',
    'cookie:',
    '\\"',
    '--a ',
    'token: ',
    'xoxb-',
    "'",
    '[',
    '4111 ',
    'x=:',
    'a.',
    'key: ',
    '%3D',
    '%25',
    'curl ',
    'mysql ',
    'password "',
    'https://a1B2c3D4e5F6g7H8i9J0',
    '?key=',
    'form-data; name="',
    '\u200b',
    '\u001b[',
  ].map((part) => part.repeat(Math.ceil(200_000 / part.length)))

  // A quadratic expression would take minutes for one of them.
  for (const input of hostile)
    expect(text(input).length).toBeLessThanOrEqual(input.length + 200_000)
})
