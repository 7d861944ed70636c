import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/redaction/redactor.ts'

const redactor = createRedactor()
const hush = 'hU5h-7tz'

describe('names by their words', () => {
  test.each(
    [
      // English
      'ocp-apim-subscription-key, x-functions-key, dd-application-key, DD_APPLICATION_KEY, consumerKey, consumer_secret',
      'subscriptionKey, client-key-data, serviceRoleKey, psk, wifi.psk, pw, DB_PW, dbpw, passphrase, pass phrase, pass_phrase',
      'passPhrase, PASS-PHRASE, pincode, pinCode, smsCode, sms_code, magicLink, magic_link, code_verifier, codeVerifier',
      'SAMLResponse, samlResponse, client_assertion, x-rapidapi-key, x-goog-api-key, X-Vault-Token, x-amz-security-token',
      'aws.secretAccessKey, azure storage key, AccountKey, SharedAccessKey, encryption-key',
      'spring.datasource.password, user[password], user.pass word, smtpPass, keystorePass, ldap_bind_pw, root_pass',
      'two_factor_code, mfaCode, backupCodes, recovery_code, otpSecret, totp, login code, verificationCode',
      'creditCardNumber, card_number, cardNo, cvc, cvv2, csrfToken, connect.sid, JSESSIONID, session_id, session token',
      'presharedkey, twoFaCode, 2faCode, cc_number, csc, connString, activationKey, recovery_key, oauth_verifier, secretBinary',
      'unlockCode, slackWebhook, snmp_community, PAT, DOCKER_AUTH_CONFIG, securityAnswer',
      'webhookUrl, SLACK_WEBHOOK_URL, connectionString, conn_str, jwt, id_token, bearerToken, hmacKey, licenseKey',
      // Korean
      '비밀번호, 비번, 사용자비밀번호, 비밀번호확인, 비밀번호 확인, 패스워드, 암호, 인증번호, 카드번호, 카드 번호, 주민등록번호, 보안 코드, API키, 토큰',
      // Japanese
      'パスワード, 新しいパスワード, 暗証番号, トークン, 認証コード, カード番号, セキュリティコード, APIキー, 秘密鍵',
      // Chinese
      '密码, 用户密码, 确认密码, 密碼, 口令, 令牌, 验证码, 驗證碼, 银行卡号, 私钥, 密钥, 访问令牌',
      // German
      'passwort, neuesPasswort, Kennwort, benutzer_kennwort, kreditkartennummer, sicherheitscode, api-schlüssel, geheimzahl',
      // Spanish
      'contraseña, contrasena, nuevaContraseña, clave secreta, clave_api, número de tarjeta, código_de_verificación, secreto',
      // French
      'mot de passe, mot_de_passe, motDePasse, mdp, clé_api, clé secrète, numéro_de_carte, code de vérification, jeton',
    ].flatMap((line) => line.split(', ')),
  )('hides what stands under %j', (name) => {
    expect(redactor.value({ [name]: hush })).toEqual({ [name]: '[redacted]' })
    expect(redactor.text(JSON.stringify({ [name]: hush }))).not.toContain(hush)
    expect(redactor.text(`${name}: ${hush}`)).not.toContain(hush)
    expect(redactor.text(`failed with ${name}=${hush} again`)).not.toContain(hush)
  })

  test.each(
    [
      'publicKey, primaryKey, foreignKey, cacheKey, partition_key, sortKey, idempotencyKey, keyName, keyId, keyboard, monkey',
      'zipCode, statusCode, error_code, countryCode, code, tokenType, tokenCount, tokenizer, passenger, boardingPass, bypass',
      'passwordPolicy, passwordResetAt, sessionCount, sessionTimeout, cardType, cardBrand, last4, authMethod, authorId, author',
      'secretary, cookieConsent, pinned, spinner, 암호화, 암호화방식, 번호, 이름, 名前, 番号, 用户, 密度, schlüsselwort, palabra clave, mot',
    ].flatMap((line) => line.split(', ')),
  )('leaves what stands under %j', (name) => {
    expect(redactor.value({ [name]: hush })).toEqual({ [name]: hush })
    expect(redactor.text(JSON.stringify({ [name]: hush }))).toContain(hush)
  })

  test('hides under the key of something only what a program made up', () => {
    const made = 'aB3xQ9zL7mN2vC5kT8wR'

    expect(
      redactor.value({ acmeKey: made, layoutKey: 'checkout.address.city', itemKey: made }),
    ).toEqual({ acmeKey: '[redacted]', layoutKey: 'checkout.address.city', itemKey: made })
  })

  test('leaves the working directory of a shell, and pincodes of the post in words', () => {
    expect(redactor.text('PWD=/srv/app OLDPWD=/root')).toBe('PWD=/srv/app OLDPWD=/root')
    expect(redactor.value({ pincode: 'unknown' })).toEqual({ pincode: 'unknown' })
  })
})

describe('objects that are searched', () => {
  test('shows of a session, a login, a card and credentials what is not secret', () => {
    const value = {
      session: { id: hush, user: { id: 7, name: 'ann' }, cart: ['a'], token: hush },
      auth: { provider: 'google', username: 'ann', password: hush },
      card: { brand: 'visa', last4: '4242', number: hush, cvc: '123' },
      credentials: { user: 'ann', key: hush },
      nested: { auth: [{ type: 'basic', value: hush }] },
    }

    expect(redactor.value(value)).toEqual({
      session: {
        id: '[redacted]',
        user: { id: 7, name: 'ann' },
        cart: ['a'],
        token: '[redacted]',
      },
      auth: { provider: 'google', username: 'ann', password: '[redacted]' },
      card: { brand: 'visa', last4: '4242', number: '[redacted]', cvc: '[redacted]' },
      credentials: { user: 'ann', key: '[redacted]' },
      nested: { auth: [{ type: 'basic', value: '[redacted]' }] },
    })
  })

  test('shows modes, states and versions under names that are likely secret', () => {
    const value = {
      credentials: 'same-origin',
      auth: 'SIMPLE',
      dsn: '4.0.0',
      sid: 1,
      session: null,
    }

    expect(redactor.value(value)).toEqual(value)
    expect(redactor.value({ auth: hush, session: 'hush', pin: 4821 })).toEqual({
      auth: '[redacted]',
      session: '[redacted]',
      pin: '[redacted]',
    })
  })

  test('shows numbers of tokens', () => {
    const value = { usage: { tokens: { input: 512, output: 20 } }, token: { count: 7 } }

    expect(redactor.value(value)).toEqual(value)
  })
})

describe('names beside values', () => {
  test('hides a value whose name stands beside it, wherever the two are', () => {
    const value = {
      entries: [
        ['authorization', hush],
        ['accept', 'text/html'],
      ],
      deep: { list: [{ a: [['x-api-key', hush]] }] },
      headers: ['x-api-key', hush, 'accept', 'text/html'],
      pairs: [
        { k: 'password', v: hush },
        { name: 'token', content: hush },
        { type: 'password', value: hush },
        { key: 'DB_PW', val: hush },
        { field: 'email', value: 'ann@shop.example' },
      ],
      flat: ['x-api-key', hush],
    }

    const copy = JSON.stringify(redactor.value(value))

    expect(copy).not.toContain(hush)
    expect(copy).toContain('ann@shop.example')
    expect(copy).toContain('text/html')
  })

  test('leaves lists of names and points', () => {
    const value = {
      required: ['password', 'email', 'passwordConfirmation'],
      series: [
        ['cpu', 1],
        ['cpu', 2],
      ],
      path: ['user', 'password'],
      argv: ['mkdir', '-p', 'dist', '-p', '8080:80', '-w', '/srv/app'],
      columns: ['id', 'token'],
    }

    expect(redactor.value(value)).toEqual(value)
  })

  test('hides the passwords in the command line of a process', () => {
    const error = {
      path: 'docker',
      spawnargs: ['login', '-u', 'bob', '-p', hush, '--network', 'host', 'registry.example'],
      cmd: `docker login -u bob -p ${hush}`,
      args: ['login', '-u', 'bob', '-p', 'hush'],
      command: ['redis-cli', '-a', hush],
      argv: ['mysql', `-p${hush}`, '-P', '3306', '-u', `ann:${hush}`, '--token', hush],
    }

    const copy = redactor.value(error)

    expect(JSON.stringify(copy)).not.toContain(hush)
    expect(copy).toMatchObject({
      spawnargs: [
        'login',
        '-u',
        'bob',
        '-p',
        '[redacted]',
        '--network',
        'host',
        'registry.example',
      ],
      args: ['login', '-u', 'bob', '-p', '[redacted]'],
      argv: [
        'mysql',
        '-p[redacted]',
        '-P',
        '3306',
        '-u',
        'ann:[redacted]',
        '--token',
        '[redacted]',
      ],
    })
  })
})

test('judges a long number by its name', () => {
  const number = 4539148803436467

  expect(
    redactor.value({ orderId: number, orderNo: String(number), paid: number, card: `${number}` }),
  ).toEqual({ orderId: number, orderNo: `${number}`, paid: '[redacted]', card: '[redacted]' })
})
