import { isObject, type Json } from '../json.ts'
import { countCharacters } from './limits.ts'

/** A rule that a value breaks, in Slack's words. */
export interface Issue {
  readonly message: string
  /** The value, as a JSON pointer. */
  readonly pointer: string
  readonly constraint: { readonly type: string; readonly expected: Json }
}

/** Enough for a reader; a hostile payload could have millions. */
export const maxIssues = 100

/** An issue as the Web API writes it into `errors` and `response_metadata.messages`. */
export function issueText({ message, pointer }: Issue): string {
  return `${message} [json-pointer:${pointer}]`
}

/** The position of a value in the payload, and the list of issues. */
export class CheckContext {
  readonly pointer: string
  readonly #issues: Issue[]

  constructor(pointer: string, issues: Issue[]) {
    this.pointer = pointer
    this.#issues = issues
  }

  get isFull(): boolean {
    return this.#issues.length >= maxIssues
  }

  /** The context of a property or an element of the value. */
  below(key: string | number): CheckContext {
    return new CheckContext(pointerBelow(this.pointer, key), this.#issues)
  }

  report(message: string, type: string, expected: Json): void {
    this.#issues.push({ message, pointer: this.pointer, constraint: { type, expected } })
  }
}

function pointerBelow(pointer: string, key: string | number): string {
  if (typeof key === 'number' || /^\w*$/.test(key)) return `${pointer}/${key}`
  return `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Reports what is wrong with `value`. */
export type Check = (value: Json, context: CheckContext) => void

/** The issues that `check` reports about the value at `pointer`. */
export function issuesOf(check: Check, value: Json, pointer: string): readonly Issue[] {
  const issues: Issue[] = []
  check(value, new CheckContext(pointer, issues))
  return issues
}

export const anything: Check = () => {}

interface Bounds {
  readonly min?: number
  readonly max?: number
}

/** A text of `min` to `max` characters. */
export function string({ min = 0, max = Infinity }: Bounds = {}): Check {
  return (value, context) => {
    if (typeof value !== 'string') {
      context.report('must provide a string', 'type', 'string')
      return
    }
    if (value.length < min) context.report(`must be more than ${min - 1} characters`, 'min', min)
    if (value.length > max && countCharacters(value) > max)
      context.report(`must be less than ${max + 1} characters`, 'max', max)
  }
}

export const boolean: Check = (value, context) => {
  if (typeof value !== 'boolean') context.report('must provide a boolean', 'type', 'boolean')
}

/** A number from `min` to `max`. */
export function number({
  min = -Infinity,
  max = Infinity,
  isWhole = true,
}: Bounds & { readonly isWhole?: boolean } = {}): Check {
  const kind = isWhole ? 'integer' : 'number'
  return (value, context) => {
    if (typeof value !== 'number' || (isWhole && !Number.isInteger(value)))
      context.report(`must provide a ${kind}`, 'type', kind)
    else if (value < min) context.report(`must be greater than ${min - 1}`, 'min', min)
    else if (value > max) context.report(`must be less than ${max + 1}`, 'max', max)
  }
}

export function oneOf(...words: readonly string[]): Check {
  return (value, context) => {
    if (typeof value !== 'string' || !words.includes(value))
      context.report('must be a valid enum value', 'enum', words)
  }
}

/** A list of `min` to `max` items. */
export function list(item: Check, { min = 0, max = Infinity }: Bounds = {}): Check {
  return (value, context) => {
    if (!Array.isArray(value)) {
      context.report('must provide an array', 'type', 'array')
      return
    }
    const items: readonly Json[] = value
    if (items.length < min) context.report(`no less than ${min} items allowed`, 'min', min)
    if (items.length > max) context.report(`no more than ${max} items allowed`, 'max', max)
    for (const [index, each] of items.entries()) {
      if (context.isFull) return
      item(each, context.below(index))
    }
  }
}

/** Checks by property name, or by the `type` of an object. */
export type Checks = Readonly<Record<string, Check>>

/** An object that has all `required` properties, may have `optional` ones, and no others. */
export function object(required: Checks, optional: Checks = {}, ...more: Check[]): Check {
  const known = new Map([...Object.entries(required), ...Object.entries(optional)])
  return (value, context) => {
    if (!isObject(value)) {
      context.report('must provide an object', 'type', 'object')
      return
    }
    for (const name of Object.keys(required))
      if (value[name] === undefined)
        context.report(`missing required field: ${name}`, 'required', name)
    for (const [name, each] of Object.entries(value)) {
      const check = known.get(name)
      if (check === undefined)
        context.report(
          `invalid additional property: ${name.slice(0, 100)}`,
          'additionalProperties',
          [...known.keys()],
        )
      else if (each !== undefined) check(each, context.below(name))
      if (context.isFull) return
    }
    for (const check of more) check(value, context)
  }
}

/** An object whose `type` is checked by {@link tagged}. */
export function typed(required: Checks, optional: Checks = {}, ...more: Check[]): Check {
  return object({ type: anything, ...required }, optional, ...more)
}

/** An object of one of several kinds, chosen by its `type`. */
export function tagged(kinds: Checks): Check {
  return (value, context) => {
    if (!isObject(value)) {
      context.report('must provide an object', 'type', 'object')
      return
    }
    const { type } = value
    const check = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined
    if (check !== undefined) check(value, context)
    else if (type === undefined) context.report('missing required field: type', 'required', 'type')
    else
      context.below('type').report(`unsupported type: ${shown(type)}`, 'enum', Object.keys(kinds))
  }
}

function shown(type: Json): string {
  return (typeof type === 'string' ? type : JSON.stringify(type)).slice(0, 100)
}

/** An object that has at least one of the properties `names`. */
export function anyOf(...names: readonly string[]): Check {
  const listed = names.map((name) => `\`${name}\``)
  const message = `must define either ${listed.slice(0, -1).join(', ')} or ${listed.at(-1) ?? ''}`
  return (value, context) => {
    if (isObject(value) && names.every((name) => value[name] === undefined))
      context.report(message, 'required', names)
  }
}

/** An object that has exactly one of the properties `one` and `other`. */
export function eitherOf(one: string, other: string): Check {
  return (value, context) => {
    if (isObject(value) && (value[one] === undefined) === (value[other] === undefined))
      context.report(`must define either \`${one}\` or \`${other}\``, 'required', [one, other])
  }
}
