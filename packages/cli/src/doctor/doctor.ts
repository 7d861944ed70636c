import { basename } from 'node:path'
import { createHttpPost, createRedactor, type HttpPost } from '@slack-logger/core'
import {
  chooseFetch,
  heedsProxyVariables,
  resolveEnvironment,
  resolveOptions,
  type ResolvedOptions,
  secretsOf,
} from '@slack-logger/core/tooling'
import { type OptionFlags, readOptions } from '../options.ts'
import { type Check, checksOf } from './check.ts'
import { checkFleet, checkJournal, checkNode } from './machine.ts'
import {
  checkSlack,
  checkSocketMode,
  checkWebhook,
  sendAndDelete,
  type SlackDeps,
} from './slack.ts'

export interface DoctorFlags extends OptionFlags {
  readonly json?: boolean
  readonly send?: boolean
}

/** Everything but `--send` answers within this time, in milliseconds. */
const withinMs = 2000
const sendWithinMs = 10_000

/** Checks all that messages need, and prints a line for each check; with exit code 1 if one failed. */
export async function examine({ json, send, ...flags }: DoctorFlags): Promise<void> {
  const checks = await examineAll(flags, { sends: send === true })
  const hasFailed = checks.some(({ state }) => state === 'failed')
  const text =
    json === true
      ? JSON.stringify({ ok: !hasFailed, checks }, null, 2)
      : `${linesOf(checks)}\n\n${testing}`
  process.stdout.write(`${text}\n`)
  process.exitCode = hasFailed ? 1 : 0
}

const docs = 'https://github.com/slack-logger/slack-logger/blob/main/docs'

const testing = `To test the service without Slack, with Jest or Vitest:
  npx @slack-logger/slack-inbox
  SLACK_API_URL=http://127.0.0.1:3333/api/ SLACK_BOT_TOKEN=xoxb-1 SLACK_CHANNEL='#alerts' npm test`

const marks = { ok: '✓', failed: '✗', skipped: '–' } as const

function linesOf(checks: readonly Check[]): string {
  return checks
    .map((check) => `${marks[check.state]} ${check.name}: ${sentencesOf(check)}`)
    .join('\n')
}

function sentencesOf({ text, cure }: Check): string {
  return cure === undefined ? text : `${text.replace(/[.?]$/, '')}. ${cure}.`
}

async function examineAll(
  flags: OptionFlags,
  { sends }: { readonly sends: boolean },
): Promise<readonly Check[]> {
  const node = checkNode(process.versions.node)
  const read = new Set<string>()
  const variables = new Proxy(process.env, {
    get(all, name) {
      const value = all[String(name)]
      if (value !== undefined && value !== '') read.add(String(name))
      return value
    },
  })
  const given = await resolveGiven(flags, variables)
  if ('failure' in given) return [node, given.failure]
  const { resolved } = given
  const [target, fleet] = await withDeadline(withinMs, (signal) =>
    Promise.all([checkTarget(given, signal), checkFleet(resolved, signal)]),
  )
  const sent = sends ? await sendTest(given, target) : []
  const journal = checkJournal(resolved, variables)
  const options = checksOf('options').ok(originsOf(flags, given.fromFile, [...read]))
  const redactor = createRedactor({ secrets: secretsOf(resolved) })
  const checks = [node, options, ...given.service, ...target, ...sent, journal, fleet]
  return checks.map((check) => ({ ...check, text: redactor.text(check.text) }))
}

interface Given {
  readonly resolved: ResolvedOptions
  /** That the service sends nothing with this `NODE_ENV`, unlike a command. */
  readonly service: readonly Check[]
  readonly fromFile: readonly string[]
  readonly post: HttpPost
}

async function resolveGiven(
  flags: OptionFlags,
  variables: NodeJS.ProcessEnv,
): Promise<Given | { readonly failure: Check }> {
  try {
    const { options, fromFile } = await readOptions(flags, variables)
    const resolved = resolveOptions(options, variables)
    const { enabled: _, ...others } = options
    const { target } = fromFile.includes('enabled') ? resolved : resolveOptions(others, variables)
    const service =
      resolved.target.kind !== target.kind && 'because' in target
        ? [checksOf('service').skipped(`sends nothing to Slack: ${target.because}`)]
        : []
    const post = createHttpPost(chooseFetch(resolved, undefined))
    return { resolved, service, fromFile, post }
  } catch (error) {
    const { failed } = checksOf('options')
    return {
      failure: failed((error as Error).message, `Correct it: ${docs}/configuration.md has all`),
    }
  }
}

/** Where each option comes from; never its value. */
function originsOf(
  { config, envFile, ...flags }: OptionFlags,
  fromFile: readonly string[],
  variables: readonly string[],
): string {
  const names = Object.keys(flags).map((flag) => `--${flag}`)
  const place = envFile === undefined ? '' : ` of the process and ${basename(envFile)}`
  const origins = [
    ...(names.length > 0 ? [names.join(', ')] : []),
    ...(config !== undefined ? [`${fromFile.join(', ')} from ${basename(config)}`] : []),
    ...(variables.length > 0 ? [`the variables ${variables.join(', ')}${place}`] : []),
  ]
  return origins.length === 0 ? 'all by default' : `${origins.join('; ')}; all others by default`
}

async function checkTarget(
  { resolved, post }: Given,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { target } = resolved
  const { ok, failed, skipped } = checksOf('destination')
  switch (target.kind) {
    case 'webApi': {
      const deps = { post, signal, ...wayOf(resolved) }
      const { appToken } = resolved.actions || {}
      const socket = appToken && checkSocketMode(appToken, target.slackApiUrl, deps)
      const checks = await checkSlack({ ...resolved, target }, deps)
      return socket ? [...checks, await socket] : checks
    }
    case 'webhook':
      return [await checkWebhook(target.url, { post, signal, ...wayOf(resolved) })]
    case 'custom': {
      const { destination } = target
      const { name } = destination
      destination.connect?.(resolveEnvironment())
      const probed = await destination.probe?.({ signal })
      if (probed === undefined) return [skipped(`${name} cannot be asked`)]
      const { status, ...rest } = probed
      if (status === 'answers') return [ok(`${name} answers`)]
      return [
        failed(
          `${name}: ${'reason' in rest ? rest.reason : status}`,
          `${docs}/destinations.md has its options`,
        ),
      ]
    }
    case 'leader':
      return [skipped('the leader of the fleet sends')]
    case 'preview':
    case 'off':
      return [
        failed(
          `nothing is sent: ${target.because}`,
          'Set SLACK_BOT_TOKEN and SLACK_CHANNEL, or SLACK_WEBHOOK_URL',
        ),
      ]
  }
}

/** Older versions ignore the setting, too. */
const canHeedVariables =
  Number.parseInt(process.versions.node, 10) >= 24 ||
  process.allowedNodeEnvironmentFlags.has('--use-env-proxy')

/** How requests leave. */
function wayOf({ proxy, fetch }: ResolvedOptions): Pick<SlackDeps, 'way' | 'isProxyIgnored'> {
  if (proxy !== undefined) return { way: `through ${new URL(proxy).host}`, isProxyIgnored: false }
  if (fetch !== undefined) return { way: 'by your `fetch`', isProxyIgnored: false }
  const hasVariable = ['HTTPS_PROXY', 'https_proxy'].some((name) => Boolean(process.env[name]))
  if (hasVariable && canHeedVariables && heedsProxyVariables())
    return { way: 'as HTTPS_PROXY says', isProxyIgnored: false }
  return { way: 'directly', isProxyIgnored: hasVariable }
}

async function sendTest(
  { resolved, post }: Given,
  checks: readonly Check[],
): Promise<readonly Check[]> {
  const { target } = resolved
  const { skipped } = checksOf('send')
  if (target.kind !== 'webApi') return [skipped('needs a token')]
  if (checks.some(({ name, state }) => name === 'connection' && state === 'failed'))
    return [skipped('Slack does not answer')]
  return [await withDeadline(sendWithinMs, (signal) => sendAndDelete(target, { post, signal }))]
}

/** Keeps the process alive until then, which requests do not. */
async function withDeadline<Result>(
  ms: number,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const abort = (): void => controller.abort(new Error(`no answer within ${ms / 1000} s`))
  const timer = setTimeout(abort, ms)
  try {
    return await run(controller.signal)
  } finally {
    clearTimeout(timer)
  }
}
