import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/redaction/redactor.ts'

const { text } = createRedactor()

/** Nobody's password, with what ends values elsewhere. */
const hush = 'hU5h-7tz'

/** Texts in which every `hush` is a secret. */
const forms: Readonly<Record<string, readonly string[]>> = {
  'source code and configuration': [
    'apiToken=hush',
    'apiToken = "hush"',
    "apiToken = 'hush'",
    'apiToken := `hush`',
    'API_TOKEN ::= "hush"',
    'API_TOKEN :::= "hush"',
    'API_TOKEN ?= "hush"',
    'API_TOKEN += "hush"',
    '$apiToken .= "hush"',
    '$apiToken ??= "hush"',
    'var apiToken string = "hush"',
    'String apiToken = "hush";',
    'let apiToken: String = "hush"',
    'apiToken: str = "hush"',
    'api_token: hush',
    'api_token: |\n  hush',
    'api_token: >-\n  hush\n  hush\nnext: shown',
    'password:\n  hush',
    'password:\n  "hush"',
    '"password":\n    "hush"',
    'Password:\nhush',
    '  "apiToken" => "hush"',
    '- name: DB_PASSWORD\n  value: hush',
    'export DB_PW=hush',
    'password = """hush"""',
    '(:password "hush")',
    '{:password=>"hush", :name=>"ann"}',
    'map[password:hush user:ann]',
    'User(name=ann, password=hush)',
    "User{password='hush', name='ann'}",
    '{Name:ann Password:hush}',
    'password: Some("hush")',
    "password=SecretStr('hush')",
    "{'password': b'hush'}",
    "{u'password': u'hush'}",
    "('password', 'hush')",
    "[('authorization', 'hush'), ('accept', '*/*')]",
    '[["x-api-key","hush"]]',
    "array ( 'password' => 'hush', )",
    'Array ( [password] => hush )',
    'array(1) { ["password"]=> string(7) "hush" }',
    'a:1:{s:8:"password";s:7:"hush";}',
    'apiToken,hushhushhushhush,2026',
    '-Dspring.datasource.password=hush',
    'password -> hush',
    'where password != hush',
    'name=password value=hush',
    'password: &"hush"',
  ],
  sentences: [
    'password is hush',
    'signed in with password hush again',
    'Password [hush] is wrong',
    'password(hush)',
    '비밀번호 hush 오류',
    '비밀번호는 hush 입니다',
    'PASSWORD hush',
  ],
  'JSON in texts': [
    JSON.stringify({ password: 'hush' }),
    JSON.stringify(JSON.stringify({ password: 'hush' })),
    JSON.stringify(JSON.stringify(JSON.stringify({ password: 'hush' }))),
    JSON.stringify(JSON.stringify(JSON.stringify(JSON.stringify({ password: 'hush' })))),
    JSON.stringify({
      a: JSON.stringify({ b: JSON.stringify({ c: JSON.stringify({ pin: 'hush' }) }) }),
    }),
    '{"name":"password","value":"hush"}',
    '{\\"name\\":\\"password\\",\\"value\\":\\"hush\\"}',
    '{"k":"api_key","v":"hush"}',
    '{"value":"hush","name":"password"}',
    '{"type":"password","value":"hush"}',
    '{"name":"authorization","content":"hush"}',
    '{"session":{"id":"hush","user":"ann"}}',
    '{"card":{"number":"hush","brand":"visa"}}',
    '{"auth":{"user":"ann","pass":"hush"}}',
  ],
  markup: [
    '<apiToken>hush</apiToken>',
    '<apiToken>\n    hush\n</apiToken>',
    '<password type="text"><![CDATA[hush]]></password>',
    '<password><![CDATA[<hush>]]></password>',
    '<wsse:Password Type="PasswordText">hush</wsse:Password>',
    '<add key="Password" value="hush"/>',
    '<header name="Authorization" value="hush" />',
    '<string name="api_key">hush</string>',
    '<entry key="db.password">hush</entry>',
    '<name>password</name><value>hush</value>',
    '<key>apiKey</key>\n<string>hush</string>',
    '<user name="ann" password="hush"/>',
    '<password value="hush"/>',
    '<add value="hush" key="password"/>',
    '&lt;password&gt;hush&lt;/password&gt;',
    '<input type="password" value="hush">',
  ],
  requests: [
    'Authorization: Bearer hush',
    'authorization: token hush',
    'Authorization: Token token="hush", nonce="hush"',
    'Authorization: Digest username="ann", response="hush"',
    'Proxy-Authorization: Basic hush',
    'X-Api-Key: hush\r\nAccept: */*',
    'Cookie: a=hush; b=hush\r\nAccept: */*',
    'curl -H "Cookie: a=hush; b=hush" https://shop.example',
    'GET /x?user=ann&access_token=hush HTTP/1.1',
    'username=ann&password=hush&next=%2F',
    'https:\\/\\/ann:hush@shop.example\\/x',
    'Content-Disposition: form-data; name="password"\r\n\r\nhush\r\n--x',
    JSON.stringify({
      body: '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nhush\r\n--x--',
    }),
    'POST /bot123456:AAhush/sendMessage',
    'POST /services/T0001/B0001/hushhush',
    'POST https://HOOKS.SLACK.COM/services/T0001/B0001/hush',
    'https:\\/\\/hooks.slack.com\\/services\\/T0001\\/B0001\\/hush',
    '/api/webhooks/123456789012345678/hushhushhushhushhush',
  ],
  'command lines': [
    'docker login -u bob -p hush registry.example',
    'docker login --username bob --password hush registry.example',
    'mysqldump -u root -phush shop',
    "mysql -u root -p'hush' shop",
    'mongosh mongodb://db -u app -p hush',
    'sqlcmd -S db -U sa -P hush',
    'ldapsearch -x -D cn=admin -w hush',
    'curl -u ann:hush https://shop.example',
    "curl --user 'ann:hush' https://shop.example",
    'sshpass -p hush ssh ann@host',
    'redis-cli -h cache -a hush ping',
    'PGPASSWORD=hush psql -h db',
    'docker run -e POSTGRES_PASSWORD=hush postgres',
    'kubectl create secret generic x --from-literal=any=hush',
    'keytool -storepass hush -list',
    'openssl rsa -passin pass:hush',
    'aws configure set aws_secret_access_key hushhushhushhush',
    'smbclient //files/share -U bob%hush',
    'sqlplus scott/hush@orcl',
    'helm upgrade shop --set auth.password=hush',
    'wget --http-password=hush https://shop.example',
    'docker login -ubob -phush',
    'http -a ann:hush shop.example',
    'setx API_KEY hush',
    'CONFIG SET requirepass hush',
    'npm config set //registry.example/:_authToken=hush',
  ],
  'addresses of databases': [
    'ann:hush@tcp(db:3306)/shop',
    'default:hush@cache:6379',
    'jdbc:oracle:thin:scott/hush@db:1521/x',
    'jdbc:sqlserver://db;user=sa;password=hush;encrypt=true',
    'Server=db;Database=shop;Uid=sa;Pwd=hush;',
    "host=db user=app password='hush' dbname=shop",
    'machine api.example login bob password hush',
    'db.example:5432:shop:app:hush',
    'AUTH hush',
    'HELLO 3 AUTH default hush',
    '"AUTH" "default" "hush"',
    'ReplyError: WRONGPASS, command: AUTH default hush',
  ],
  statements: [
    "INSERT INTO users (name, password) VALUES ('ann', 'hush')",
    "insert into `users` (`name`) values ('hush'), ('hush') - Duplicate entry",
    "UPDATE users SET password='hush' WHERE id=1",
    "SELECT 1 FROM users WHERE token = 'hush'",
    "SELECT 1 FROM users WHERE token IN ('hush', 'hush')",
    "SELECT 1 FROM users WHERE token LIKE 'hush%'",
    "Duplicate entry 'hush' for key 'users.api_token'",
    "Duplicate entry 'hush' for key 'token_UNIQUE'",
    "Incorrect integer value: 'hush' for column 'pin' at row 1",
    'Failing row contains (7, ann, hush, null).',
    'Failed query: insert into users values ($1)\nparams: hush,hush',
    "SELECT 1 FROM users WHERE token BETWEEN 'hush' AND 'z'",
    "SET PASSWORD FOR 'a' = PASSWORD('hush')",
    'query failed: INSERT INTO users VALUES ($1) -- PARAMETERS: ["hush"]',
    'E11000 duplicate key error index: token_1 dup key: { : "hush" }',
    'E11000 duplicate key error dup key: { token: "hush" }',
    "ALTER USER app WITH PASSWORD 'hush'",
  ],
  'encoded texts': [
    `body ${Buffer.from('{"password":"hush"}').toString('base64')}`,
    `body ${Buffer.from('[{"name":"ann","token":"hush"}]').toString('base64')}`,
    `key ${Buffer.from('-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----').toString('base64')}`,
    `key ${Buffer.from('\n-----BEGIN RSA PRIVATE KEY-----\nhush').toString('base64')}`,
  ],
}

describe.each(Object.entries(forms))('in %s', (_name, texts) => {
  test.each(texts)('hides the secret in %s', (form) => {
    const leaking = form.replaceAll('hush', hush)
    const secrets = [hush, ...(leaking === form ? [form.split(' ').at(-1) ?? ''] : [])]

    expect(secrets.filter((secret) => text(leaking).includes(secret))).toEqual([])
  })
})

describe('where the form says that a value ends', () => {
  test.each([
    ['password=a,b;c&d)e shown', 'password=[redacted] shown'],
    ['user=ann&password=a;b,c&x=1', 'user=ann&password=[redacted]&x=1'],
    ['Uid=sa;Pwd=a,b&c;Database=shop', 'Uid=sa;Pwd=[redacted];Database=shop'],
    ['{a=1, password=a;b, c=2}', '{a=1, password=[redacted], c=2}'],
    ['(password=hush)', '(password=[redacted])'],
    ['call(token=hush, 7)', 'call(token=[redacted], 7)'],
    ['[token=hush][user=ann]', '[token=[redacted]][user=ann]'],
    ["password='a b, c' shown", "password='[redacted]' shown"],
    ['{"line":"password=hush\\nnext"}', '{"line":"password=[redacted]\\nnext"}'],
    ['password: "say \\"hush\\" now", a: 1', 'password: "[redacted]", a: 1'],
    ["password=it's7hush shown", 'password=[redacted] shown'],
    ['"Cookie: a=1; b=2" shown', '"Cookie: [redacted]" shown'],
    ["VALUES ('a', 'b')", "VALUES ('a', 'b')"],
    [
      "insert into t (a) values ('x', 'it''s', now()) returning id",
      'insert into t (a) values ([redacted]) returning id',
    ],
    [
      "select * from users where token in ('a', 'b') and 1=1",
      "select * from users where token in ('[redacted]') and 1=1",
    ],
  ])('hides no more and no less in %j', (leaking, expected) => {
    expect(text(leaking)).toBe(expected)
  })

  test('hides a value of any length', () => {
    const long = 'aB3$'.repeat(20_000)

    expect(text(`{"password":"${long}","a":1}`)).toBe('{"password":"[redacted]","a":1}')
    expect(text(`token=${long} shown`)).toBe('token=[redacted] shown')
    expect(text(`<password>${long}</password>`)).toBe('<password>[redacted]</password>')
  })
})
