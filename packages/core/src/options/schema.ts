import { isAbsolute } from 'node:path'
import { closestMatch } from 'leven'
import * as v from 'valibot'
import type { Destination } from '../delivery/destination.ts'
import type { FleetLink } from '../fleet/link.ts'
import type { AlertPolicy } from '../incident/policies/policy.ts'
import type { LocaleTexts } from '../notification/locale/locale.ts'
import { type Levels, levelNames, namedSeverity } from './levels.ts'
import { readComparison } from './matchers.ts'
import type * as options from './options.ts'
import { isLoopbackAddress } from './target.ts'

/** Valid options. What is not given is absent, in nested options too. */
export type Given<Options> = Options extends (...args: never) => unknown
  ? Options
  : Options extends object
    ? { readonly [Name in keyof Options]: Given<Exclude<Options[Name], undefined>> }
    : Options

type ValidOptions = Given<options.SlackOptions>

/**
 * Checks each option on its own, and what `complete` adds to them.
 *
 * @throws TypeError for an unknown or wrong option, in one sentence that names it and repeats no secret.
 */
export function checkOptions(
  given: unknown,
  complete: (valid: ValidOptions) => options.SlackOptions = (valid) => valid,
): ValidOptions {
  // A level may be one of the logger's own, which are an option too.
  const { levels } = parse(ownLevels, isObject(given) ? pick(given, ['levels']) : {})
  const schema = slackOptions(levels)
  const valid = parse(schema, given) as ValidOptions
  return parse(schema, complete(valid)) as ValidOptions
}

/** pino ends its worker after 10 seconds; closing must be over by then. */
const maxCloseTimeoutMs = 8000
/** An incident keeps as many timestamps until its first alert. */
const maxMinCount = 1000
const maxHoldMs = 60_000

/**
 * Checks that the names of an adapter's options are known.
 *
 * @param adapterNames of the options that the adapter has beside those of the sink
 * @throws TypeError for an unknown name, with the nearest known one
 */
export function checkOptionNames(given: object, adapterNames: readonly string[]): void {
  const known = [...Object.keys(slackOptionChecks({})), ...adapterNames]
  const names = Object.keys(pick(given, Object.keys(given)))
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new TypeError(unknownName(`\`${unknown}\``, suggestName(unknown, known)))
}

function slackOptions(levels: Levels): Check<options.SlackOptions> {
  return optionsOf<options.SlackOptions>(slackOptionChecks(levels))
}

function slackOptionChecks(levels: Levels): Checks<options.SlackOptions> {
  const match = matchOptions(levels)
  return {
    token: v.pipe(secret, v.regex(/^\S+$/, 'to be a token without spaces')),
    channel: text,
    webhookUrl: v.pipe(postAddress(secret, toBeSecret), v.check(takesMessages, webhookHelp)),
    webhookFormat: orNull(oneOf('blocks', 'plain')),
    destination: v.custom<Destination>(isObject, toBe('an object with the parts of a destination')),
    slackApiUrl: postAddress(text, toBe),
    enabled: trueOrFalse,
    service: text,
    environment: text,
    release: text,
    level: levelOf(levels),
    contextLevel: levelOf(levels),
    levels: levelNumbers,
    repeat,
    quietHours: optionsOf<options.QuietHoursOptions>({
      from: timeOfDay,
      to: timeOfDay,
      timeZone,
      except: oneOf('fatal', 'none'),
    }),
    report: oneOrMore(report, 1),
    openNow: trueOrFalse,
    heartbeat: optionsOf<options.HeartbeatOptions>({
      url: v.pipe(secret, v.check(isHttp, toBeSecret('an http(s) address'))),
      everyMs: orNull(numberFrom(1000)),
    }),
    routes: listOf(routeOptions(match)),
    ignore: listOf(match),
    recordControls: trueOrFalse,
    groupBy: orNull(oneOf('error', 'request')),
    editsPerMinute: orNull(numberFrom(1)),
    sanitize: optionsOf<options.SanitizeOptions>({
      quotes: oneOf('remove', 'keep'),
      newlines: oneOf('space', 'escape', 'keep'),
    }),
    redact: optionsOf<options.RedactOptions>({
      keys: listOf(text),
      patterns: listOf(v.pipe(text, v.check(isRegExp, toBe('a regular expression')))),
      exceptions: listOf(text),
      personal: trueOrFalse,
    }),
    trustProxy: orNull(trueOrFalse),
    links: recordOf(text, 'an object of strings'),
    locale: orNull(locale),
    username: text,
    iconEmoji: v.pipe(text, v.regex(emoji, toBe("an emoji between colons, as in ':fire:'"))),
    iconUrl: v.pipe(text, v.check(isHttp, toBe('an http(s) address'))),
    fetch: callable(),
    proxy: v.pipe(secret, v.check(isHttp, toBeSecret('an http(s) address'))),
    closeTimeoutMs: orNull(numberFrom(0, maxCloseTimeoutMs)),
    spoolDir: v.custom<string | false>(isFolder, toBe('an absolute path or false')),
    fleet,
    appToken: v.pipe(secret, v.regex(/^xapp-\S+$/, 'to be an app-level token, xapp-…')),
    signingSecret: secret,
    actions,
    fingerprint: callable(),
    beforeSend: callable(),
    beforeReport: callable(),
    formatter: callable(),
    onError: callable(),
    onHealth: callable(),
  }
}

function routeOptions(when: Check<options.MatchOptions>): Check<options.RouteOptions> {
  const wanted = toBe("'@here', '@channel', '@everyone', a user's id (U…) or a user group's (S…)")
  return optionsOf<options.RouteOptions>({
    when,
    channel: text,
    mention: oneOrMore(v.pipe(v.string(wanted), v.regex(mention, wanted))),
    loud: oneOf('state', 'always', 'never'),
    minCount: orNull(numberFrom(1, maxMinCount)),
    withinMs: numberFrom(1),
    repeat,
    quietHours: trueOrFalse,
    continue: orNull(trueOrFalse),
  })
}

function matchOptions(levels: Levels): Check<options.MatchOptions> {
  const patterns = patternsWith(() => true, 'a text, a number or a list of them')
  return optionsOf<options.MatchOptions>({
    level: patternsWith(
      (pattern) => namedSeverity(readComparison(pattern).operand, levels) !== undefined,
      `${levelNames(levels)}, or a comparison as in '>=warn'`,
    ),
    logger: patterns,
    service: patterns,
    environment: patterns,
    release: patterns,
    errorType: patterns,
    code: patterns,
    status: patternsWith(
      (pattern) => !Number.isNaN(Number(readComparison(pattern).operand)),
      "a number or a comparison as in '<500'",
    ),
    aborted: trueOrFalse,
    method: patterns,
    path: patterns,
    message: patterns,
    tag: patterns,
    fields: recordOf(patterns, 'an object of patterns'),
  })
}

const milestones = optionsOf<options.MilestoneRepeatOptions>({
  policy: v.picklist(['milestones'], toBe("'milestones' or 'window'")),
  holdMs: orNull(numberFrom(0, maxHoldMs)),
})

const window = optionsOf<options.WindowRepeatOptions>({
  policy: v.literal('window'),
  limit: orNull(v.custom<number>(isCount, toBe('a whole number from 1 up'))),
  windowMs: orNull(numberFrom(1)),
})

const alertPolicy = v.custom<AlertPolicy>(
  (given) => typeof (given as AlertPolicy).onOccurrence === 'function',
  toBe('an alert policy with a function `onOccurrence`'),
)

const fleetOptions = optionsOf<options.FleetOptions>({
  role: oneOf('auto', 'leader', 'follower'),
  redis: v.custom<string | object>(
    (given) => isObject(given) || isRedisAddress(given),
    toBe('an address of Redis, as in redis://host:6379, or a client'),
  ),
  keyPrefix: v.lazy(() => text),
  link: v.custom<FleetLink>(isObject, toBe('an object with the parts of a fleet link')),
})
const fleet = v.lazy((given): Check<boolean | options.FleetOptions> =>
  isObject(given) ? fleetOptions : v.boolean(toBe('true, false or an object')),
)

const reportOptions = v.lazy((): Check<options.ReportScheduleOptions> =>
  optionsOf<options.ReportScheduleOptions>({
    at: text,
    timeZone,
    channel: text,
    when: oneOf('always', 'ifAny'),
    top: orNull(v.custom<number>(isTop, toBe('a whole number from 1 to 50'))),
  }),
)
const report = v.lazy((given): Check<string | options.ReportScheduleOptions> =>
  isObject(given) ? reportOptions : text,
)

const allowedPeople = optionsOf<options.AllowedPeople>({
  users: listOf(idOf(/^[UW][A-Z0-9]{5,}$/, "a user's id (U…)")),
  groups: listOf(idOf(/^S[A-Z0-9]{5,}$/, "a user group's id (S…)")),
})
const actionsOptions = optionsOf<options.ActionsOptions>({
  allow: v.lazy((given): Check<'channel' | options.AllowedPeople> =>
    isObject(given)
      ? allowedPeople
      : v.picklist(['channel'], toBe("'channel' or an object with `users` and `groups`")),
  ),
})
const actions = v.lazy((given): Check<false | options.ActionsOptions> =>
  isObject(given) ? actionsOptions : v.literal(false, toBe('false or an object')),
)

const repeat = v.lazy((given): Check<options.RepeatOptions> => {
  if (!isObject(given)) return milestones
  if ('onOccurrence' in given) return alertPolicy
  return 'policy' in given && given.policy === 'window' ? window : milestones
})

const locale = v.lazy((given): Check<'en' | 'ko' | LocaleTexts> => {
  return isObject(given) ? v.custom<LocaleTexts>(isObject) : oneOf('en', 'ko')
})

const levelNumbers = recordOf(v.number(toBe('a number')), 'an object of numbers')

const ownLevels = v.object({ levels: v.optional(levelNumbers, {}) })

function levelOf(levels: Levels): Check<string | number> {
  const isLevel = (given: unknown): boolean => namedSeverity(given, levels) !== undefined
  return v.custom<string | number>(isLevel, toBe(levelNames(levels)))
}

function patternsWith(
  isValid: (pattern: options.Pattern) => boolean,
  wanted: string,
): Check<options.Pattern | readonly options.Pattern[]> {
  const pattern = v.union([v.string(), v.number()], toBe(wanted))
  return oneOrMore(v.pipe(pattern, v.check(isValid, toBe(wanted))), 1)
}

/** Ids of Slack, or of a destination with numbers: `&` before that of a group. */
const mention = /^(?:@(?:here|channel|everyone)|[UWS][A-Z0-9]{5,}|&?\d{15,20})$/
const emoji = /^:[^\s:]+:(?::skin-tone-[2-6]:)?$/

/** An address that alerts are sent to. `fetch` takes none with a user name and password. */
function postAddress(base: Check<string>, message: typeof toBe): Check<string> {
  return v.pipe(
    base,
    v.check(hasNoCredentials, 'to be an address without a user name and password'),
    v.check(isHttp, message('an http(s) address')),
    v.check(isPrivate, message('an https: address unless it is loopback')),
  )
}

/** Of Slack's own addresses only incoming webhooks take messages, of Discord's those for Slack; any other server may stand in for it. */
function takesMessages(address: string): boolean {
  const { hostname, pathname } = new URL(address)
  if (isDiscord(hostname)) return pathname.endsWith('/slack')
  const isSlack = /(?:^|\.)slack(?:-gov)?\.com$/.test(hostname)
  return !isSlack || (hostname.startsWith('hooks.') && /^\/services\/./.test(pathname))
}

function isDiscord(hostname: string): boolean {
  return /(?:^|\.)discord(?:app)?\.com$/.test(hostname)
}

function webhookHelp({ input }: { readonly input: unknown }): string {
  const address = String(input)
  const got = isDiscord(new URL(address).hostname)
    ? "one of Discord, for which there is `destination: '@slack-logger/discord'`"
    : /\/(?:workflows|triggers)\//.test(address)
      ? 'the address of a workflow, which takes only its own variables'
      : 'another address of Slack'
  return `to be an incoming webhook of your app, https://hooks.slack.com/services/…, got ${got}`
}

function hasNoCredentials(address: string): boolean {
  const { username, password } = new URL(URL.canParse(address) ? address : 'about:blank')
  return username === '' && password === ''
}

function isHttp(address: string): boolean {
  return URL.canParse(address) && /^https?:/.test(address)
}

function isPrivate(address: string): boolean {
  return new URL(address).protocol === 'https:' || isLoopbackAddress(address)
}

function isTimeZone(given: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: given }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

function isRedisAddress(given: unknown): boolean {
  return typeof given === 'string' && /^rediss?:\/\//.test(given) && URL.canParse(given)
}

function isFolder(given: unknown): boolean {
  return given === false || (typeof given === 'string' && isAbsolute(given))
}

function isCount(given: unknown): boolean {
  return Number.isSafeInteger(given) && (given as number) >= 1
}

function isTop(given: unknown): boolean {
  return isCount(given) && (given as number) <= 50
}

function isRegExp(source: string): boolean {
  try {
    return new RegExp(source, 'u') instanceof RegExp
  } catch {
    return false
  }
}

/** A schema that takes anything, and yields a valid value or what is wrong. */
type Check<Value> = v.GenericSchema<unknown, Value>

const text = textWith(toBe)
const secret = textWith(toBeSecret)
const wantedTime = toBe("a time from '00:00' to '23:59'")
const timeOfDay = v.pipe(v.string(wantedTime), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, wantedTime))
const timeZone = v.pipe(text, v.check(isTimeZone, toBe("a time zone as in 'Europe/Berlin'")))
const trueOrFalse = v.boolean(toBe('true or false'))

function textWith(message: typeof toBe): Check<string> {
  const wanted = message('a non-empty string')
  return v.pipe(v.string(wanted), v.regex(/\S/, wanted))
}

function idOf(pattern: RegExp, wanted: string): Check<string> {
  return v.pipe(v.string(toBe(wanted)), v.regex(pattern, toBe(wanted)))
}

function numberFrom(min: number, max?: number): Check<number> {
  const isInRange = (given: unknown): boolean =>
    Number.isFinite(given) && (given as number) >= min && (given as number) <= (max ?? Infinity)
  const range = max === undefined ? `${min} up` : `${min} to ${max}`
  return v.custom<number>(isInRange, toBe(`a number from ${range}`))
}

function oneOf<const Choice extends string>(...choices: readonly Choice[]): Check<Choice> {
  return v.picklist(choices, toBe(choices.map((choice) => `'${choice}'`).join(' or ')))
}

function callable<Hook>(): Check<Hook> {
  return v.custom<Hook>((given) => typeof given === 'function', toBe('a function'))
}

/** Takes `null` as well, which `optionsOf` leaves out. */
function orNull<Value>(check: Check<Value>): Check<Value | undefined> {
  return v.nullish(check) as Check<Value | undefined>
}

/** A list without the items that are not given. */
function listOf<Item>(item: Check<Item>, minLength = 0): Check<readonly Item[]> {
  return v.pipe(
    v.array(
      v.lazy((given): Check<Item> => (isGiven(given) ? item : v.any())),
      toBe('a list'),
    ),
    v.transform((items) => items.filter(isGiven)),
    v.minLength(minLength, toBe('a list that is not empty')),
  )
}

function oneOrMore<Item>(item: Check<Item>, minLength = 0): Check<Item | readonly Item[]> {
  const list = listOf(item, minLength)
  return v.lazy((given): Check<Item | readonly Item[]> => (Array.isArray(given) ? list : item))
}

/** Values of one kind under any names. */
function recordOf<Value>(
  value: Check<Value>,
  wanted: string,
): Check<Readonly<Record<string, Value>>> {
  const given = v.transform((object: object) => pick(object, Object.keys(object)))
  return v.pipe(v.custom<object>(isObject, toBe(wanted)), given, v.record(v.string(), value))
}

/** A check for each option of an interface. A missing or unknown name does not compile. */
type Checks<Options> = { readonly [Name in keyof Options]-?: Check<Options[Name]> }

/** Checks options, each of which may be left out. */
function optionsOf<Options extends object>(checks: Checks<Options>): Check<Options> {
  const known = Object.keys(checks)
  const entries = Object.entries<Check<unknown>>(checks).map(([key, check]) => [
    key,
    v.optional(check),
  ])
  return v.pipe(
    v.custom<object>(isObject, toBe('an object')),
    v.transform((given) => pick(given, [...known, ...Object.keys(given)])),
    v.strictObject(Object.fromEntries(entries), ({ input }) => suggestName(String(input), known)),
    v.transform((valid) => Object.fromEntries(Object.entries(valid).filter(isNotNull))),
  ) as unknown as Check<Options>
}

/** What is given under these names, the getters of a class included. */
function pick(object: object, names: readonly string[]): Record<string, unknown> {
  const entries = names.map((name) => [name, object[name as keyof typeof object]] as const)
  return Object.fromEntries(entries.filter(([, value]) => isGiven(value)))
}

function isNotNull([, value]: readonly [string, unknown]): boolean {
  return value !== null
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== ''
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parse<Value>(check: Check<Value>, given: unknown): Value {
  const { success, output, issues } = v.safeParse(check, given, { abortPipeEarly: true })
  if (success) return output
  // A misspelt name explains what else is wrong.
  throw new TypeError(sentenceOf(issues.find(isUnknownName) ?? issues[0]))
}

function sentenceOf(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) =>
    typeof key === 'number' ? `[${key}]` : `.${String(key)}`,
  )
  const name = path.length === 0 ? 'the options' : `\`${path.join('').slice(1)}\``
  if (isUnknownName(issue)) return unknownName(name, issue.message)
  return `Expected ${name} ${issue.message}`
}

function unknownName(name: string, suggestion: string): string {
  return `Expected only known options, got ${name}${suggestion}`
}

/** `never` is what valibot expects under a name that an object does not have. */
function isUnknownName({ expected }: v.BaseIssue<unknown>): boolean {
  return expected === 'never'
}

/** A longer list of names does not fit into a sentence. */
const maxNamesShown = 14

function suggestName(unknown: string, known: readonly string[]): string {
  const nearest = closestMatch(unknown, known, { maxDistance: Math.ceil(unknown.length / 3) })
  if (nearest !== undefined) return `; did you mean \`${nearest}\`?`
  return known.length > maxNamesShown ? '' : `; known are ${known.join(', ')}`
}

type Message = (issue: { readonly input: unknown }) => string

/** The message for a value that is not as wanted. */
function toBe(wanted: string): Message {
  return ({ input }) => `to be ${wanted}, got ${show(input)}`
}

/** The same without the value, which is a secret. */
function toBeSecret(wanted: string): Message {
  return ({ input }) => `to be ${wanted}${typeof input === 'string' ? '' : `, got ${typeof input}`}`
}

/** The value as one short line, without the user name and password of an address. */
function show(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.replace(/\/\/.*@/, '//…@').slice(0, 80))
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  return isObject(value) ? 'an object' : String(value)
}
