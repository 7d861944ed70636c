import { LRUCache } from 'lru-cache'
import { hash } from 'node:crypto'
import { ErrorKeys } from './error-key.ts'
import {
  type FingerprintInput,
  type LoggedProblem,
  messageOfError,
  readProblem,
  readRequestLine,
  type RequestLine,
} from './problem.ts'
import { requestKey } from './request-key.ts'
import { createMessageTemplates, type MessageTemplates } from './template/message-template.ts'

/** Which part of a record decided what it is the same problem as. */
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

/** A user's own grouping: parts of the key, `'{{default}}'` for what it would be; `undefined` to leave it at that. */
export type FingerprintHook<R extends FingerprintInput = FingerprintInput> = (
  record: R,
) => string | readonly string[] | undefined

export interface FingerprinterOptions<R extends FingerprintInput = FingerprintInput> {
  /** @default 'error' */
  readonly groupBy?: 'error' | 'request'
  /** @default templates of its own */
  readonly templates?: MessageTemplates
  readonly hook?: FingerprintHook<R> | undefined
  /** Is told what the hook threw; the record is grouped as if there were no hook. */
  readonly onHookError?: (error: unknown) => void
}

/** Tells which records are the same problem. */
export interface Fingerprinter<R extends FingerprintInput = FingerprintInput> {
  /** The same for all records of one problem, as in `'g1:5f3c9a0b12d4e678'`. Never throws, whatever was logged. */
  of(record: R): string
  /** The class of the error and the innermost function of the program that it passed; `undefined` without either. */
  placeOf(record: R): string | undefined
  explain(record: R): FingerprintExplanation
}

/** Changes with the way of grouping, so that keys of different versions never meet. */
const version = 'g1'
const digestLength = 16
const placeholder = '{{default}}'
const maxFingerprints = 5_000

/** Groups records by cause and place, not by what they are about: see {@link FingerprintExplanation}. */
export function createFingerprinter<R extends FingerprintInput = FingerprintInput>(
  options: FingerprinterOptions<R> = {},
): Fingerprinter<R> {
  return new GroupingFingerprinter(options)
}

/**
 * Tells what an event is grouped by.
 *
 * @example
 * explainFingerprint({ message: 'user 17 not found' }).parts // ['user <*> not found']
 */
export function explainFingerprint(
  event: FingerprintInput,
  options: FingerprinterOptions = {},
): FingerprintExplanation {
  return createFingerprinter(options).explain(event)
}

/** What decided, and what was compared, one part a line. */
interface Decision {
  readonly decidedBy: FingerprintExplanation['decidedBy']
  readonly text: string
  /** What was compared besides. */
  readonly said?: string
}

class GroupingFingerprinter<R extends FingerprintInput> implements Fingerprinter<R> {
  readonly #options: FingerprinterOptions<R>
  readonly #templates: MessageTemplates
  readonly #errorKeys = new ErrorKeys()
  readonly #fingerprints = new LRUCache<string, string>({ max: maxFingerprints })
  #last: { readonly decision: Decision; readonly fingerprint: string } | undefined

  constructor(options: FingerprinterOptions<R>) {
    this.#options = options
    this.#templates = options.templates ?? createMessageTemplates()
  }

  of(record: R): string {
    return this.#fingerprintOf(this.#decide(record))
  }

  placeOf(record: R): string | undefined {
    const { error } = readProblem(record)
    if (error === undefined || error === null) return undefined
    const { type, place } = this.#errorKeys.keyOf(error).parts
    const [frame] = place.frames
    return frame === undefined ? undefined : `${type}\n${frame}`
  }

  explain(record: R): FingerprintExplanation {
    const decision = this.#decide(record)
    const parts = textOf(decision).split('\n')
    return { fingerprint: this.#fingerprintOf(decision), decidedBy: decision.decidedBy, parts }
  }

  #decide(record: R): Decision {
    return this.#decideByHook(record) ?? this.#decideByRecord(record)
  }

  #decideByHook(record: R): Decision | undefined {
    const given = this.#callHook(record)
    if (given === undefined) return undefined
    const parts = typeof given === 'string' ? [given] : given
    const isDefault = parts.length === 1 && parts[0]?.trim() === placeholder
    if (parts.length === 0 || isDefault) return undefined

    // The default costs time and teaches the templates: only for whom it is asked.
    const isAsked = parts.some((part) => part.includes(placeholder))
    const byDefault = isAsked ? this.#fingerprintOf(this.#decideByRecord(record)) : ''
    const texts = parts.map((part) => part.replaceAll(placeholder, byDefault))
    return { decidedBy: 'hook', text: texts.join('\n') }
  }

  #callHook(record: R): string | readonly string[] | undefined {
    const { hook, onHookError } = this.#options
    if (hook === undefined) return undefined
    try {
      const given: unknown = hook(record)
      if (given === undefined || isFingerprint(given)) return given
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
    const type = error === undefined ? '' : this.#errorKeys.keyOf(error).parts.type
    return { decidedBy: 'request', text: requestKey(request.method, request.path, type) }
  }

  #decideByText({ template, message }: LoggedProblem): Decision {
    if (template !== undefined) return { decidedBy: 'template', text: template }
    return { decidedBy: 'message', text: this.#templates.keyOf(message) }
  }

  /** Where no function of the program is in the stack, many problems share it, and what was said parts them. */
  #decideByError(problem: LoggedProblem): Decision {
    const { text, parts } = this.#errorKeys.keyOf(problem.error)
    if (parts.place.isKnown) return { decidedBy: 'stack', text }
    const message = messageOfError(problem.error)
    const said =
      message === ''
        ? this.#decideByText(problem)
        : { decidedBy: 'message' as const, text: this.#templates.keyOf(message) }
    return { decidedBy: said.decidedBy, text, said: said.text }
  }

  #fingerprintOf(decision: Decision): string {
    const last = this.#last
    if (last !== undefined && areSame(last.decision, decision)) return last.fingerprint
    const fingerprint = this.#findFingerprint(decision)
    this.#last = { decision, fingerprint }
    return fingerprint
  }

  #findFingerprint(decision: Decision): string {
    const text = textOf(decision)
    // What others decided could look like a hook's text.
    const key = decision.decidedBy === 'hook' ? `hook\n${text}` : text
    const known = this.#fingerprints.get(key)
    if (known !== undefined) return known
    const fingerprint = `${version}:${hash('sha256', key).slice(0, digestLength)}`
    this.#fingerprints.set(key, fingerprint)
    return fingerprint
  }
}

const textOf = ({ text, said }: Decision): string =>
  said === undefined ? text : `${text}\n${said}`

const areSame = (one: Decision, other: Decision): boolean =>
  one.decidedBy === other.decidedBy && one.text === other.text && one.said === other.said

const isFingerprint = (given: unknown): given is string | readonly string[] =>
  typeof given === 'string' ||
  (Array.isArray(given) && given.every((part) => typeof part === 'string'))
