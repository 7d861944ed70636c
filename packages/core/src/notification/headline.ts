import type { ErrorDescription, LogEvent } from '../event/log-event.ts'
import { isTraceback } from './limit-length.ts'
import { wordsFor } from './locale/locale.ts'
import type { MessageSettings } from './settings.ts'
import { ellipsize, shortText } from './text.ts'

const maxHeadline = 240
const maxLogged = 100

/** Far more than a line shows, so that codes for terminals in it do not matter, and far less than a record may hold. */
const maxRead = 2000
const maxEndpoint = 120

/** What broke, on one line, unescaped: `TypeError: Cannot read properties of undefined (reading id)`. */
export function headline(event: LogEvent, settings: MessageSettings): string {
  const { error, message } = event
  const line = (text: string): string => oneLine(text, settings)
  if (error === undefined) {
    return ellipsize(line(tellingLine(message)) || emptyHeadline(event, settings), maxHeadline)
  }
  const failure = line(errorLine(error)) || emptyHeadline(event, settings)
  const said = saysMore(message, error) ? line(tellingLine(withoutError(message, error))) : ''
  const start = said === '' ? '' : `${ellipsize(said, maxLogged)}: `
  return ellipsize(start + failure, maxHeadline)
}

/** Indentation tells nothing once the lines are one. */
function oneLine(text: string, settings: MessageSettings): string {
  const line = shortText(text.slice(0, maxRead), settings.sanitize)
  return line.includes('  ') ? line.replace(/ {2,}/g, ' ') : line
}

/** winston glues the error's message to the end of the text. */
function withoutError(message: string, error: ErrorDescription): string {
  const text = message.trim()
  const isGlued = error.message !== '' && text.endsWith(error.message)
  return isGlued ? text.slice(0, -error.message.length).replace(/[\s:]{1,9}$/, '') : text
}

/** The error as JavaScript prints it on one line. */
export function errorLine(error: ErrorDescription): string {
  const type = error.type.trim() === '' ? 'Error' : error.type
  const message = tellingLine(error.message)
  if (message.trim() === '') return error.code === undefined ? type : `${type}: ${error.code}`
  return isThrownValue(error) || message.startsWith(`${type}:`) ? message : `${type}: ${message}`
}

/** Whether something was thrown that is no error: its type is the kind of value, as in `string`. */
export function isThrownValue({ type, stack }: ErrorDescription): boolean {
  return stack === undefined && /^[a-z]+$/.test(type)
}

/** Whether the program's own text tells more than its error does. */
export function saysMore(message: string, error: ErrorDescription): boolean {
  const text = message.trim()
  return text !== '' && !error.message.includes(text) && !errorLine(error).includes(text)
}

/** `POST /orders/:id`, unescaped; empty if no request is known. */
export function endpointOf(event: LogEvent, settings: MessageSettings): string {
  const { method, route, path } = event.request ?? {}
  const endpoint = [method, route ?? path].filter((part) => part !== undefined).join(' ')
  return ellipsize(shortText(endpoint, settings.sanitize), maxEndpoint)
}

/** Of a traceback the line with the error; any other text whole. */
function tellingLine(text: string): string {
  if (!text.includes('\n') || !isTraceback(text)) return text
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const isPython = text.includes('Traceback (most recent call last)')
  return (isPython ? lines.at(-1) : lines[0]) ?? text
}

/** A record without a message still says what it is about. */
function emptyHeadline(event: LogEvent, settings: MessageSettings): string {
  const fields = Object.entries(event.fields)
    .filter(([, value]) => typeof value !== 'object')
    .slice(0, 3)
    .map(([key, value]) => `${key}=${String(value)}`)
  const { noMessage } = wordsFor(settings.locale)
  return shortText([noMessage, ...fields].join(' · '), settings.sanitize)
}

/** Characters of the exact message in a root. */
export const maxMessage = 1200
