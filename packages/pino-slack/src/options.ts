import { loadCore } from '#load-core'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Destination, SlackOptions } from '@slack-logger/core'

/** Options of the pino adapter: those of the sink, and how the logger writes its lines. */
export interface PinoSlackOptions extends Omit<SlackOptions, 'destination'> {
  /**
   * The logger's `messageKey`. A transport in a worker receives it from pino.
   *
   * @default 'msg'
   */
  readonly messageKey?: string | undefined
  /**
   * The logger's `errorKey`. A transport in a worker receives it from pino.
   *
   * @default 'err'
   */
  readonly errorKey?: string | undefined
  /** The logger's `nestedKey`. pino does not send it to transports, so set it here too. */
  readonly nestedKey?: string | undefined
  /**
   * A module that exports options with functions, because functions cannot be passed to a worker: the hooks `beforeSend`,
   * `beforeReport`, `fingerprint`, `formatter`, `onError` and `onHealth`, and a `destination`, a policy as `repeat` or texts as `locale`. A path
   * relative to the working directory, as in `'./slack-hooks.js'`, a `file:` URL, or the name of a package that the application has
   * installed.
   */
  readonly hooks?: string | undefined
  /**
   * Where messages go: a destination, or, for a worker, a module that exports `createDestination`, named as for `hooks`, as in
   * `'@slack-logger/discord'`.
   *
   * @default Slack
   */
  readonly destination?: SlackOptions['destination'] | string
  /**
   * What `createDestination` of the module in `destination` is called with.
   *
   * @default {}
   */
  readonly destinationOptions?: object | undefined
}

/** The adapter's options, checked and separated from the sink's. */
export interface ResolvedPinoOptions {
  readonly messageKey: string | undefined
  readonly errorKey: string | undefined
  readonly nestedKey: string | undefined
  /** With the hooks loaded; the sink checks the rest itself. */
  readonly sink: SlackOptions
}

/** @throws TypeError for a wrong option of the adapter, or if the hooks cannot be loaded. */
export function resolvePinoOptions(options: PinoSlackOptions): ResolvedPinoOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError(`Expected the options to be an object, got ${kindOf(options)}`)
  const given = withoutWorkerKeys(options)
  loadCore().checkOptionNames(given, [
    'messageKey',
    'errorKey',
    'nestedKey',
    'hooks',
    'destinationOptions',
  ])
  const { messageKey, errorKey, nestedKey, hooks, destination, destinationOptions, ...sink } = given
  const hooksModule = textOption('hooks', hooks)
  return {
    messageKey: textOption('messageKey', messageKey),
    errorKey: textOption('errorKey', errorKey),
    nestedKey: textOption('nestedKey', nestedKey),
    sink: {
      ...sink,
      ...(hooksModule !== undefined && loadHooks(hooksModule)),
      ...resolveDestination(destination, destinationOptions),
    },
  }
}

/** The destination, or the one that a module makes. */
function resolveDestination(
  given: PinoSlackOptions['destination'],
  options: object | undefined,
): Pick<SlackOptions, 'destination'> {
  const hasOptions = options !== undefined && options !== null
  if (hasOptions && typeof options !== 'object')
    throw new TypeError(`Expected \`destinationOptions\` to be an object, got ${kindOf(options)}`)
  if (given === undefined || given === null || given === '') {
    if (hasOptions)
      throw new TypeError(
        'Expected `destination` to name a module beside `destinationOptions`, got nothing',
      )
    return {}
  }
  if (typeof given !== 'string') return { destination: given }
  const { createDestination } = load('destination', given)
  if (typeof createDestination !== 'function')
    throw new TypeError(
      `Expected the module in \`destination\` to export \`createDestination\`, got '${given}' without it`,
    )
  const create = createDestination as (options: object) => Destination
  return { destination: create(options ?? {}) }
}

/** Without the value, which may be a token. */
function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}

/** pino has `nestedKey: null`. */
function textOption(name: string, value: string | null | undefined): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value
  throw new TypeError(`Expected \`${name}\` to be a string, got ${JSON.stringify(value)}`)
}

/** pino and thread-stream add keys of their own to the options of a transport in a worker. */
function withoutWorkerKeys(
  options: PinoSlackOptions & { pinoWillSendConfig?: unknown; $context?: unknown },
): PinoSlackOptions {
  const { pinoWillSendConfig: _, $context: __, ...given } = options
  return given
}

const hookNames = [
  'beforeSend',
  'beforeReport',
  'fingerprint',
  'formatter',
  'onError',
  'onHealth',
  'destination',
  'repeat',
  'locale',
] as const

type Hooks = Partial<Pick<SlackOptions, (typeof hookNames)[number]>>

/**
 * Loads the options with functions that a module exports, by name or as properties of its default export.
 *
 * @throws TypeError if the module cannot be loaded or exports none of them.
 */
function loadHooks(specifier: string): Hooks {
  const exported = load('hooks', specifier)
  const hooks = Object.fromEntries(
    hookNames.flatMap((name) => (exported[name] === undefined ? [] : [[name, exported[name]]])),
  )
  if (Object.keys(hooks).length > 0) return hooks
  throw new TypeError(
    `Expected the module in \`hooks\` to export one of ${hookNames.join(', ')}, got none of them from '${specifier}'`,
  )
}

function load(
  option: 'hooks' | 'destination',
  specifier: string,
): Readonly<Record<string, unknown>> {
  const require = createRequire(join(process.cwd(), 'package.json'))
  try {
    // `require` loads ES modules too, from Node 20.19 on, but takes no URL.
    const path = specifier.startsWith('file:') ? fileURLToPath(specifier) : specifier
    const module = require(path) as { readonly default?: object }
    return { ...module.default, ...module }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    throw new TypeError(
      `Expected \`${option}\` to be a module that can be loaded from ${process.cwd()}, got '${specifier}': ${reason}`,
      { cause: error },
    )
  }
}
