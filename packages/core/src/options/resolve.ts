import { isAbsolute } from 'node:path'
import {
  expectBoolean,
  expectEntries,
  expectFunction,
  expectKnownKeys,
  expectNumber,
  expectOneOf,
  expectParts,
  expectStrings,
  expectText,
} from './checks.ts'
import { type AnyHook, watchHook } from './hooks.ts'
import { expectLevel, expectLevels } from './levels.ts'
import { type MatchContext, type Matcher, resolveIgnore } from './matchers.ts'
import type { SlackOptions } from './options.ts'
import { type ResolvedRepeat, type ResolvedRoute, resolveRepeat, resolveRoutes } from './routes.ts'
import { fromVariable, resolveTarget, type Target } from './target.ts'

/** Options checked and complete; what is here is valid. */
export interface ResolvedOptions {
  readonly target: Target
  readonly service: string
  readonly environment: string | undefined
  readonly release: string | undefined
  readonly severity: number
  readonly contextSeverity: number | undefined
  readonly levels: Readonly<Record<string, number>>
  readonly repeat: ResolvedRepeat
  /** The last one takes what no other took. */
  readonly routes: readonly ResolvedRoute[]
  /** Whether a record is none of anybody's concern. */
  readonly ignores: Matcher
  readonly recordControls: boolean
  readonly groupBy: 'error' | 'request'
  readonly editsPerMinute: number
  readonly sanitize: Required<NonNullable<SlackOptions['sanitize']>>
  readonly redact: Required<NonNullable<SlackOptions['redact']>>
  readonly trustProxy: boolean
  readonly links: Readonly<Record<string, string>>
  readonly locale: 'en' | 'ko'
  readonly fetch: typeof globalThis.fetch | undefined
  readonly proxy: string | undefined
  readonly closeTimeoutMs: number
  readonly spoolDir: string | false | undefined
  readonly hooks: Hooks
}

/** The service's own functions. */
type Hooks = Pick<SlackOptions, (typeof hookNames)[number]>

const hookNames = ['beforeSend', 'fingerprint', 'formatter', 'onError', 'onHealth'] as const

/** pino ends its worker after 10 seconds; what we do there must be over by then. */
const maxCloseTimeoutMs = 8000

/**
 * Checks the options once and fills in what was left out: from the environment's variables, then the defaults.
 *
 * @throws TypeError for the first wrong option, naming it, what was expected and what it got.
 */
export function resolveOptions(
  options: SlackOptions,
  variables: Readonly<Record<string, string | undefined>>,
): ResolvedOptions {
  expectKnownKeys(options)
  const levels = expectLevels(options.levels)
  const severity = expectLevel('level', withDefault(options.level, 'error'), levels)
  const speaker = resolveSpeaker(options, variables)
  const target = resolveTarget(options, variables)
  const repeat = resolveRepeat('repeat', options.repeat)
  const context: MatchContext = {
    ...speaker,
    severityOf: (name, label) => expectLevel(name, label, levels),
  }
  return {
    target,
    ...speaker,
    severity,
    contextSeverity: expectContextLevel(options.contextLevel, severity, levels),
    levels,
    repeat,
    routes: resolveRoutes(options.routes, { ...context, target, repeat }),
    ignores: resolveIgnore(options.ignore, context),
    recordControls: expectBoolean('recordControls', withDefault(options.recordControls, false)),
    groupBy: expectOneOf('groupBy', options.groupBy ?? 'error', ['error', 'request']),
    editsPerMinute: expectNumber('editsPerMinute', options.editsPerMinute ?? 20, { min: 1 }),
    ...resolveShape(options),
    ...resolveWire(options),
    closeTimeoutMs: expectNumber('closeTimeoutMs', options.closeTimeoutMs ?? 5000, {
      min: 0,
      max: maxCloseTimeoutMs,
    }),
    spoolDir: resolveSpoolDir(options.spoolDir, variables),
    hooks: resolveHooks(options),
  }
}

/** Who speaks. */
function resolveSpeaker(
  options: SlackOptions,
  variables: Readonly<Record<string, string | undefined>>,
): Pick<ResolvedOptions, 'service' | 'environment' | 'release'> {
  return {
    service:
      expectText('service', options.service) ??
      variables['OTEL_SERVICE_NAME'] ??
      variables['npm_package_name'] ??
      'node',
    environment: expectText('environment', options.environment) ?? variables['NODE_ENV'],
    release: expectText('release', options.release) ?? variables['npm_package_version'],
  }
}

function resolveShape(
  options: SlackOptions,
): Pick<ResolvedOptions, 'sanitize' | 'redact' | 'trustProxy' | 'links' | 'locale'> {
  return {
    sanitize: resolveSanitize(options.sanitize),
    redact: resolveRedact(options.redact),
    trustProxy: expectBoolean('trustProxy', options.trustProxy ?? false),
    links: expectEntries('links', withDefault(options.links, {}), 'string'),
    locale: expectOneOf('locale', options.locale ?? 'en', ['en', 'ko']),
  }
}

function resolveSanitize(sanitize: SlackOptions['sanitize'] = {}): ResolvedOptions['sanitize'] {
  const { quotes = 'remove', newlines = 'escape' } = expectParts('sanitize', sanitize, [
    'quotes',
    'newlines',
  ])
  return {
    quotes: expectOneOf('sanitize.quotes', quotes, ['remove', 'keep']),
    newlines: expectOneOf('sanitize.newlines', newlines, ['escape', 'keep']),
  }
}

function resolveRedact(redact: SlackOptions['redact'] = {}): ResolvedOptions['redact'] {
  const {
    keys = [],
    patterns = [],
    exceptions = [],
  } = expectParts('redact', redact, ['keys', 'patterns', 'exceptions'])
  return {
    keys: expectStrings('redact.keys', keys),
    patterns: expectPatterns(patterns),
    exceptions: expectStrings('redact.exceptions', exceptions),
  }
}

function resolveSpoolDir(
  spoolDir: SlackOptions['spoolDir'],
  variables: Readonly<Record<string, string | undefined>>,
): string | false | undefined {
  if (spoolDir === false) return false
  const path = expectText('spoolDir', spoolDir) ?? fromVariable(variables, 'SLACK_LOGGER_SPOOL_DIR')
  if (path === undefined || isAbsolute(path)) return path
  throw new TypeError(
    `Expected \`spoolDir\` to be an absolute path or false, got ${JSON.stringify(path)}`,
  )
}

function resolveWire({ fetch, proxy }: SlackOptions): Pick<ResolvedOptions, 'fetch' | 'proxy'> {
  const address = expectText('proxy', proxy)
  if (fetch !== undefined) expectFunction('fetch', fetch)
  // The address may hold a password: the message must not repeat it.
  if (address !== undefined && (!URL.canParse(address) || !/^https?:/.test(address)))
    throw new TypeError('Expected `proxy` to be an http(s) address')
  if (address !== undefined && fetch !== undefined)
    throw new TypeError('Expected either `proxy` or `fetch`, got both')
  return { fetch, proxy: address }
}

function resolveHooks(options: SlackOptions): ResolvedOptions['hooks'] {
  const hooks: Record<string, unknown> = {}
  for (const name of hookNames) {
    if (options[name] !== undefined)
      hooks[name] = watchHook(expectFunction(name, options[name] as AnyHook))
  }
  return hooks
}

/** Unlike `??`: nothing but leaving an option out asks for its default. */
function withDefault<Value>(value: Value | undefined, otherwise: Value): Value {
  return value === undefined ? otherwise : value
}

function expectContextLevel(
  level: string | number | undefined,
  alertSeverity: number,
  levels: Readonly<Record<string, number>>,
): number | undefined {
  if (level === undefined) return undefined
  const severity = expectLevel('contextLevel', level, levels)
  if (severity < alertSeverity) return severity
  throw new TypeError(
    `Expected \`contextLevel\` to be below \`level\`, got ${JSON.stringify(level)}`,
  )
}

function expectPatterns(patterns: readonly string[]): readonly string[] {
  for (const pattern of expectStrings('redact.patterns', patterns)) {
    try {
      void new RegExp(pattern, 'u')
    } catch {
      throw new TypeError(
        `Expected \`redact.patterns\` to be regular expressions, got ${JSON.stringify(pattern)}`,
      )
    }
  }
  return patterns
}
