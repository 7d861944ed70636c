import type {
  ErrorDescription,
  LogEvent,
  RequestDescription,
  RequestUser,
} from '../event/log-event.ts'
import { errorLine } from './headline.ts'
import type { Words } from './locale/locale.ts'
import { cleanText, ellipsize, joinTexts, replaceNewlines, textOf } from './text.ts'

/** The request as literal text; empty if nothing is known. */
export function showRequest(request: RequestDescription, { labels }: Words): string {
  const details = showValues({
    [labels.endpoint]: request.route === request.path ? undefined : request.route,
    [labels.user]: (request.user && showUser(request.user)) || undefined,
    [labels.client]: request.clientIp,
    [labels.origin]: request.origin,
    [labels.userAgent]: request.userAgent,
    [labels.params]: filled(request.params),
    [labels.query]: filled(request.query),
    [labels.body]: request.body === null || request.body === '' ? undefined : request.body,
  })
  const target = cleanText(joinTexts([request.method, request.path], ' ')).trim()
  return joinTexts([target, details], '\n')
}

/** `#17 · ann · ann@example.com · admin`. */
export function showUser({ id, name, email, role }: RequestUser): string {
  const number = id !== undefined && /^\d+$/.test(id) ? `#${id}` : id
  return joinTexts([number, name, email, role], ' · ')
}

function filled(
  values: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  return values !== undefined && Object.keys(values).length > 0 ? values : undefined
}

const maxDepth = 10

/** The logged fields and the properties of the errors as literal text; empty if there are none. */
export function showData({ fields, error }: LogEvent): string {
  return joinTexts(
    [showValues(fields), ...(error === undefined ? [] : showErrorData(error, 0))],
    '\n',
  )
}

/** The properties of an error and of its causes, by type. The root shows the code of the outermost one. */
function showErrorData(error: ErrorDescription, depth: number): readonly string[] {
  const code = depth === 0 || error.code === undefined ? {} : { code: error.code }
  const data = { ...code, ...error.properties }
  const own = Object.keys(data).length === 0 ? '' : showValues({ [error.type]: data })
  const inner = error.cause === undefined ? error.errors : [...error.errors, error.cause]
  if (depth >= maxDepth) return [own]
  return [own, ...inner.flatMap((each) => showErrorData(each, depth + 1))]
}

const maxBreadcrumbs = 15
const maxLine = 240

/** The last log lines before an event, aligned, with their distance in time: `-1.24s info  cart loaded {"items":3}`. */
export function showBreadcrumbs(breadcrumbs: readonly LogEvent[], time: number): string {
  const shown = breadcrumbs.slice(-maxBreadcrumbs)
  const offsets = shown.map((breadcrumb) => showOffset(breadcrumb.time - time))
  const offsetWidth = longest(offsets)
  const levelWidth = longest(shown.map(({ level }) => level))
  const lines = shown.map((breadcrumb, index) => {
    const start = `${offsets[index]?.padStart(offsetWidth)} ${breadcrumb.level.padEnd(levelWidth)}`
    const line = cleanText(`${start} ${showLine(breadcrumb)}`)
    return ellipsize(replaceNewlines(line, '\\n'), maxLine)
  })
  return lines.join('\n')
}

function showLine({ message, error, fields }: LogEvent): string {
  const failure = error === undefined || message.includes(error.message) ? '' : errorLine(error)
  const rest = Object.keys(fields).length === 0 ? '' : cleanText(jsonOf(fields))
  return joinTexts([message, failure, rest], ' ')
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

/** Named values as literal text, one below the other: a string as it is, anything else as JSON, on several lines only where it is long. */
function showValues(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => showPair(cleanText(key), value))
    .join('\n')
}

function showPair(key: string, value: unknown): string {
  if (typeof value !== 'string') return `${key}: ${cleanText(showTree(value, 0))}`
  const text = cleanText(value)
  return text.includes('\n') ? `${key}:\n${text}` : `${key}: ${text}`
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
  const [start, end] = isList ? '[]' : '{}'
  return `${start}\n${items.join(',\n')}\n${'  '.repeat(depth)}${end}`
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

/** JSON would show the control characters of terminal codes as escapes. */
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
