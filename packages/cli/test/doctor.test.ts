import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type FaultOptions,
  type Inbox,
  type InboxOptions,
  startInbox,
} from '@slack-logger/slack-inbox'
import { afterAll, expect, test } from 'vitest'
import { runRedis } from '../../redis/test/support/run-redis.ts'
import { type AppOptions, runFile } from '../../../test/test/support/run-app.ts'
import { tempFolder } from '../../../test/test/support/temp-folder.ts'
import { program } from './support/program.ts'

const token = 'xoxb-test'
const server = await runRedis('Redis in the command doctor is')
afterAll(() => server?.[Symbol.asyncDispose]())

interface Examined {
  readonly code: number | null
  /** The lines, by the names of their checks. */
  readonly lines: Readonly<Record<string, string>>
  readonly output: string
}

async function doctor(options: AppOptions = {}): Promise<Examined> {
  const { parameters = [] } = options
  const run = await runFile(program, { ...options, parameters: ['doctor', ...parameters] })
  const [checks = ''] = run.stdout.split('\n\n')
  const lines = checks.trimEnd().split('\n')
  const named = lines.map((line) => [/^. ([^:]+):/.exec(line)?.[1] ?? '', line] as const)
  const output = run.stdout + run.stderr
  return { code: run.code, lines: Object.fromEntries(named), output }
}

const atInbox = ({ apiUrl }: Inbox, options: AppOptions = {}): AppOptions => ({
  apiUrl,
  ...options,
})

const scopes = (...given: readonly string[]): InboxOptions => ({
  tokens: [{ token, scopes: given }],
})

test('a setup without a fault is a ✓ for each check, and nothing is posted', async () => {
  await using inbox = await startInbox()
  using folder = tempFolder()

  const { code, lines, output } = await doctor(
    atInbox(inbox, { env: { SLACK_LOGGER_SPOOL_DIR: join(folder.path, 'journal') } }),
  )

  expect(code).toBe(0)
  expect(Object.keys(lines)).toEqual([
    'node',
    'options',
    'connection',
    'clock',
    'token',
    'scopes',
    'channel #alerts',
    'files',
    'journal',
    'fleet',
  ])
  expect(output).not.toMatch(/[✗–]/)
  expect(output).toMatch(/\n {2}npx @slack-logger\/slack-inbox\n {2}SLACK_API_URL=.* npm test\n$/)
  expect(inbox.messages()).toEqual([])
  expect(readdirSync(folder.path)).toEqual([])
})

test.each<{
  what: string
  inbox: InboxOptions
  options?: AppOptions
  fault?: FaultOptions
  check: string
  line: RegExp
}>([
  {
    what: 'a wrong token',
    inbox: { tokens: [{ token: 'xoxb-other' }] },
    check: 'token',
    line: /invalid_auth\. Copy the Bot User OAuth Token/,
  },
  {
    what: 'a revoked token',
    inbox: { tokens: [{ token, error: 'token_revoked' }] },
    check: 'token',
    line: /token_revoked\. Install the app/,
  },
  {
    what: 'an app-level token',
    inbox: {},
    options: { env: { SLACK_BOT_TOKEN: 'xapp-1-secret' } },
    check: 'token',
    line: /no token of a bot\. Use the Bot User OAuth Token/,
  },
  {
    what: 'no scope to post',
    inbox: scopes('channels:read', 'files:write'),
    check: 'scopes',
    line: /missing: chat:write\. Add the scope/,
  },
  {
    what: 'no scope for files',
    inbox: scopes('chat:write', 'channels:read'),
    check: 'files',
    line: /files:write is missing.*Add the scope/,
  },
  {
    what: 'a misspelled channel',
    inbox: {},
    options: { parameters: ['--channel', '#alert'] },
    check: 'channel #alert',
    line: /channel_not_found\. Check the spelling/,
  },
  {
    what: 'a channel id of another workspace',
    inbox: {},
    options: { parameters: ['--channel', 'C0000NONE1'] },
    check: 'channel C0000NONE1',
    line: /channel_not_found\. Check the spelling/,
  },
  {
    what: 'an archived channel',
    inbox: { channels: [{ name: 'alerts', isArchived: true }] },
    check: 'channel #alerts',
    line: /archived\. Unarchive/,
  },
  {
    what: 'a channel without the bot',
    inbox: {
      ...scopes('chat:write', 'files:write', 'channels:read'),
      channels: [{ name: 'alerts', isMember: false }],
    },
    check: 'channel #alerts',
    line: /not in it\. Invite it there: \/invite @slack-inbox/,
  },
  {
    what: 'a public channel without the bot, which takes no files',
    inbox: { channels: [{ name: 'alerts', isMember: false }] },
    check: 'files',
    line: /the bot is not in #alerts.*\/invite @slack-inbox/,
  },
  {
    what: 'a clock that is wrong',
    inbox: {},
    options: {
      nodeOptions: ['--import', 'data:text/javascript,const n=Date.now;Date.now=()=>n()-120000'],
    },
    check: 'clock',
    line: /1(19|20|21) s behind Slack’s\. Synchronize/,
  },
])('$what is a ✗ with what to do', async ({ inbox: given, options, fault, check, line }) => {
  await using inbox = await startInbox(given)
  if (fault !== undefined) inbox.fail(fault)

  const { code, lines, output } = await doctor(atInbox(inbox, options))

  expect(code).toBe(1)
  expect(lines[check]).toMatch(/^✗/)
  expect(lines[check]).toMatch(line)
  expect(output).not.toContain('secret')
})

test('channels of routes are checked, too', async () => {
  await using inbox = await startInbox({ channels: [{ name: 'alerts' }] })
  using folder = tempFolder()
  const config = join(folder.path, 'options.json')
  writeFileSync(config, '{ "routes": [{ "when": { "level": "fatal" }, "channel": "#page" }] }')

  const { code, lines } = await doctor(atInbox(inbox, { parameters: ['--config', config] }))

  expect(code).toBe(1)
  expect(lines['channel #alerts']).toMatch(/^✓/)
  expect(lines['channel #page']).toMatch(/^✗/)
})

test('a name in the options that needs a scope is missed only with that option', async () => {
  await using inbox = await startInbox(scopes('chat:write', 'files:write', 'channels:read'))
  using folder = tempFolder()
  const config = join(folder.path, 'options.json')
  writeFileSync(config, '{ "username": "shop" }')

  const without = await doctor(atInbox(inbox))
  const withName = await doctor(atInbox(inbox, { parameters: ['--config', config] }))

  expect(without.lines['scopes']).toMatch(/^✓ .*with channels:history, reactions are read/)
  expect(withName.lines['scopes']).toMatch(/^✗ .*missing: chat:write\.customize/)
})

test.each([
  ['✓', 'xapp-1-s3cret', 'a connection can be opened'],
  ['✗', 'xapp-2-s3cret', 'invalid_auth. Turn on Socket Mode'],
])('Socket Mode is asked for a connection: %s', async (mark, appToken, text) => {
  await using inbox = await startInbox({ tokens: [{ token }, { token: 'xapp-1-s3cret' }] })
  using folder = tempFolder()
  const config = join(folder.path, 'options.json')
  writeFileSync(config, JSON.stringify({ appToken }))

  const { lines, output } = await doctor(atInbox(inbox, { parameters: ['--config', config] }))

  expect(lines['socket mode']?.startsWith(mark)).toBe(true)
  expect(lines['socket mode']).toContain(text)
  expect(output).not.toContain('s3cret')
})

test('groups that may act need a scope', async () => {
  await using inbox = await startInbox(scopes('chat:write', 'files:write', 'channels:read'))
  using folder = tempFolder()
  const config = join(folder.path, 'options.json')
  writeFileSync(config, '{ "actions": { "allow": { "groups": ["S0ONCALL001"] } } }')

  const { lines } = await doctor(atInbox(inbox, { parameters: ['--config', config] }))

  expect(lines['scopes']).toMatch(/^✗ .*missing: usergroups:read/)
})

test('without the scope to ask, a channel is neither ✓ nor ✗', async () => {
  await using inbox = await startInbox(scopes('chat:write', 'files:write'))

  const { code, lines } = await doctor(atInbox(inbox))

  expect(code).toBe(0)
  expect(lines['channel #alerts']).toMatch(/^– .*channels:read/)
})

test('says where each option comes from, and never its value', async () => {
  await using inbox = await startInbox()
  using folder = tempFolder()
  const config = join(folder.path, 'slack.config.mjs')
  writeFileSync(
    config,
    "export default { level: 'fatal', service: 'one', redact: { keys: ['x'] } }",
  )

  const { lines, output } = await doctor(
    atInbox(inbox, {
      parameters: ['--config', config, '--service', 'shop'],
      env: {
        SLACK_BOT_TOKEN: 'xoxb-12345678-s3cret',
        NODE_ENV: 'production',
        // Set by npm, if it runs the tests.
        npm_package_version: '',
      },
    }),
  )

  expect(lines['options']).toBe(
    '✓ options: --service; level, redact from slack.config.mjs; ' +
      'the variables SLACK_BOT_TOKEN, SLACK_CHANNEL, SLACK_API_URL, NODE_ENV; all others by default',
  )
  expect(output).not.toMatch(/s3cret|fatal|production/)
})

test('an option that is wrong is the only ✗, in one sentence', async () => {
  const { code, lines } = await doctor({ env: { SLACK_BOT_TOKEN: 'xoxb-12345678-s3cret' } })

  expect(code).toBe(1)
  expect(Object.keys(lines)).toEqual(['node', 'options'])
  expect(lines['options']).toMatch(/^✗ options: Expected `channel` .* Correct it/)
})

test('without a token and a webhook, it says what to set', async () => {
  const { code, lines } = await doctor()

  expect(code).toBe(1)
  expect(lines['destination']).toMatch(/^✗ .*nothing is sent.* Set SLACK_BOT_TOKEN/)
})

test('a webhook is checked without a message', async () => {
  await using inbox = await startInbox()

  const known = await doctor({ webhookUrl: inbox.webhookUrl })
  const unknown = await doctor({ webhookUrl: `${inbox.webhookUrl.slice(0, -4)}s3cret` })

  expect(known).toMatchObject({ code: 0, lines: { webhook: expect.stringMatching(/^✓/) } })
  expect(unknown).toMatchObject({
    code: 1,
    lines: { webhook: expect.stringMatching(/^✗ .*no_service/) },
  })
  expect(unknown.output).not.toContain('s3cret')
  expect(inbox.messages()).toEqual([])
})

test('another destination is asked whether it answers', async () => {
  await using inbox = await startInbox({ discord: true })
  const config = fileURLToPath(new URL('fixtures/discord.config.mjs', import.meta.url))
  const at = (webhookUrl: string) =>
    doctor({ parameters: ['--config', config], env: { DISCORD_WEBHOOK_URL: webhookUrl } })

  const known = await at(inbox.discord.webhookUrl)
  const unknown = await at(`${inbox.discord.webhookUrl.slice(0, -6)}s3cret`)

  expect(known.lines['destination']).toBe('✓ destination: Discord answers')
  expect(unknown.lines['destination']).toMatch(/^✗ destination: Discord: /)
  expect(unknown.output).not.toContain('s3cret')
})

test('--send posts, edits and replies, and leaves nothing behind', async () => {
  await using inbox = await startInbox()

  const { code, lines } = await doctor(atInbox(inbox, { parameters: ['--send'] }))

  expect(code).toBe(0)
  expect(lines['send']).toMatch(/^✓/)
  const methods = inbox.requests.map(({ method }) => method)
  expect(methods.filter((method) => method.startsWith('chat.'))).toEqual([
    'chat.postMessage',
    'chat.update',
    'chat.postMessage',
    'chat.delete',
    'chat.delete',
  ])
  expect(inbox.messages()).toEqual([])
})

test('--send says why a message is refused', async () => {
  await using inbox = await startInbox()
  inbox.fail({ method: 'chat.postMessage', error: 'restricted_action' })

  const { code, lines } = await doctor(atInbox(inbox, { parameters: ['--send'] }))

  expect(code).toBe(1)
  expect(lines['send']).toMatch(/^✗ .*restricted_action\. Ask an admin/)
})

test('--json prints the same checks', async () => {
  await using inbox = await startInbox({ channels: [{ name: 'alerts', isArchived: true }] })

  const run = await runFile(program, atInbox(inbox, { parameters: ['doctor', '--json'] }))

  const { ok, checks } = JSON.parse(run.stdout) as { ok: boolean; checks: readonly object[] }
  expect(run.code).toBe(1)
  expect(ok).toBe(false)
  expect(checks).toContainEqual({
    name: 'channel #alerts',
    state: 'failed',
    text: 'it is archived',
    cure: 'Unarchive the channel, or choose another one',
  })
})

test('a proxy that answers in place of Slack is recognized', async () => {
  await using inbox = await startInbox()
  inbox.fail({ html: true, status: 403 })

  const { code, lines } = await doctor(atInbox(inbox))

  expect(code).toBe(1)
  expect(lines['connection']).toMatch(/^✗ .*is not Slack: HTTP 403/)
})

test('HTTPS_PROXY without the setting that Node needs is pointed out', async () => {
  const { lines } = await doctor({
    apiUrl: 'http://127.0.0.1:1/api/',
    env: { HTTPS_PROXY: 'http://user:s3cret@proxy.example:3128' },
  })

  expect(lines['connection']).toMatch(/^✗ .*ECONNREFUSED.* NODE_USE_ENV_PROXY=1/)
  expect(lines['connection']).not.toContain('s3cret')
})

test.skipIf(process.allowedNodeEnvironmentFlags.has('--use-env-proxy'))(
  'a setting that this Node does not know helps as little',
  async () => {
    const { lines } = await doctor({
      apiUrl: 'http://127.0.0.1:1/api/',
      env: { HTTPS_PROXY: 'http://proxy.example:3128', NODE_USE_ENV_PROXY: '1' },
    })

    expect(lines['connection']).toMatch(/^✗ .*directly: .* set `proxy`/)
  },
)

test('a proxy that never answers keeps no command', async () => {
  using folder = tempFolder()
  const silent = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  writeFileSync(
    join(folder.path, 'options.json'),
    JSON.stringify({ proxy: `http://127.0.0.1:${port}`, closeTimeoutMs: 500, spoolDir: false }),
  )
  const env = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_CHANNEL: '#alerts' }
  const commands = [
    ['doctor', '--send'],
    ['run', '--', 'sh', '-c', 'exit 3'],
  ] as const

  const runs = await Promise.all(
    commands.map(([command, ...others]) =>
      runFile(program, {
        parameters: [command, '--config', 'options.json', ...others],
        cwd: folder.path,
        env,
      }),
    ),
  )
  silent.close()

  expect(runs.map(({ code }) => code)).toEqual([1, 3])
  expect(runs[0]?.stdout).toContain('✗ connection: slack.com did not answer')
  expect(runs[0]?.stdout).toContain('– send: Slack does not answer')
}, 20_000)

test('is done in time where Slack and Redis never answer', async () => {
  await using inbox = await startInbox()
  inbox.fail({ hang: true })
  const silent = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo

  const { code, lines } = await doctor(
    atInbox(inbox, { parameters: ['--redis', `redis://:s3cret@127.0.0.1:${port}`] }),
  )
  silent.close()

  expect(code).toBe(1)
  expect(lines['connection']).toMatch(/^✗ .*no answer within 2 s/)
  expect(lines['fleet']).toMatch(/^✗ .*no answer within 2 s/)
})

test.skipIf(process.getuid === undefined)('a folder that others can read is a ✗', async () => {
  await using inbox = await startInbox()
  using folder = tempFolder()
  const open = join(folder.path, 'open')
  mkdirSync(open)
  chmodSync(open, 0o755)

  const env = { SLACK_LOGGER_SPOOL_DIR: open }
  const { code, lines } = await doctor(atInbox(inbox, { env }))
  const withRedis = await doctor(
    atInbox(inbox, { env, parameters: ['--redis', `redis://127.0.0.1:${server?.port ?? 1}`] }),
  )

  expect(code).toBe(1)
  expect(lines['journal']).toMatch(
    /^✗ .*others can reach it; its mode must be 0700.* Set `spoolDir`/,
  )
  expect(withRedis.lines['journal']).toMatch(/^– .*it is kept in Redis/)
})

test.skipIf(server === undefined)('asks Redis, with what is refused', async () => {
  await using inbox = await startInbox()
  await using locked = await runRedis('', { args: ['--requirepass', 's3cret'] })
  const at = (address: string) => doctor(atInbox(inbox, { env: { REDIS_URL: address } }))

  const [open, wrong, gone] = await Promise.all([
    at(`redis://127.0.0.1:${server?.port}`),
    at(`redis://:another-s3cret@127.0.0.1:${locked?.port}`),
    at('redis://:s3cret@127.0.0.1:1'),
  ])

  expect(open).toMatchObject({ code: 0 })
  expect(open.lines['fleet']).toMatch(/^✓ fleet: Redis \d+\.\d+\.\d+ at 127\.0\.0\.1:\d+ answered/)
  expect(wrong.lines['fleet']).toMatch(/^✗ .*WRONGPASS.* Check user and password/)
  expect(gone.lines['fleet']).toMatch(/^✗ .* Check that the address is right/)
  for (const { output } of [open, wrong, gone]) expect(output).not.toContain('s3cret')
})

test('a service that sends nothing because of NODE_ENV is pointed out', async () => {
  const options = { apiUrl: 'https://slack.invalid/api/', env: { NODE_ENV: 'development' } }
  using folder = tempFolder()
  const file = join(folder.path, 'options.json')
  writeFileSync(file, '{"enabled": true}')

  const [byDefault, enabled] = await Promise.all([
    doctor(options),
    doctor({ ...options, parameters: ['--config', file] }),
  ])

  expect(byDefault.lines['service']).toMatch(
    /^– service: sends nothing to Slack: NODE_ENV is development; set `enabled: true`/,
  )
  expect(enabled.lines['service']).toBeUndefined()
})

test('an address of this machine that does not answer is no matter of a firewall', async () => {
  const { lines } = await doctor({ apiUrl: 'http://127.0.0.1:1/api/' })

  expect(lines['connection']).toMatch(/^✗ .*ECONNREFUSED.* Start what listens there/)
})

test('variables are read from a file, and those of the process count before it', async () => {
  await using inbox = await startInbox()
  using folder = tempFolder()
  const file = join(folder.path, '.env')
  writeFileSync(file, "SLACK_CHANNEL='#errors'\nOTEL_SERVICE_NAME=shop\n")

  const { code, lines } = await doctor(atInbox(inbox, { parameters: ['--env-file', file] }))

  expect(code).toBe(0)
  expect(lines['channel #alerts']).toMatch(/^✓/)
  expect(lines['options']).toContain('OTEL_SERVICE_NAME of the process and .env')
})
