import type { ErrorDescription } from '../event/log-event.ts'
import { isTraceback } from './text.ts'

/** The error as JavaScript prints it on one line; of what libraries report as JSON or as a generic sentence, the part that helps. */
export function errorLine(error: ErrorDescription): string {
  const { type, code } = error
  const name = type.trim() === '' ? 'Error' : type
  const message = essentialMessage(error)
  if (message.trim() === '') return code === undefined ? name : `${name}: ${code}`
  if (isThrownValue(error) || message.startsWith(`${name}:`)) return message
  return `${isPrisma(error) && code !== undefined ? code : name}: ${message}`
}

/** Whether something was thrown that is no error: its type is the kind of value, as in `string`. */
export function isThrownValue({ type, stack }: ErrorDescription): boolean {
  return stack === undefined && /^[a-z]+$/.test(type)
}

/** What a cause adds to the line of an error: without the class where that is `Error`. */
export function causeLine(cause: ErrorDescription): string {
  return errorLine(cause).replace(/^Error: (?=\S)/, '')
}

function essentialMessage(error: ErrorDescription): string {
  const [first, ...others] = issuesOf(error)
  if (first !== undefined) return others.length === 0 ? first : `${first} (+${others.length})`
  if (isPrisma(error)) return error.message.trim().split('\n').at(-1)?.trim() ?? ''
  return upstreamLine(error) ?? essentialLine(error.message)
}

/** The line of a traceback that names the error; any other text whole. */
export function essentialLine(text: string): string {
  if (!text.includes('\n') || !isTraceback(text)) return text
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const isPython = text.includes('Traceback (most recent call last)')
  return (isPython ? lines.at(-1) : lines[0]) ?? text
}

/** Prisma's messages quote the source code; the last line has the reason. */
function isPrisma({ type, message }: ErrorDescription): boolean {
  return type.startsWith('PrismaClient') && message.includes('invocation')
}

/** Messages of validators that do not show what is wrong. */
const genericMessage = /^[[{]|validation (?:failed|error)|errors? occurred|^Bad Request Exception$/i
const maxParsed = 50_000

/** What a validator found wrong, as in `id: expected string, received number`; empty for any other error. */
export function issuesOf({ message, properties }: ErrorDescription): readonly string[] {
  const { issues, errors, details, response } = properties
  // valibot shows the message of the first one, without its place.
  const isGeneric = message === '' || genericMessage.test(message) || message === firstOf(issues)
  if (!isGeneric) return []
  const lists = [parseList(message), issues, errors, details, propertyOf(response, 'message')]
  const found = lists.map(readIssues).find((texts) => texts.length > 0) ?? []
  // Sequelize says the same in its message and in a list of one.
  return found.every((text) => text === message) ? [] : found
}

function firstOf(issues: unknown): unknown {
  return Array.isArray(issues) ? propertyOf(issues[0], 'message') : undefined
}

function parseList(message: string): unknown {
  if (!/^\s*\[/.test(message) || message.length > maxParsed) return undefined
  try {
    const list = JSON.parse(message) as readonly unknown[]
    // A list of plain values was thrown as it is.
    return list.every((issue) => typeof issue === 'object') ? list : undefined
  } catch {
    // A text that only looks like JSON, or a list that was cut.
    return undefined
  }
}

const maxIssues = 100

function readIssues(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return []
  return list.slice(0, maxIssues).flatMap((issue: unknown) => {
    const text = typeof issue === 'string' ? issue : readIssue(issue)
    return text === undefined ? [] : [text]
  })
}

/** One entry of zod, valibot, ajv, joi, yup, express-validator or class-validator. */
function readIssue(issue: unknown): string | undefined {
  const constraints = propertyOf(issue, 'constraints')
  const [constraint] = typeof constraints === 'object' ? Object.values(constraints ?? {}) : []
  // Those of class-validator begin with the property's name.
  if (typeof constraint === 'string') return constraint
  const message = propertyOf(issue, 'message') ?? propertyOf(issue, 'msg')
  if (typeof message !== 'string') return undefined
  const text = message.replace(/^Invalid input: /, '')
  const place = placeOf(issue)
  const isNamed = place === '' || text.split(/[^\p{L}\p{N}_.]+/u).includes(place)
  return isNamed ? text : `${place}: ${text}`
}

function placeOf(issue: unknown): string {
  const path = propertyOf(issue, 'path')
  if (Array.isArray(path)) return path.map((part: unknown) => keyOf(part)).join('.')
  const places = [path, propertyOf(issue, 'instancePath'), propertyOf(issue, 'param')]
  const place = places.find((each): each is string => typeof each === 'string' && each !== '') ?? ''
  return place.replace(/^\//, '').replaceAll('/', '.')
}

/** valibot's paths have objects. */
function keyOf(part: unknown): string {
  return String(typeof part === 'object' ? propertyOf(part, 'key') : part)
}

/** Messages of HTTP clients that do not show whom they asked. */
const genericAnswer =
  /^(?:Request failed with status(?: code)? \d{3}|Response code \d{3}\b.*|HTTP ?error!? ?:?.*|[A-Z][a-z]+(?: [A-Z][a-z]+){0,3}|)$/i

/** Whom an HTTP client asked and what came back, as in `POST acquirer/v1/charges → 503`. */
function upstreamLine({ message, properties }: ErrorDescription): string | undefined {
  const { config, request, response, options } = properties
  const status = propertyOf(response, 'status') ?? propertyOf(response, 'statusCode')
  if (typeof status !== 'number' || !genericAnswer.test(message)) return undefined
  const sources = [config, options, request]
  const method = textIn(sources, 'method')?.toUpperCase()
  const url = textIn(sources, 'url') ?? textIn(sources, 'path')
  if (url === undefined) return undefined
  const base = textIn(sources, 'baseURL') ?? textIn(sources, 'host') ?? ''
  const target = (
    url.includes('://') ? url : `${base.replace(/\/$/, '')}/${url.replace(/^\//, '')}`
  )
    .replace(/^\w+:\/\//, '')
    .replace(/[?#].*$/, '')
  return `${method === undefined ? '' : `${method} `}${target} → ${status}`
}

function textIn(sources: readonly unknown[], key: string): string | undefined {
  const value = sources.map((source) => propertyOf(source, key)).find((each) => each !== undefined)
  return typeof value === 'string' ? value : undefined
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined
}

/** The last cause of an error that has a text of its own; `undefined` if it has none. */
export function rootCauseOf(
  error: ErrorDescription | undefined,
  depth = 0,
): ErrorDescription | undefined {
  const cause = error?.cause ?? error?.errors[0]
  if (cause === undefined || depth >= 10) return undefined
  return rootCauseOf(cause, depth + 1) ?? (isBareObject(cause) ? undefined : cause)
}

/** An object without a message, as the state of the servers that MongoDB's client appends. */
function isBareObject({ stack, message }: ErrorDescription): boolean {
  return stack === undefined && message.startsWith('{')
}
