import type { SlackOptions } from './options.ts'

const knownOptions: Readonly<Record<keyof SlackOptions, true>> = {
  token: true,
  channel: true,
  webhookUrl: true,
  webhookFormat: true,
  slackApiUrl: true,
  enabled: true,
  service: true,
  environment: true,
  release: true,
  level: true,
  contextLevel: true,
  levels: true,
  repeat: true,
  routes: true,
  ignore: true,
  recordControls: true,
  groupBy: true,
  editsPerMinute: true,
  sanitize: true,
  redact: true,
  trustProxy: true,
  links: true,
  locale: true,
  username: true,
  iconEmoji: true,
  iconUrl: true,
  fetch: true,
  proxy: true,
  closeTimeoutMs: true,
  spoolDir: true,
  beforeSend: true,
  fingerprint: true,
  formatter: true,
  onError: true,
  onHealth: true,
}

/** Refuses what no option is called: most often a typing error that would go unnoticed until the night. */
export function expectKnownKeys(options: SlackOptions): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`Expected the options to be an object, got ${show(options)}`)
  }
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(knownOptions, key)) {
      throw new TypeError(`Expected only known options, got \`${key}\``)
    }
  }
}

/** An option made of options of its own. A wrong name in it is refused as one outside is. */
export function expectParts<Parts extends object>(
  name: string,
  value: Parts,
  known: readonly string[],
): Parts {
  if (!isPlainObject(value)) {
    throw new TypeError(`Expected \`${name}\` to be an object, got ${show(value)}`)
  }
  const unknown = Object.keys(value).find((key) => !known.includes(key))
  if (unknown === undefined) return value
  throw new TypeError(
    `Expected \`${name}\` to have only ${known.join(', ')}, got \`${name}.${unknown}\``,
  )
}

/** A text that is not empty. An empty one counts as left out only in the environment's variables. */
export function expectText(name: string, value: string | undefined): string | undefined {
  if (value === undefined || (typeof value === 'string' && value.trim() !== '')) return value
  throw new TypeError(`Expected \`${name}\` to be a non-empty string, got ${show(value)}`)
}

export function expectNumber(
  name: string,
  value: number,
  range: { readonly min: number; readonly max?: number },
): number {
  const max = range.max ?? Number.POSITIVE_INFINITY
  if (Number.isFinite(value) && value >= range.min && value <= max) return value
  const wanted = range.max === undefined ? `${range.min} up` : `${range.min} to ${range.max}`
  throw new TypeError(`Expected \`${name}\` to be a number from ${wanted}, got ${show(value)}`)
}

/** A number that counts something. */
export function expectCount(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new TypeError(`Expected \`${name}\` to be a whole number from 1 up, got ${show(value)}`)
}

export function expectBoolean(name: string, value: boolean): boolean {
  if (typeof value === 'boolean') return value
  throw new TypeError(`Expected \`${name}\` to be true or false, got ${show(value)}`)
}

export function expectOneOf<const Choice extends string>(
  name: string,
  value: Choice,
  choices: readonly Choice[],
): Choice {
  if (choices.includes(value)) return value
  const wanted = choices.map((choice) => `'${choice}'`).join(' or ')
  throw new TypeError(`Expected \`${name}\` to be ${wanted}, got ${show(value)}`)
}

export function expectStrings(name: string, value: readonly string[]): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw new TypeError(`Expected \`${name}\` to be a list of strings, got ${show(value)}`)
}

export function expectEntries<Value>(
  name: string,
  value: Readonly<Record<string, Value>>,
  type: 'string' | 'number',
): Readonly<Record<string, Value>> {
  const fits = (item: Value): boolean => typeof item === type && !Number.isNaN(item)
  if (isPlainObject(value) && Object.values(value).every(fits)) return value
  throw new TypeError(`Expected \`${name}\` to be an object of ${type}s, got ${show(value)}`)
}

export function expectFunction<Hook>(name: string, value: Hook): Hook {
  if (typeof value === 'function') return value
  throw new TypeError(`Expected \`${name}\` to be a function, got ${show(value)}`)
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as one short line, whatever it is. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80))
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'a list' : 'an object'
  return String(value)
}
