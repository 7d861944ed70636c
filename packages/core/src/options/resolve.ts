import type { FleetLink, FleetRole } from '../fleet/link.ts'
import type { LocaleTexts } from '../notification/locale/locale.ts'
import { type AnyHook, watchHook } from './hooks.ts'
import { type Levels, namedSeverity } from './levels.ts'
import { type Matcher, resolveIgnore } from './matchers.ts'
import type {
  AllowedPeople,
  HeartbeatOptions,
  RedactOptions,
  SanitizeOptions,
  SlackOptions,
} from './options.ts'
import { type ResolvedQuietHours, resolveQuietHours } from './quiet-hours.ts'
import { type ResolvedHeartbeat, type ResolvedReport, resolveReports } from './report.ts'
import { type ResolvedRepeat, type ResolvedRoute, resolveRepeat, resolveRoutes } from './routes.ts'
import { checkOptions, type Given } from './schema.ts'
import { resolveTarget, type Target } from './target.ts'

/** Valid and complete options. Plain data except for functions. */
export interface ResolvedOptions {
  readonly target: Target
  /** Identifies the service's files and messages. */
  readonly service: string
  /** What messages call the service; `undefined` where the records say it. */
  readonly givenService: string | undefined
  readonly environment: string | undefined
  readonly release: string | undefined
  readonly severity: number
  readonly contextSeverity: number | undefined
  readonly levels: Levels
  readonly repeat: ResolvedRepeat
  readonly quietHours: ResolvedQuietHours | undefined
  readonly reports: readonly ResolvedReport[]
  readonly openNow: boolean
  readonly heartbeat: ResolvedHeartbeat | undefined
  /** The last one takes every record. */
  readonly routes: readonly ResolvedRoute[]
  /** Whether a record never alerts. */
  readonly ignores: Matcher
  readonly recordControls: boolean
  readonly groupBy: 'error' | 'request'
  readonly editsPerMinute: number
  readonly sanitize: Required<Given<SanitizeOptions>>
  readonly redact: RedactOptions
  readonly trustProxy: boolean
  readonly links: Readonly<Record<string, string>>
  readonly locale: 'en' | 'ko' | LocaleTexts
  readonly fetch: typeof globalThis.fetch | undefined
  readonly proxy: string | undefined
  readonly closeTimeoutMs: number
  readonly spoolDir: string | false | undefined
  readonly fleet: ResolvedFleet | false
  readonly actions: ResolvedActions | false
  readonly hooks: Hooks
}

/** How a sink takes part in its fleet. */
export interface ResolvedFleet {
  readonly role: FleetRole
  readonly link: FleetLink | undefined
  /** The server, if processes of other hosts are part of it. */
  readonly redis:
    | { readonly redis: string | object; readonly keyPrefix: string | undefined }
    | undefined
}

/** Who may act on problems, and the ways in from Slack beside reactions. */
export interface ResolvedActions {
  readonly allow: 'channel' | Required<Given<AllowedPeople>>
  readonly appToken: string | undefined
  readonly signingSecret: string | undefined
}

const hookNames = [
  'beforeSend',
  'beforeReport',
  'fingerprint',
  'formatter',
  'onError',
  'onHealth',
] as const

/** The user's own functions. */
type Hooks = Pick<SlackOptions, (typeof hookNames)[number]>

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Checks the options once and completes them: from environment variables, then from defaults.
 *
 * @param network what stands in for the network, if anything: through it, messages are sent in tests too
 * @throws TypeError for the first wrong option, in one sentence that names it, what was expected and what it got.
 */
export function resolveOptions(
  options: SlackOptions,
  variables: Variables,
  network?: typeof globalThis.fetch,
): ResolvedOptions {
  const given = checkOptions(options, (valid) => withVariables(valid, variables))
  const { environment, release, levels = {}, fetch, proxy } = given
  const service = given.service ?? (variables['npm_package_name']?.trim() || 'node')
  if (proxy !== undefined && fetch !== undefined)
    throw new TypeError('Expected either `proxy` or `fetch`, got both')
  const context = { service, environment, release, levels }
  const severity = namedSeverity(given.level ?? 'error', levels) as number
  const target = resolveTarget(given, { nodeEnv: variables['NODE_ENV'], network })
  const repeat = resolveRepeat(given.repeat)
  const quietHours = resolveQuietHours(given.quietHours)
  return {
    ...context,
    givenService: given.service,
    target,
    severity,
    contextSeverity: contextSeverityOf(given.contextLevel, severity, levels),
    repeat,
    quietHours,
    reports: resolveReports(given.report, target),
    openNow: given.openNow === true,
    heartbeat: resolveHeartbeat(given.heartbeat),
    routes: resolveRoutes(given.routes, { ...context, target, repeat, quietHours }),
    ignores: resolveIgnore(given.ignore, context),
    recordControls: given.recordControls ?? false,
    groupBy: given.groupBy ?? 'error',
    editsPerMinute: given.editsPerMinute ?? 20,
    sanitize: { quotes: 'keep', newlines: 'space', ...given.sanitize },
    redact: { keys: [], patterns: [], exceptions: [], ...given.redact },
    trustProxy: given.trustProxy ?? false,
    links: given.links ?? {},
    locale: given.locale ?? 'en',
    fetch,
    proxy,
    closeTimeoutMs: given.closeTimeoutMs ?? 5000,
    spoolDir: given.spoolDir,
    fleet: resolveFleet(given.fleet),
    actions: resolveActions(given),
    hooks: resolveHooks(given),
  }
}

/** The options with the values of variables in place of what is not given. A variable that has no effect is not read. */
function withVariables(given: Given<SlackOptions>, variables: Variables): SlackOptions {
  const read = (...names: readonly string[]): string | undefined =>
    names.map((name) => variables[name]?.trim()).find(Boolean)
  const token = given.token ?? read('SLACK_BOT_TOKEN')
  const address =
    token === undefined
      ? { webhookUrl: given.webhookUrl ?? read('SLACK_WEBHOOK_URL') }
      : {
          channel: given.channel ?? read('SLACK_CHANNEL'),
          slackApiUrl: given.slackApiUrl ?? read('SLACK_API_URL'),
        }
  return {
    ...given,
    token,
    ...address,
    service: given.service ?? read('OTEL_SERVICE_NAME'),
    environment: given.environment ?? read('NODE_ENV'),
    release: given.release ?? read('npm_package_version'),
    spoolDir: given.spoolDir ?? read('SLACK_LOGGER_SPOOL_DIR'),
  }
}

function resolveFleet(given: SlackOptions['fleet'] = true): ResolvedFleet | false {
  if (given === false) return false
  const { role = 'auto', link, redis, keyPrefix } = given === true ? {} : given
  return { role, link, redis: redis === undefined ? undefined : { redis, keyPrefix } }
}

function resolveHeartbeat(
  given: Given<HeartbeatOptions> | undefined,
): ResolvedHeartbeat | undefined {
  if (given === undefined) return undefined
  const { url, everyMs = 60_000 } = given as Partial<Given<HeartbeatOptions>>
  if (url === undefined)
    throw new TypeError('Expected `heartbeat.url` to be an http(s) address, got nothing')
  return { url, everyMs }
}

function resolveActions(given: Given<SlackOptions>): ResolvedActions | false {
  const { actions = {}, appToken, signingSecret } = given
  if (actions === false) return false
  const { allow = 'channel' } = actions
  return {
    allow: allow === 'channel' ? allow : resolvePeople(allow),
    appToken,
    signingSecret,
  }
}

/** @throws TypeError for nobody, which somebody could take for everybody */
function resolvePeople({ users = [], groups = [] }: Given<AllowedPeople>): {
  readonly users: readonly string[]
  readonly groups: readonly string[]
} {
  if (users.length + groups.length > 0) return { users, groups }
  throw new TypeError('Expected `actions.allow` to name users or groups, got neither')
}

function contextSeverityOf(
  level: string | number | undefined,
  alertSeverity: number,
  levels: Levels,
): number | undefined {
  const severity = namedSeverity(level, levels)
  if (severity === undefined || severity < alertSeverity) return severity
  throw new TypeError(
    `Expected \`contextLevel\` to be below \`level\`, got ${JSON.stringify(level)}`,
  )
}

function resolveHooks(given: Given<SlackOptions>): Hooks {
  const hooks = hookNames.flatMap((name) => {
    const hook = given[name] as AnyHook | undefined
    return hook === undefined ? [] : [[name, watchHook(hook)] as const]
  })
  return Object.fromEntries(hooks)
}
