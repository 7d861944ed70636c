import type { ErrorDescription, LogEvent } from '../event/log-event.ts'
import { ellipsize, isTraceback, joinTexts, shortText } from './text.ts'
import { wordsFor } from './locale/locale.ts'
import type { NotificationSettings } from './notification.ts'

const maxHeadline = 240
const maxLogged = 100

/** Far more than a line shows, terminal codes included, and far less than a record may hold. */
const maxRead = 2000
const maxEndpoint = 120

/** What broke, on one line, unescaped: `TypeError: Cannot read properties of undefined (reading id)`. */
export function headline(event: LogEvent, settings: NotificationSettings): string {
  const { error, message } = event
  const line = oneLine(error === undefined ? essentialLine(message) : errorLine(error), settings)
  const isAddition = error !== undefined && addsToError(message, error)
  const logged = isAddition ? oneLine(essentialLine(withoutError(message, error)), settings) : ''
  const parts = [ellipsize(logged, maxLogged), line || emptyHeadline(event, settings)]
  return ellipsize(joinTexts(parts, ': '), maxHeadline)
}

/** What the message calls the service. */
export function serviceOf(event: LogEvent, settings: NotificationSettings): string {
  return event.service ?? settings.service
}

/** Indentation is noise once the lines are joined. */
function oneLine(text: string, settings: NotificationSettings): string {
  return shortText(text.slice(0, maxRead), settings.sanitize).replace(/ {2,}/g, ' ')
}

/** winston appends the error's message to the text. */
function withoutError(message: string, error: ErrorDescription): string {
  const text = message.trim()
  const isAppended = error.message !== '' && text.endsWith(error.message)
  return isAppended ? text.slice(0, -error.message.length).replace(/[\s:]{1,9}$/, '') : text
}

/** The error as JavaScript prints it on one line. */
export function errorLine(error: ErrorDescription): string {
  const type = error.type.trim() === '' ? 'Error' : error.type
  const message = essentialLine(error.message)
  if (message.trim() === '') return error.code === undefined ? type : `${type}: ${error.code}`
  return isThrownValue(error) || message.startsWith(`${type}:`) ? message : `${type}: ${message}`
}

/** Whether something was thrown that is no error: its type is the kind of value, as in `string`. */
export function isThrownValue({ type, stack }: ErrorDescription): boolean {
  return stack === undefined && /^[a-z]+$/.test(type)
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

/** The line of a traceback that names the error; any other text whole. */
function essentialLine(text: string): string {
  if (!text.includes('\n') || !isTraceback(text)) return text
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const isPython = text.includes('Traceback (most recent call last)')
  return (isPython ? lines.at(-1) : lines[0]) ?? text
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
export const maxMessage = 1200
