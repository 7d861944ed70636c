import type { MessageProfile } from '../notification/settings.ts'
import { expectBoolean, expectOneOf, expectText } from './checks.ts'
import type { SlackOptions } from './options.ts'

/** How and where messages leave, decided once. */
export type Target =
  | {
      readonly kind: 'webApi'
      readonly token: string
      readonly channel: string
      readonly slackApiUrl: string
      readonly identity: Identity
    }
  | { readonly kind: 'webhook'; readonly url: string; readonly hasBlocks: boolean }
  | { readonly kind: 'preview'; readonly because: string }
  | { readonly kind: 'off' }

/** Under which name and icon a bot posts. */
export interface Identity {
  readonly username?: string
  readonly icon_emoji?: string
  readonly icon_url?: string
}

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Decides what the options and variables mean together.
 *
 * @throws TypeError for an address that cannot be used, or a token without a channel; no message repeats a secret.
 */
export function resolveTarget(options: SlackOptions, variables: Variables): Target {
  if (options.enabled !== undefined) expectBoolean('enabled', options.enabled)
  const target = configuredTarget(options, variables)
  if (options.enabled === false) return { kind: 'off' }
  if (target.kind === 'preview' || options.enabled === true) return target
  const isQuietEnvironment = ['test', 'development'].includes(variables['NODE_ENV'] ?? '')
  if (!isQuietEnvironment || isLoopback(addressOf(target))) return target
  return {
    kind: 'preview',
    because: `NODE_ENV is ${variables['NODE_ENV']}; set \`enabled: true\` to send from here`,
  }
}

function configuredTarget(
  options: SlackOptions,
  variables: Variables,
): Exclude<Target, { kind: 'off' }> {
  const token =
    expectText('token', hidden('token', options.token)) ??
    fromVariable(variables, 'SLACK_BOT_TOKEN')
  const webhookUrl =
    expectText('webhookUrl', hidden('webhookUrl', options.webhookUrl)) ??
    fromVariable(variables, 'SLACK_WEBHOOK_URL')
  if (token !== undefined) return webApiTarget(token, options, variables)
  if (webhookUrl !== undefined) return webhookTarget(webhookUrl, options)
  return { kind: 'preview', because: 'neither SLACK_BOT_TOKEN nor SLACK_WEBHOOK_URL is set' }
}

function webhookTarget(webhookUrl: string, options: SlackOptions): Target & { kind: 'webhook' } {
  const url = checkedWebhookUrl(webhookUrl)
  const isOwn = isSlackAddress(url) || isLoopbackAddress(url)
  const format = expectOneOf(
    'webhookFormat',
    options.webhookFormat ?? (isOwn ? 'blocks' : 'plain'),
    ['blocks', 'plain'],
  )
  return { kind: 'webhook', url, hasBlocks: format === 'blocks' }
}

function webApiTarget(
  token: string,
  options: SlackOptions,
  variables: Variables,
): Target & { kind: 'webApi' } {
  const channel = expectText('channel', options.channel) ?? fromVariable(variables, 'SLACK_CHANNEL')
  if (channel === undefined) {
    throw new TypeError(
      'Expected `channel` (or SLACK_CHANNEL) to be set beside `token`, got nothing',
    )
  }
  if (/\s/.test(token)) throw new TypeError('Expected `token` to be a token without spaces')
  const slackApiUrl = checkedApiUrl(
    expectText('slackApiUrl', options.slackApiUrl) ??
      fromVariable(variables, 'SLACK_API_URL') ??
      'https://slack.com/api/',
  )
  return { kind: 'webApi', token, channel, slackApiUrl, identity: identityOf(options) }
}

function identityOf(options: SlackOptions): Identity {
  const username = expectText('username', options.username)
  const iconEmoji = checkedEmoji(expectText('iconEmoji', options.iconEmoji))
  const iconUrl = checkedIconUrl(expectText('iconUrl', options.iconUrl))
  return {
    ...(username !== undefined && { username }),
    ...(iconEmoji !== undefined && { icon_emoji: iconEmoji }),
    ...(iconUrl !== undefined && { icon_url: iconUrl }),
  }
}

function checkedEmoji(value: string | undefined): string | undefined {
  if (value === undefined || /^:[^\s:]+:(?::skin-tone-[2-6]:)?$/.test(value)) return value
  throw new TypeError(
    `Expected \`iconEmoji\` to be an emoji between colons, as in ':fire:', got ${JSON.stringify(value)}`,
  )
}

function checkedIconUrl(value: string | undefined): string | undefined {
  if (value === undefined || (URL.canParse(value) && /^https?:/.test(value))) return value
  throw new TypeError(`Expected \`iconUrl\` to be an http(s) address, got ${JSON.stringify(value)}`)
}

function checkedApiUrl(value: string): string {
  if (!URL.canParse(value) || !/^https?:/.test(value)) {
    throw new TypeError(
      `Expected \`slackApiUrl\` to be an http(s) address, got ${JSON.stringify(value)}`,
    )
  }
  const url = withoutCredentials('slackApiUrl', new URL(value))
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw new TypeError(
      `Expected \`slackApiUrl\` to be an https: address unless it is loopback, got ${JSON.stringify(value)}`,
    )
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}

/** The address is a secret: no message repeats it. */
function checkedWebhookUrl(value: string): string {
  if (!URL.canParse(value) || !/^https?:/.test(value)) {
    throw new TypeError('Expected `webhookUrl` to be an http(s) address')
  }
  const url = withoutCredentials('webhookUrl', new URL(value))
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw new TypeError('Expected `webhookUrl` to be an https: address unless it is loopback')
  }
  return url.href
}

/** `fetch` takes no address with a user name or password, and no message may repeat one. */
function withoutCredentials(name: string, url: URL): URL {
  if (url.username === '' && url.password === '') return url
  throw new TypeError(`Expected \`${name}\` to be an address without a user name and password`)
}

/** Whether an API address is one of Slack's own. */
export function isSlackAddress(address: string): boolean {
  return /(^|\.)slack(-gov)?\.com$/.test(new URL(address).hostname)
}

function addressOf(target: Target): URL {
  if (target.kind === 'webApi') return new URL(target.slackApiUrl)
  if (target.kind === 'webhook') return new URL(target.url)
  return new URL('about:blank')
}

/** Whether an address is on this machine. */
export function isLoopbackAddress(address: string): boolean {
  return isLoopback(new URL(address))
}

function isLoopback(url: URL): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
}

/** Keeps a secret of the wrong type out of the error text. */
function hidden(name: string, value: string | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  throw new TypeError(`Expected \`${name}\` to be a non-empty string, got ${typeof value}`)
}

/** An empty variable counts as unset, as shells and container files leave it. */
export function fromVariable(variables: Variables, name: string): string | undefined {
  const value = variables[name]?.trim()
  return value === '' ? undefined : value
}

/** What the receiver can do. */
export function profileOf(target: Target): MessageProfile {
  if (target.kind !== 'webhook') return 'thread'
  return target.hasBlocks ? 'inline' : 'plain'
}

/** Our own credentials, which nothing we say may show. */
export function secretsOf(options: {
  readonly target: Target
  readonly proxy: string | undefined
}): readonly string[] {
  const { target, proxy } = options
  const password = proxy === undefined ? '' : new URL(proxy).password
  const secrets = password === '' ? [] : [password]
  if (target.kind === 'webApi') return [target.token, ...secrets]
  return target.kind === 'webhook' ? [target.url, ...secrets] : secrets
}

/** What a person should know at the start, if anything. */
export function startNotice(target: Target): string | undefined {
  switch (target.kind) {
    case 'preview':
      return `messages are previewed here and not sent: ${target.because}`
    case 'webhook':
      return 'sending through an incoming webhook: no threads and no edits, each alert is a new message'
    case 'webApi':
      return isSlackAddress(target.slackApiUrl) || isLoopbackAddress(target.slackApiUrl)
        ? undefined
        : `sending to ${target.slackApiUrl}, which is not Slack`
    case 'off':
      return undefined
  }
}
