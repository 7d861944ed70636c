import { isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import { below, countCharacters, maxIssues } from './issue.ts'
import type { Check, Issue } from './issue.ts'

/** Anything. */
export const anything: Check = () => {}

interface Bounds {
  readonly min?: number
  readonly max?: number
}

/** A text of `min` to `max` characters. */
export function string({ min = 0, max = Infinity }: Bounds = {}): Check {
  return (value, pointer, issues) => {
    if (typeof value !== 'string') {
      issues.push(wrong('must provide a string', pointer, { type: 'type', expected: 'string' }))
      return
    }
    if (value.length < min)
      issues.push(
        wrong(`must be more than ${min - 1} characters`, pointer, { type: 'min', expected: min }),
      )
    if (value.length > max && countCharacters(value) > max)
      issues.push(
        wrong(`must be less than ${max + 1} characters`, pointer, { type: 'max', expected: max }),
      )
  }
}

/** `true` or `false`. */
export const boolean: Check = (value, pointer, issues) => {
  if (typeof value !== 'boolean')
    issues.push(wrong('must provide a boolean', pointer, { type: 'type', expected: 'boolean' }))
}

/** A number of `min` to `max`. */
export function number({
  min = -Infinity,
  max = Infinity,
  isWhole = true,
}: Bounds & { readonly isWhole?: boolean } = {}): Check {
  const kind = isWhole ? 'integer' : 'number'
  return (value, pointer, issues) => {
    if (typeof value !== 'number' || (isWhole && !Number.isInteger(value)))
      issues.push(wrong(`must provide a ${kind}`, pointer, { type: 'type', expected: kind }))
    else if (value < min)
      issues.push(wrong(`must be greater than ${min - 1}`, pointer, { type: 'min', expected: min }))
    else if (value > max)
      issues.push(wrong(`must be less than ${max + 1}`, pointer, { type: 'max', expected: max }))
  }
}

/** One of some words. */
export function oneOf(...words: readonly string[]): Check {
  return (value, pointer, issues) => {
    if (typeof value !== 'string' || !words.includes(value))
      issues.push(wrong('must be a valid enum value', pointer, { type: 'enum', expected: words }))
  }
}

/** A list of `min` to `max` items. */
export function list(item: Check, { min = 0, max = Infinity }: Bounds = {}): Check {
  return (value, pointer, issues) => {
    if (!Array.isArray(value)) {
      issues.push(wrong('must provide an array', pointer, { type: 'type', expected: 'array' }))
      return
    }
    const items: readonly Json[] = value
    if (items.length < min)
      issues.push(
        wrong(`no less than ${min} items allowed`, pointer, { type: 'min', expected: min }),
      )
    if (items.length > max)
      issues.push(
        wrong(`no more than ${max} items allowed`, pointer, { type: 'max', expected: max }),
      )
    for (const [index, each] of items.entries()) {
      if (issues.length >= maxIssues) return
      item(each, below(pointer, index), issues)
    }
  }
}

/** The properties of an object. */
export type Properties = Readonly<Record<string, Check>>

/** An object that has all `required` properties, may have `optional` ones, and no others. */
export function object(required: Properties, optional: Properties = {}, ...more: Check[]): Check {
  const known = new Map([...Object.entries(required), ...Object.entries(optional)])
  return (value, pointer, issues) => {
    if (!isObject(value)) {
      issues.push(wrong('must provide an object', pointer, { type: 'type', expected: 'object' }))
      return
    }
    for (const name of Object.keys(required))
      if (value[name] === undefined)
        issues.push(
          wrong(`missing required field: ${name}`, pointer, { type: 'required', expected: name }),
        )
    for (const [name, each] of Object.entries(value)) {
      const check = known.get(name)
      if (check === undefined)
        issues.push(
          wrong(`invalid additional property: ${name.slice(0, 100)}`, pointer, {
            type: 'additionalProperties',
            expected: [...known.keys()],
          }),
        )
      else if (each !== undefined) check(each, below(pointer, name), issues)
      if (issues.length >= maxIssues) return
    }
    for (const check of more) check(value, pointer, issues)
  }
}

/** An object whose `type` says what it must look like. */
export function tagged(kinds: Properties): Check {
  return (value, pointer, issues) => {
    if (!isObject(value)) {
      issues.push(wrong('must provide an object', pointer, { type: 'type', expected: 'object' }))
      return
    }
    const check = checkOf(kinds, value)
    if (check !== undefined) check(value, pointer, issues)
    else if (value['type'] === undefined)
      issues.push(
        wrong('missing required field: type', pointer, { type: 'required', expected: 'type' }),
      )
    else
      issues.push(
        wrong(`unsupported type: ${shown(value['type'])}`, below(pointer, 'type'), {
          type: 'enum',
          expected: Object.keys(kinds),
        }),
      )
  }
}

function checkOf(kinds: Properties, value: JsonObject): Check | undefined {
  const { type } = value
  return typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined
}

function shown(value: Json): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 100)
}

/** An issue, complete. */
export function wrong(message: string, pointer: string, constraint: Issue['constraint']): Issue {
  return { message, pointer, constraint }
}
