import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { withoutAddress } from '../event/error/error-text.ts'
import { findError, isEmptyObject, isLostError } from '../event/error/find-error.ts'
import { isObject, keysOf, readFirstText, readProperty, readText } from '../redaction/safe-read.ts'
import { ErrorKeys, readErrorMessage, readRootMessage } from './error-key.ts'
import { engineMessageKey, createMessageTemplates } from './template/message-template.ts'

/** How a record was grouped. */
export interface FingerprintExplanation {
  readonly fingerprint: string
  /**
   * `hook`: your hook · `request`: method, path and error type · `stack`: where the error was thrown · `template`: the text
   * before its values were put in · `message`: the text without its values.
   */
  readonly decidedBy: 'hook' | 'request' | 'stack' | 'template' | 'message'
  /** What was compared, in this order. */
  readonly parts: readonly string[]
}

/** A user's own grouping: parts of the key, `'{{default}}'` stands for the default fingerprint; `undefined` keeps the default. */
export type FingerprintHook<R extends FingerprintInput = FingerprintInput> = (
  record: R,
) => string | readonly string[] | undefined

export interface FingerprinterOptions<R extends FingerprintInput = FingerprintInput> {
  /** @default 'error' */
  readonly groupBy?: 'error' | 'request'
  readonly hook?: FingerprintHook<R> | undefined
  /** Called with what the hook threw; the record is grouped as if there were no hook. */
  readonly onHookError?: (error: unknown) => void
}

/**
 * Changes only if one key could come to mean another problem. Otherwise problems whose key is as before are continued after an update.
 */
const version = 'g1'
const digestLength = 16
const placeholder = '{{default}}'
const maxFingerprints = 5_000

/**
 * Explains how an event is grouped.
 *
 * @example
 * explainFingerprint({ message: 'user 17 not found' }).parts // ['user <*> not found']
 */
export function explainFingerprint(
  event: FingerprintInput,
  options: FingerprinterOptions = {},
): FingerprintExplanation {
  return new Fingerprinter(options).explain(event)
}

/** What decided, and what was compared, one part a line. */
interface Decision {
  readonly decidedBy: FingerprintExplanation['decidedBy']
  readonly text: string
}

/** Groups records by cause and place, not by what they are about: see {@link FingerprintExplanation}. */
export class Fingerprinter<R extends FingerprintInput = FingerprintInput> {
  readonly #options: FingerprinterOptions<R>
  readonly #templates = createMessageTemplates()
  readonly #errorKeys = new ErrorKeys()
  readonly #fingerprints = new LRUCache<string, string>({ max: maxFingerprints })

  constructor(options: FingerprinterOptions<R> = {}) {
    this.#options = options
  }

  /** The same for all records of one problem, as in `'g1:5f3c9a0b12d4e678'`. Never throws, whatever was logged. */
  of(record: R, parts?: readonly string[]): string {
    return this.#fingerprintOf(this.#decide(record, parts))
  }

  /** The class of the error and the innermost function of the program that it passed; `undefined` without either. */
  placeOf(record: R): string | undefined {
    const { error } = readProblem(record)
    if (error === undefined || error === null) return undefined
    const { type, place } = this.#errorKeys.keyOf(error).key
    const [frame] = place.frames
    return frame === undefined ? undefined : `${type}\n${frame}`
  }

  explain(record: R): FingerprintExplanation {
    const decision = this.#decide(record, undefined)
    const parts = decision.text.split('\n')
    return { fingerprint: this.#fingerprintOf(decision), decidedBy: decision.decidedBy, parts }
  }

  #decide(record: R, parts: readonly string[] | undefined): Decision {
    const given = parts ?? this.#callHook(record)
    return (given && this.#decideByParts(record, given)) ?? this.#decideByRecord(record)
  }

  #decideByParts(record: R, parts: readonly string[]): Decision | undefined {
    const isDefault = parts.length === 1 && parts[0]?.trim() === placeholder
    if (parts.length === 0 || isDefault) return undefined

    // The default costs time and adds to the templates, so it is computed on demand.
    const isUsed = parts.some((part) => part.includes(placeholder))
    const byDefault = isUsed ? this.#fingerprintOf(this.#decideByRecord(record)) : ''
    const texts = parts.map((part) => part.replaceAll(placeholder, byDefault))
    return { decidedBy: 'hook', text: texts.join('\n') }
  }

  #callHook(record: R): readonly string[] | undefined {
    const { hook, onHookError } = this.#options
    if (hook === undefined) return undefined
    try {
      const given: unknown = hook(record)
      if (given === undefined) return undefined
      const parts = Array.isArray(given) ? given : [given]
      if (parts.every((part) => typeof part === 'string')) return parts
      throw new TypeError('Expected `fingerprint` to return a text or a list of texts')
    } catch (error) {
      onHookError?.(error)
      return undefined
    }
  }

  #decideByRecord(record: R): Decision {
    const problem = readProblem(record)
    const request = this.#options.groupBy === 'request' ? readRequestLine(record) : undefined
    if (request !== undefined) return this.#decideByRequest(request, problem)
    if (problem.error === undefined || problem.error === null) return this.#decideByText(problem)
    return this.#decideByError(problem)
  }

  #decideByRequest(request: RequestLine, { error }: LoggedProblem): Decision {
    const type = error === undefined ? '' : this.#errorKeys.keyOf(error).key.type
    return { decidedBy: 'request', text: requestKey(request.method, request.path, type) }
  }

  #decideByText({ template, message }: Omit<LoggedProblem, 'error'>): Decision {
    if (template !== undefined && !isBare(template))
      return { decidedBy: 'template', text: template }
    return { decidedBy: 'message', text: this.#templates.keyOf(message) }
  }

  /**
   * Problems without a named function of the program in their stack share that stack, and are separated by their text; so are
   * the root causes that one place wraps.
   */
  #decideByError(problem: LoggedProblem): Decision {
    const { key, rootMessage } = this.#errorKeys.keyOf(problem.error)
    const { text, place } = key
    const cause = key.isRootTextRead ? (rootMessage ?? readRootMessage(problem.error)) : ''
    const withCause = cause === '' ? text : `${text}\n${this.#keyOfMessage(cause)}`
    if (place.isKnown) return { decidedBy: 'stack', text: withCause }
    const message = messageOfError(problem.error)
    const byText =
      message === ''
        ? this.#decideByText(problem)
        : ({ decidedBy: 'message', text: this.#keyOfMessage(message) } as const)
    return { decidedBy: byText.decidedBy, text: `${withCause}\n${byText.text}` }
  }

  #keyOfMessage(message: string): string {
    return engineMessageKey(message) ?? this.#templates.keyOf(withoutAddress(message))
  }

  #fingerprintOf({ decidedBy, text }: Decision): string {
    // Without the prefix a hook's text could equal a key of another kind.
    const key = decidedBy === 'hook' ? `hook\n${text}` : text
    const known = this.#fingerprints.get(key)
    if (known !== undefined) return known
    const fingerprint = digestOf(key)
    this.#fingerprints.set(key, fingerprint)
    return fingerprint
  }
}

/** `%s`, `[%s] Error: {reason}`: a template in which only its values say what happened. */
const bare = /^(?:%[sdifjoOc%]|\{[^{}]*\}|[^\p{L}%{]|(?:err|error|fatal)(?!\p{L}))*$/iu
const isBare = (template: string): boolean => bare.test(template)

const digestOf = (key: string): string => `${version}:${hash('sha256', key).slice(0, digestLength)}`

/** Problems of one class and place that keep a fingerprint of their own within `windowMs`. */
const maxPerPlace = 20
const windowMs = 600_000
const maxPlaces = 1000

interface PlacedFingerprint {
  readonly fingerprint: string
  /** The error's class and place; `undefined` if it has none. */
  readonly place: string | undefined
  readonly now: number
}

/**
 * Limits the fingerprints of one class and place: errors whose cause or text differs each time share one fingerprint once
 * there are too many.
 */
export class FingerprintCap {
  readonly #places = new LRUCache<string, Map<string, number>>({ max: maxPlaces })

  /** The fingerprint to count under, for a problem that is not known; `now` in milliseconds since 1970. */
  limit({ fingerprint, place, now }: PlacedFingerprint): string {
    if (place === undefined) return fingerprint
    const known = this.#places.get(place) ?? new Map<string, number>()
    this.#places.set(place, known)
    if (known.size >= maxPerPlace) forgetOld(known, now)
    if (known.size >= maxPerPlace && !known.has(fingerprint)) return digestOf(`many\n${place}`)
    known.set(fingerprint, now)
    return fingerprint
  }
}

function forgetOld(known: Map<string, number>, now: number): void {
  for (const [fingerprint, seenAt] of known) {
    if (now - seenAt >= windowMs) known.delete(fingerprint)
  }
}

/** What a fingerprint is made of: a record as it was logged, or the event that was made of it. */
export interface FingerprintInput {
  readonly message: string
  readonly template?: string | undefined
  readonly error?: unknown
  readonly request?: unknown
  readonly fields?: Readonly<Record<string, unknown>>
}

/** The error of a record, wherever it was logged, and the text that was logged with it. */
export interface LoggedProblem {
  readonly error: unknown
  readonly message: string
  readonly template: string | undefined
}

/** Method and path of a request. */
export interface RequestLine {
  readonly method: string
  readonly path: string
  /** The logged object. */
  readonly request: object
}

/** Finds the error of a record, and the text that was logged with it. */
export function readProblem(record: FingerprintInput): LoggedProblem {
  const { error } = record
  const message = typeof record.message === 'string' ? record.message : ''
  const template = typeof record.template === 'string' ? record.template : undefined
  if (error !== undefined && error !== null) {
    return { error: isEmptyObject(error) ? undefined : error, message, template }
  }
  const fields = isObject(record.fields) ? record.fields : {}
  const isTextOnly = keysOf(fields).length === 0 && !message.includes('\n')
  if (isTextOnly) return { error: undefined, message, template }
  const found = findError({ level: '', time: 0, message, error, fields }, fields)
  return { error: found?.error, message: found?.message ?? message, template }
}

/** The message of an error without the messages of its causes that serializers append; empty if it has none. */
export function messageOfError(error: unknown): string {
  if (isLostError(error)) return ''
  const message = isObject(error) ? readText(error, 'message') : undefined
  const stack = isObject(error) ? readText(error, 'stack') : undefined
  if (message !== undefined && !stack?.includes('\ncaused by: ')) return message
  return readErrorMessage(error)
}

/** Method and path of the request, under the names of frameworks and serializers. */
export function readRequestLine(record: FingerprintInput): RequestLine | undefined {
  const own = requestLineOf(record.request)
  if (own !== undefined || !isObject(record.fields)) return own
  for (const key of requestKeys) {
    const logged = requestLineOf(readProperty(record.fields, key))
    if (logged !== undefined) return logged
  }
  return undefined
}

const requestKeys = ['req', 'request', 'httpRequest']
const pathKeys = ['originalUrl', 'url', 'path']

function requestLineOf(request: unknown): RequestLine | undefined {
  if (!isObject(request)) return undefined
  const method = readText(request, 'method')
  const path = method === undefined ? undefined : readFirstText(request, pathKeys)
  return method === undefined || path === undefined ? undefined : { method, path, request }
}

/**
 * The key of a failing request, as in `GET:test_server_error:TypeError`: requests that differ only in numeric path segments
 * share one. Anything from `?` on is dropped; `/` and `-` separate segments.
 */
export function requestKey(method: string, path: string, errorName: string): string {
  const [beforeQuery = ''] = path.split('?', 1)
  const segments = beforeQuery.replaceAll(/[/-]/g, '_').split('_')
  const kept = segments.filter((segment) => !/^\d+$/.test(segment)).join('_')
  return `${method}:${trimUnderscores(kept)}:${errorName}`
}

/** By index, since a regular expression for both ends can take quadratic time. */
function trimUnderscores(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text[start] === '_') start += 1
  while (end > start && text[end - 1] === '_') end -= 1
  return text.slice(start, end)
}
