import type {
  ErrorDescription,
  LogEvent,
  RequestDescription,
  RequestUser,
} from '../event/log-event.ts'
import type { IncidentView } from '../incident/incident.ts'
import { errorLine, maxMessage } from './headline.ts'
import { limitLength } from './limit-length.ts'
import { type Words, wordsFor } from './locale/locale.ts'
import type { MessageSettings } from './settings.ts'
import { cleanText, ellipsize, replaceNewlines, textOf } from './text.ts'
import { trimStack, wholeStack } from './trim-stack.ts'

/** A literal text of a thread with its title. */
export interface ReplySection {
  readonly title: string
  readonly text: string
  /** The text within a length, with what tells most. */
  readonly trim: (maxLength: number) => string
}

/** What a thread says about an incident, the most telling first. */
export function replySections(
  { sample }: IncidentView,
  breadcrumbs: readonly LogEvent[],
  settings: MessageSettings,
): readonly ReplySection[] {
  const words = wordsFor(settings.locale)
  const { labels } = words
  const { error, request } = sample
  const sections: ReplySection[] = []
  const add = (title: string, text: string): void => {
    const trim = (maxLength: number): string => trimText(text, maxLength, settings)
    if (text.trim() !== '') sections.push({ title, text, trim })
  }
  if (error !== undefined && (error.stack !== undefined || hasMore(sample))) {
    sections.push({
      title: labels.stack,
      text: wholeStack(error, settings),
      trim: (maxLength) => trimStack(error, maxLength, settings),
    })
  }
  add(labels.message, cleanText(cutMessage(sample)))
  if (request !== undefined) add(labels.request, showRequest(request, words))
  add(labels.data, showData(sample))
  add(labels.before, showBreadcrumbs(breadcrumbs, sample.time))
  return sections
}

function hasMore({ error }: LogEvent): boolean {
  return error !== undefined && (error.cause !== undefined || error.errors.length > 0)
}

/** What the root shows only the beginning of, if it stands at the head of no stack. */
function cutMessage({ message, error }: LogEvent): string {
  if (error !== undefined && error.stack === undefined && error.message.length > maxMessage) {
    return error.message
  }
  return message.length > maxMessage && error?.message !== message ? message : ''
}

function trimText(text: string, maxLength: number, { locale }: MessageSettings): string {
  // The mark of what was left out comes on top of the limit.
  return text.length <= maxLength
    ? text
    : limitLength(text, Math.max(0, maxLength - 40), { locale })
}

/** Who asked for what, as literal text; empty if nothing is known. */
export function showRequest(request: RequestDescription, { labels }: Words): string {
  const target = [request.method, request.path].filter((part) => part !== undefined).join(' ')
  const details = showValues({
    [labels.endpoint]: request.route === request.path ? undefined : request.route,
    [labels.user]: request.user === undefined ? undefined : showUser(request.user) || undefined,
    [labels.client]: request.clientIp,
    [labels.origin]: request.origin,
    [labels.userAgent]: request.userAgent,
    [labels.params]: filled(request.params),
    [labels.query]: filled(request.query),
    [labels.body]: request.body === null || request.body === '' ? undefined : request.body,
  })
  return [cleanText(target).trim(), details].filter((text) => text !== '').join('\n')
}

/** `#17 · ann · ann@example.com · admin`. */
export function showUser({ id, name, email, role }: RequestUser): string {
  const number = id !== undefined && /^\d+$/.test(id) ? `#${id}` : id
  return [number, name, email, role].filter((part) => part !== undefined && part !== '').join(' · ')
}

function filled(
  values: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  return values !== undefined && Object.keys(values).length > 0 ? values : undefined
}

const maxDepth = 10

/** What else was logged, and what the errors carry, as literal text; empty if nothing. */
export function showData({ fields, error }: LogEvent): string {
  const texts = [showValues(fields), ...(error === undefined ? [] : showErrorData(error, 0))]
  return texts.filter((text) => text !== '').join('\n')
}

/** The data of an error and of all behind it, by type. The code of the first one is among the facts of the root. */
function showErrorData(error: ErrorDescription, depth: number): readonly string[] {
  const code = depth === 0 || error.code === undefined ? {} : { code: error.code }
  const data = { ...code, ...error.properties }
  const own = Object.keys(data).length === 0 ? '' : showValues({ [error.type]: data })
  const behind = error.cause === undefined ? error.errors : [...error.errors, error.cause]
  if (depth >= maxDepth) return [own]
  return [own, ...behind.flatMap((inner) => showErrorData(inner, depth + 1))]
}

const maxBreadcrumbs = 15
const maxLine = 240

/** The last log lines before an event, aligned, with how long before it they were: `-1.24s info  cart loaded {"items":3}`. */
export function showBreadcrumbs(breadcrumbs: readonly LogEvent[], time: number): string {
  const shown = breadcrumbs.slice(-maxBreadcrumbs)
  const offsets = shown.map((breadcrumb) => showOffset(breadcrumb.time - time))
  const offsetWidth = longest(offsets)
  const levelWidth = longest(shown.map(({ level }) => level))
  return shown
    .map((breadcrumb, index) => {
      const start = `${(offsets[index] ?? '').padStart(offsetWidth)} ${breadcrumb.level.padEnd(levelWidth)}`
      return ellipsize(
        replaceNewlines(cleanText(`${start} ${showLine(breadcrumb)}`), '\\n'),
        maxLine,
      )
    })
    .join('\n')
}

function showLine({ message, error, fields }: LogEvent): string {
  const failure = error === undefined || message.includes(error.message) ? '' : errorLine(error)
  const rest = Object.keys(fields).length === 0 ? '' : showInLine(fields)
  return [message, failure, rest].filter((part) => part !== '').join(' ')
}

function showOffset(offsetMs: number): string {
  const sign = offsetMs > 0 ? '+' : '-'
  const seconds = Math.abs(offsetMs) / 1000
  if (seconds < 60) return `${sign}${seconds.toFixed(2)}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${sign}${minutes}m${twoDigits(seconds % 60)}s`
  return `${sign}${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0')
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length))
}

/** What fits beside its key on a phone. */
const maxInLine = 60

const maxTreeDepth = 8

/** A value as literal text: a string as it is, anything else as JSON, on several lines only where it is long. */
export function showValue(value: unknown): string {
  return cleanText(typeof value === 'string' ? value : showTree(value, 0))
}

/** A value as JSON on one line. */
export function showInLine(value: unknown): string {
  return cleanText(jsonOf(value))
}

/** Named values as literal text, one below the other. */
export function showValues(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => showPair(cleanText(key), value))
    .join('\n')
}

function showPair(key: string, value: unknown): string {
  const text = showValue(value)
  return typeof value === 'string' && text.includes('\n') ? `${key}:\n${text}` : `${key}: ${text}`
}

function showTree(value: unknown, depth: number): string {
  const inLine = jsonOf(value)
  if (inLine.length <= maxInLine || depth >= maxTreeDepth || !isTree(value)) return inLine
  const indentation = '  '.repeat(depth + 1)
  const isList = Array.isArray(value)
  const items = Object.entries(value).map(([key, item]) => {
    const text = showTree(item, depth + 1)
    return indentation + (isList ? text : `${JSON.stringify(key)}: ${text}`)
  })
  const end = '  '.repeat(depth)
  return isList ? `[\n${items.join(',\n')}\n${end}]` : `{\n${items.join(',\n')}\n${end}}`
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

/** JSON shows control characters as escapes, which would leave the codes of a terminal to be read. */
function cleanStrings(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? cleanText(value) : value
}

/** Fields are JSON values; a hook may have put something else there. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value, cleanStrings) ?? textOf(value)
  } catch {
    return textOf(value)
  }
}
