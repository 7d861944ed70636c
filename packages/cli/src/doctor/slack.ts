import { performance } from 'node:perf_hooks'
import { type HttpPost, type HttpResult } from '@slack-logger/core'
import { isLoopbackAddress, type ResolvedOptions } from '@slack-logger/core/tooling'
import { type Check, checksOf } from './check.ts'
import { createSlackCall, type Reply, type SlackCall, text } from './slack-calls.ts'

type WebApi = Extract<ResolvedOptions['target'], { kind: 'webApi' }>

export interface SlackDeps {
  readonly post: HttpPost
  readonly signal: AbortSignal
  /** How requests leave: directly, or through a proxy. */
  readonly way: string
  readonly isProxyIgnored: boolean
}

/** Checks the way to Slack, the clock, the token, its scopes, the channels, and whether files can be uploaded. */
export async function checkSlack(
  { target, routes, reports, actions }: ResolvedOptions & { readonly target: WebApi },
  deps: SlackDeps,
): Promise<readonly Check[]> {
  const call = createSlackCall({ ...deps, url: target.slackApiUrl, token: target.token })
  const startedAt = performance.now()
  const tested = await call('auth.test')
  const tookMs = performance.now() - startedAt
  const connection = checkConnection(tested, { url: target.slackApiUrl, tookMs, ...deps })
  if (connection.state === 'failed') return [connection]
  const checks = [connection, checkClock(tested), checkToken(tested)]
  if (tested.error !== undefined) return checks
  const scopes = scopesOf(tested)
  const channels = [target, ...routes, ...reports].map(({ channel }) => channel)
  const found = await findChannels(call, [...new Set(channels)])
  const bot = text(tested.body['user']) ?? 'the bot'
  return [
    ...checks,
    checkScopes(scopes, target, actions),
    ...found.map((channel) => checkChannel(channel, { scopes, bot })),
    checkFiles(await call('files.getUploadURLExternal', { filename: 'a.txt', length: '1' }), {
      outside: found.filter(({ isMember }) => isMember === false).map(({ name }) => name),
      bot,
    }),
  ]
}

/** Checks that Slack knows a webhook, by a message without a text, which it refuses. */
export async function checkWebhook(url: string, deps: SlackDeps): Promise<Check> {
  const { ok, failed } = checksOf('webhook')
  const headers = { 'content-type': 'application/json' }
  const result = await deps.post({ url, headers, body: '{}' }, { signal: deps.signal })
  const host = new URL(url).host
  if ('error' in result)
    return failed(
      `${host} did not answer, ${deps.way}: ${result.error.message}`,
      cureOf(result, { ...deps, url }),
    )
  if (result.status < 500 && /^(no_text|invalid_payload)/.test(result.body))
    return ok(`${host} knows it, ${deps.way}`)
  return failed(
    `${host} refuses it, ${deps.way}: HTTP ${result.status} ${result.body.slice(0, 40)}`,
    'Copy the address of the incoming webhook again',
  )
}

/** Whether an answer came, and from Slack. */
function checkConnection(
  { result, body }: Pick<Reply, 'result' | 'body'>,
  given: Pick<SlackDeps, 'way' | 'isProxyIgnored'> & {
    readonly url: string
    readonly tookMs: number
  },
): Check {
  const { ok, failed } = checksOf('connection')
  const host = new URL(given.url).host
  if ('error' in result)
    return failed(
      `${host} did not answer, ${given.way}: ${result.error.message}`,
      cureOf(result, given),
    )
  if (typeof body['ok'] !== 'boolean' && result.status !== 429)
    return failed(
      `what answered at ${host}, ${given.way}, is not Slack: HTTP ${result.status}`,
      'Check `slackApiUrl` (SLACK_API_URL), and whether a proxy or a firewall answers in its place',
    )
  return ok(`${host} answered in ${Math.round(given.tookMs)} ms, ${given.way}`)
}

const tlsCodes = /CERT|SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL/

function cureOf(
  result: HttpResult,
  { url, isProxyIgnored }: Pick<SlackDeps, 'isProxyIgnored'> & { readonly url: string },
): string {
  const { code = '' } = 'error' in result ? result.error : {}
  if (tlsCodes.test(code))
    return 'Set NODE_EXTRA_CA_CERTS to the certificates of your network’s proxy or firewall'
  if (isProxyIgnored)
    return 'HTTPS_PROXY is set, but Node does not read it: set `proxy`, or NODE_USE_ENV_PROXY=1 with Node 22.21, 24 or newer'
  if (isLoopbackAddress(url))
    return 'Start what listens there, as `npx @slack-logger/slack-inbox`, or correct the address'
  return 'Allow HTTPS to slack.com in DNS and firewall, or set `proxy` to the proxy of your network'
}

const maxClockDifferenceMs = 30_000

function checkClock({ headers }: Reply): Check {
  const { ok, failed, skipped } = checksOf('clock')
  const theirs = Date.parse(headers['date'] ?? '')
  if (Number.isNaN(theirs)) return skipped('the answer has no date')
  const seconds = Math.round((Date.now() - theirs) / 1000)
  if (Math.abs(seconds) * 1000 <= maxClockDifferenceMs) return ok('as Slack’s')
  return failed(
    `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} Slack’s`,
    'Synchronize this machine’s clock (NTP): times in messages are wrong, and clicks are refused',
  )
}

/** What to do about an error code of Slack. */
const cures: Readonly<Record<string, string>> = {
  invalid_auth:
    'Copy the Bot User OAuth Token (xoxb-…) of your app again, without quotes and spaces',
  not_authed: 'Set SLACK_BOT_TOKEN to the Bot User OAuth Token (xoxb-…) of your app',
  token_revoked: 'Install the app in the workspace again, and copy its new token',
  token_expired: 'Turn off token rotation in the app’s settings, and install it again',
  account_inactive: 'The app was removed or its workspace deleted: install it again',
  not_allowed_token_type: 'Use the Bot User OAuth Token (xoxb-…), not that of a user or an app',
  ratelimited: 'Wait for a minute, and run it again',
  is_archived: 'Unarchive the channel, or choose another one',
  channel_not_found:
    'Check the spelling and the workspace. A private channel is found only if the bot was invited',
  not_in_channel: 'Invite the bot to the channel: /invite',
  missing_scope: 'Add the scope to the app (OAuth & Permissions), and install it again',
  restricted_action: 'Ask an admin of the workspace to let the app post in this channel',
}

function cure(code: string): string {
  return cures[code] ?? 'See https://docs.slack.dev for this error code'
}

function checkToken({ error, body }: Reply): Check {
  const { ok, failed } = checksOf('token')
  if (error !== undefined) return failed(`Slack refuses it: ${error}`, cure(error))
  if (body['bot_id'] === undefined)
    return failed('it is no token of a bot', cure('not_allowed_token_type'))
  return ok(`valid, of the bot ${text(body['user'])} in the workspace ${text(body['team'])}`)
}

function scopesOf({ headers }: Reply): readonly string[] {
  return (headers['x-oauth-scopes'] ?? '').split(',').map((scope) => scope.trim())
}

function checkScopes(
  scopes: readonly string[],
  { identity }: WebApi,
  actions: ResolvedOptions['actions'],
): Check {
  const { ok, failed } = checksOf('scopes')
  const { allow = 'channel' } = actions || {}
  const needed = [
    'chat:write',
    ...(Object.keys(identity).length > 0 ? ['chat:write.customize'] : []),
    ...(allow !== 'channel' && allow.groups.length > 0 ? ['usergroups:read'] : []),
  ]
  const missing = needed.filter((scope) => !scopes.includes(scope))
  if (missing.length > 0) return failed(`missing: ${missing.join(', ')}`, cure('missing_scope'))
  const optional = ['channels:history', 'channels:read'].filter((scope) => !scopes.includes(scope))
  if (optional.length === 0) return ok('all that are of use')
  const use = 'reactions are read, and no message is there twice after a lost answer'
  return ok(`enough; with ${optional.join(' and ')}, ${use}`)
}

/** Checks that a connection of Socket Mode can be opened, without opening it. */
export async function checkSocketMode(
  appToken: string,
  slackApiUrl: string,
  deps: Pick<SlackDeps, 'post' | 'signal'>,
): Promise<Check> {
  const { ok, failed } = checksOf('socket mode')
  const call = createSlackCall({ ...deps, url: slackApiUrl, token: appToken })
  const { error } = await call('apps.connections.open')
  if (error === undefined) return ok('a connection can be opened, for buttons')
  return failed(
    `Slack refuses it: ${error}`,
    'Turn on Socket Mode, and copy an app-level token (xapp-…) with the scope connections:write',
  )
}

interface FoundChannel {
  readonly name: string
  readonly error?: string | undefined
  readonly isMember?: boolean
  readonly isArchived?: boolean
  readonly isPrivate?: boolean
}

const channelId = /^[CGD][A-Z0-9]{6,}$/
/** Of 1,000 channels each. */
const maxPages = 5

async function findChannels(
  call: SlackCall,
  channels: readonly string[],
): Promise<readonly FoundChannel[]> {
  const names = channels.filter((channel) => !channelId.test(channel))
  const listed = names.length === 0 ? [] : await listChannels(call, names)
  const byId = channels.filter((channel) => channelId.test(channel))
  const asked = byId.map(async (channel) => {
    const { error, body } = await call('conversations.info', { channel })
    return error === undefined ? readChannel(channel, body['channel']) : { name: channel, error }
  })
  return [...listed, ...(await Promise.all(asked))]
}

/** Looks for channels by their names, which Slack has no other method for. */
async function listChannels(
  call: SlackCall,
  names: readonly string[],
): Promise<readonly FoundChannel[]> {
  const found = new Map<string, FoundChannel>()
  let cursor = ''
  for (let page = 0; page < maxPages; page += 1) {
    const { error, body } = await call('conversations.list', { limit: '1000', cursor })
    if (error !== undefined) return names.map((name) => ({ name, error }))
    for (const channel of Array.isArray(body['channels']) ? (body['channels'] as unknown[]) : []) {
      const name = text((channel as { name?: unknown }).name) ?? ''
      found.set(name, readChannel(`#${name}`, channel))
    }
    cursor = text((body['response_metadata'] as { next_cursor?: unknown })?.next_cursor) ?? ''
    if (cursor === '' || names.every((name) => found.has(withoutHash(name)))) break
  }
  return names.map(
    (name) =>
      found.get(withoutHash(name)) ?? {
        name,
        error: cursor === '' ? 'channel_not_found' : 'too many channels to look for it by name',
      },
  )
}

function withoutHash(name: string): string {
  return name.replace(/^#/, '')
}

function readChannel(name: string, channel: unknown): FoundChannel {
  const { is_member, is_archived, is_private, is_im } = channel as Readonly<Record<string, unknown>>
  return {
    name,
    isMember: is_member === true || is_im === true,
    isArchived: is_archived === true,
    isPrivate: is_private === true,
  }
}

function checkChannel(
  channel: FoundChannel,
  { scopes, bot }: { readonly scopes: readonly string[]; readonly bot: string },
): Check {
  const { ok, failed, skipped } = checksOf(`channel ${channel.name}`)
  const { error, isMember, isArchived } = channel
  if (error === 'missing_scope')
    return skipped(
      'asking takes the scope channels:read (private: groups:read); --send posts there',
    )
  if (error?.includes(' ')) return skipped(`${error}; --send posts there`)
  if (error !== undefined) return failed(error, cure(error))
  if (isArchived) return failed('it is archived', cure('is_archived'))
  if (isMember) return ok('the bot is in it')
  if (scopes.includes('chat:write.public'))
    return ok('the bot may post to it, as to every public channel')
  return failed('the bot is not in it', `Invite it there: /invite @${bot}`)
}

function checkFiles(
  { error }: Reply,
  { outside, bot }: { readonly outside: readonly string[]; readonly bot: string },
): Check {
  const { ok, failed } = checksOf('files')
  if (error === 'missing_scope')
    return failed('the scope files:write is missing, so long stacks are cut', cure('missing_scope'))
  if (error !== undefined) return failed(`Slack refuses them: ${error}`, cure(error))
  if (outside.length === 0) return ok('long stacks can be uploaded')
  return failed(
    `the bot is not in ${outside.join(', ')}, so long stacks are cut`,
    `Invite it there: /invite @${bot}`,
  )
}

/** Posts a message, edits it, replies to it, and deletes both. */
export async function sendAndDelete(
  { token, slackApiUrl: url, channel }: WebApi,
  deps: Pick<SlackDeps, 'post' | 'signal'>,
): Promise<Check> {
  const { ok, failed } = checksOf('send')
  const call = createSlackCall({ ...deps, url, token })
  const posted = await call('chat.postMessage', { channel, text: 'slack-logger doctor: a test' })
  const refuse = (what: string, error: string): Check => failed(`${what}: ${error}`, cure(error))
  if (posted.error !== undefined) return refuse('a message was refused', posted.error)
  const message = { channel: String(posted.body['channel']), ts: String(posted.body['ts']) }
  const edited = await call('chat.update', { ...message, text: 'slack-logger doctor: edited' })
  const replied = await call('chat.postMessage', {
    channel: message.channel,
    thread_ts: message.ts,
    text: 'slack-logger doctor: a reply',
  })
  const reply = { channel: message.channel, ts: String(replied.body['ts']) }
  if (replied.error === undefined) await call('chat.delete', reply)
  const deleted = await call('chat.delete', message)
  if (edited.error !== undefined) return refuse('an edit was refused', edited.error)
  if (replied.error !== undefined) return refuse('a reply was refused', replied.error)
  if (deleted.error !== undefined) return refuse('a message cannot be deleted', deleted.error)
  return ok(`posted to ${channel}, edited, replied to and deleted`)
}
