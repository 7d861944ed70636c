import type { ErrorDescription, LogEvent } from '../event/log-event.ts'
import { causeLine, errorLine, essentialLine, isMute, rootCauseOf } from './error-line.ts'
import { ellipsize, joinTexts, shortText } from './text.ts'
import { wordsFor } from './locale/locale.ts'
import type { NotificationSettings } from './notification.ts'
import { showCount } from './numbers.ts'

/** Characters of a headline: what a phone shows of a notification. */
export const maxHeadline = 140
const maxLogged = 60
const minLine = 60

/** Far more than a line shows, terminal codes included, and far less than a record may hold. */
const maxRead = 2000
const maxEndpoint = 120

/** What broke, on one line, unescaped: `TypeError: fetch failed ← connect ECONNREFUSED 127.0.0.1:5433`. */
export function headline(
  event: LogEvent,
  settings: NotificationSettings,
  max: number = maxHeadline,
): string {
  const { error, message } = event
  const line = oneLine(
    error === undefined ? essentialLine(message) : lineOf(error, event),
    settings,
  )
  if (error === undefined || line === '')
    return ellipsize(line || emptyHeadline(event, settings), max)
  const cause = rootCauseOf(error)
  const origin = cause === undefined ? '' : oneLine(causeLine(cause), settings)
  if (origin === '' || line.includes(origin) || isQuoted(cause, error)) return ellipsize(line, max)
  const arrow = ` ${causeLabel(error, settings)}`
  const room = Math.max(minLine, max - origin.length - arrow.length)
  return ellipsize(ellipsize(line, room) + arrow + origin, max)
}

/** Of an error without a text, the text that was logged with it. */
function lineOf(error: ErrorDescription, { message }: LogEvent): string {
  const line = errorLine(error)
  return isMute(error) && message.trim() !== '' && line !== message ? `${line}: ${message}` : line
}

function isQuoted(cause: ErrorDescription | undefined, { message }: ErrorDescription): boolean {
  return (
    cause !== undefined && cause.message.trim() !== '' && message.includes(cause.message.trim())
  )
}

/** `← first of 3: ` where the error has several others and no cause. */
export function causeLabel(
  error: ErrorDescription | undefined,
  settings: NotificationSettings,
): string {
  const total =
    error?.cause === undefined ? (error?.errors.length ?? 0) + (error?.moreErrors ?? 0) : 0
  return total > 1 ? `← ${wordsFor(settings.locale).firstOf(showCount(total))}` : '← '
}

/** The text that was logged with an error, on one line; empty if it adds nothing to it. */
export function loggedText({ message, error }: LogEvent, settings: NotificationSettings): string {
  if (error === undefined || !addsToError(message, error)) return ''
  return ellipsize(oneLine(essentialLine(withoutError(message, error)), settings), maxLogged)
}

/** What the message calls the service. */
export function serviceOf(event: LogEvent, settings: NotificationSettings): string {
  return event.service ?? settings.service
}

/** Line ends and indentation are noise once the lines are joined. */
function oneLine(text: string, settings: NotificationSettings): string {
  return shortText(text.trim().slice(0, maxRead), settings.sanitize).replace(/ {2,}/g, ' ')
}

/** winston appends the error's message to the text. */
function withoutError(message: string, error: ErrorDescription): string {
  const text = message.trim()
  const isAppended = error.message !== '' && text.endsWith(error.message)
  return isAppended ? text.slice(0, -error.message.length).replace(/[\s:]{1,9}$/, '') : text
}

/** Whether the logged text adds something to the error. */
export function addsToError(message: string, error: ErrorDescription): boolean {
  const text = message.trim()
  return text !== '' && !error.message.includes(text) && !errorLine(error).includes(text)
}

/** `POST /orders/:id`, unescaped; empty if no request is known. */
export function endpointOf(event: LogEvent, settings: NotificationSettings): string {
  const { method, route, path } = event.request ?? {}
  return shortText(joinTexts([method, route ?? path], ' '), settings.sanitize, maxEndpoint)
}

/** Stands in for a missing message: `logged without a message · orderId=17`. */
function emptyHeadline(event: LogEvent, settings: NotificationSettings): string {
  const fields = Object.entries(event.fields)
    .filter(([, value]) => typeof value !== 'object')
    .slice(0, 3)
    .map(([key, value]) => `${key}=${String(value)}`)
  const { noMessage } = wordsFor(settings.locale)
  return shortText([noMessage, ...fields].join(' · '), settings.sanitize)
}

/** Characters of the exact message in a root. */
export const maxMessage = 600
