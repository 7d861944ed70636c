import { expect, test } from 'vitest'
import { createRedactor } from '../../src/redaction/redactor.ts'

const redactor = createRedactor()

test.each([
  'authorization',
  'Proxy-Authorization',
  'cookie',
  'cookies',
  'set-cookie',
  'setCookie',
  'password',
  'newPassword',
  'new_password',
  'password_confirmation',
  'passwordConfirm',
  'password2',
  'passwordHash',
  'dbpassword',
  'db_pass',
  'pass',
  'passwd',
  'pwd',
  'MYSQL_PWD',
  'secret',
  'clientSecret',
  'secretKey',
  'AWS_SECRET_ACCESS_KEY',
  'token',
  'accessToken',
  'refresh_token',
  'idToken',
  'x-csrf-token',
  'XSRF-TOKEN',
  '_csrf',
  'apiKey',
  'api_key',
  'apikey',
  'X-API-KEY',
  'APIKey',
  'session',
  'sessionId',
  'SESSIONID',
  'PHPSESSID',
  'connect.sid',
  'sid',
  'card',
  'cardNumber',
  'creditCard',
  'credit_card_number',
  'cvv',
  'cvc',
  'pin',
  'otp',
  'ssn',
  'socialSecurityNumber',
  'privateKey',
  'PRIVATE_KEY_PEM',
  'jwt',
  'bearer',
  'credentials',
  'auth',
  'basicAuth',
  'x-auth-token',
  'SLACK_BOT_TOKEN',
  'slackSigningSecret',
  'accesstoken',
  'stripeToken',
  'user[password]',
  'passphrase',
  'mnemonic',
  'oauth_token',
  'connectionString',
  'encryptionKey',
])('hides what stands under the key %j', (key) => {
  expect(redactor.value({ [key]: 'hush' })).toEqual({ [key]: '[redacted]' })
})

test.each([
  'max_tokens',
  'maxTokens',
  'token_count',
  'tokenCount',
  'tokenizer',
  'tokenization',
  'token_type',
  'tokenExpiresAt',
  'discard',
  'discarded',
  'cardinality',
  'cardType',
  'card_brand',
  'cardLast4',
  'wildcard',
  'scorecard',
  'author',
  'authors',
  'authority',
  'authenticated',
  'authMethod',
  'monkey',
  'keyboard',
  'primaryKey',
  'foreign_key',
  'partitionKey',
  'key',
  'keys',
  'sortKey',
  'cacheKey',
  'idempotencyKey',
  'passenger',
  'compass',
  'bypass',
  'passed',
  'boarding_pass_count',
  'secretary',
  'secretName',
  'sessionsCount',
  'session_duration',
  'sessionTimeout',
  'obsession',
  'cookieConsent',
  'cookieName',
  'passwordLength',
  'passwordResetAt',
  'passwordPolicy',
  'pinned',
  'shipping',
  'spinner',
  'pincode',
  'turkey',
  'hockey',
  'accessLevel',
  'publicKey',
  'apiVersion',
  'authorizationUrl',
  'tokenEndpoint',
  'email',
  'username',
  'status',
  'code',
  'errorCode',
  'zipCode',
])('leaves what stands under the innocent key %j', (key) => {
  expect(redactor.value({ [key]: 'visible' })).toEqual({ [key]: 'visible' })
})

test('leaves values that are no secret: flags, nothing, numbers of tokens', () => {
  const value = {
    hasPassword: true,
    password: null,
    token: '',
    tokens: 512,
    promptTokens: 20,
    secret: false,
  }

  expect(redactor.value(value)).toEqual(value)
})

test('hides a number under a key that names one secret', () => {
  expect(redactor.value({ pin: 1234, otp: 123456 })).toEqual({
    pin: '[redacted]',
    otp: '[redacted]',
  })
})

test('hides secrets at any depth, in lists, maps and behind toJSON', () => {
  const value = {
    a: [{ b: { password: 'hush' } }],
    map: new Map([['token', 'hush']]),
    custom: { toJSON: () => ({ apiKey: 'hush' }) },
    headers: new Headers({ authorization: 'hush', accept: 'text/html' }),
  }

  expect(redactor.value(value)).toEqual({
    a: [{ b: { password: '[redacted]' } }],
    map: { token: '[redacted]' },
    custom: { apiKey: '[redacted]' },
    headers: { accept: 'text/html', authorization: '[redacted]' },
  })
})

test('hides a secret whose name stands beside it', () => {
  const value = {
    rawHeaders: ['Cookie', 'sid=hush', 'Accept', 'text/html'],
    argv: ['node', '--password', 'hush', '--verbose', 'yes'],
    command: { name: 'hello', args: [3, 'AUTH', 'app', 'hush'] },
    login: { name: 'auth', args: ['app', 'hush'] },
    headers: [{ name: 'Authorization', value: 'hush' }],
    issue: { path: ['user', 'password'], input: 'hush', message: 'too short' },
  }

  expect(redactor.value(value)).toEqual({
    rawHeaders: { Cookie: '[redacted]', Accept: 'text/html' },
    argv: ['node', '--password', '[redacted]', '--verbose', 'yes'],
    command: { name: 'hello', args: [3, 'AUTH', '[redacted]'] },
    login: { name: 'auth', args: '[redacted]' },
    headers: [{ name: 'Authorization', value: '[redacted]' }],
    issue: { path: ['user', 'password'], input: '[redacted]', message: 'too short' },
  })
})

test('hides a card number that came as a number', () => {
  expect(redactor.value({ reference: 4111111111111111, order: 4111111111111112 })).toEqual({
    reference: '[redacted]',
    order: 4111111111111112,
  })
})

test('knows the words of Korean services', () => {
  expect(redactor.value({ 비밀번호: 'hush', '카드 번호': '1', 번호: 7 })).toEqual({
    비밀번호: '[redacted]',
    '카드 번호': '[redacted]',
    번호: 7,
  })
  expect(redactor.text('로그인 실패 비밀번호: hush')).toBe('로그인 실패 비밀번호: [redacted]')
})

test('adds the keys it is given, as words, and shows the exceptions', () => {
  const own = createRedactor({
    keys: ['phone number', 'iban'],
    exceptions: ['session', 'x-auth-token'],
  })

  expect(
    own.value({
      phoneNumber: '1',
      home_phone_number: '1',
      ibanHash: '1',
      phone: 'shown',
      liban: 'shown',
      session: 'shown',
      xAuthToken: 'shown',
      password: '1',
    }),
  ).toEqual({
    phoneNumber: '[redacted]',
    home_phone_number: '[redacted]',
    ibanHash: '[redacted]',
    phone: 'shown',
    liban: 'shown',
    session: 'shown',
    xAuthToken: 'shown',
    password: '[redacted]',
  })
})

test('uses the added keys inside texts too', () => {
  const own = createRedactor({ keys: ['badge'] })

  expect(own.text('badge=4711 door=3')).toBe('badge=[redacted] door=3')
})
