import { readProperty, readText } from '@slack-logger/core/reading'
import type { RequestContext } from '../http/request-context.ts'

/** True for a request whose failures never alert. */
export type SkipTest = (request: RequestContext) => boolean

/**
 * A test for endpoints and handlers: `'/health'`, `'GET /health'`, `'/internal/*'` (everything below), a regular expression for the
 * path or the endpoint's pattern, or a name, as in `'TestController'` and `'TestController.list'`.
 */
export function createSkipTest(entries: readonly (string | RegExp)[]): SkipTest {
  const tests = entries.map((entry) =>
    typeof entry === 'string' ? textTest(entry) : expressionTest(entry),
  )
  return (request) => tests.some((test) => test(request))
}

function textTest(entry: string): SkipTest {
  const method = /^[A-Za-z]+(?= +\/)/.exec(entry)?.[0]
  const address = entry.slice(method?.length ?? 0).trim()
  if (!address.startsWith('/')) return handlerTest(address)
  const isPath = pathTest(address)
  return (request) =>
    (method === undefined || method.toUpperCase() === request.method) &&
    (isPath(request.path) || isPath(request.route))
}

function expressionTest(expression: RegExp): SkipTest {
  // With its flags g and y every second test would fail.
  const test = new RegExp(expression.source, expression.flags.replace(/[gy]/g, ''))
  return ({ path, route }) => test.test(path ?? '') || test.test(route ?? '')
}

function pathTest(address: string): (path: string | undefined) => boolean {
  const isPrefix = address.endsWith('/*')
  const wanted = withoutSlash(isPrefix ? address.slice(0, -2) : address)
  return (path) => {
    if (path === undefined) return false
    const given = withoutSlash(path)
    return given === wanted || (isPrefix && given.startsWith(`${wanted}/`))
  }
}

/** The name of a class includes all its methods. */
function handlerTest(name: string): SkipTest {
  return ({ handler }) => handler === name || handler?.startsWith(`${name}.`) === true
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}

/** True for an error with one of some names, or whose class or a superclass has one. */
export type NameTest = (error: unknown) => boolean

const maxAncestors = 10

/** A test for the names of error classes, subclasses included. */
export function createNameTest(names: readonly string[]): NameTest {
  const wanted = new Set(names)
  if (wanted.size === 0) return () => false
  const results = new WeakMap<object, boolean>()
  return (error) => {
    if (typeof error !== 'object' || error === null) return false
    if (wanted.has(readText(error, 'name') ?? '')) return true
    const prototype = prototypeOf(error)
    if (prototype === null) return false
    const known = results.get(prototype)
    if (known !== undefined) return known
    const isWanted = isClassNamed(prototype, wanted)
    results.set(prototype, isWanted)
    return isWanted
  }
}

function isClassNamed(prototype: object, names: ReadonlySet<string>): boolean {
  let holder: object | null = prototype
  for (let depth = 0; holder !== null && depth < maxAncestors; depth += 1) {
    if (names.has(readText(readProperty(holder, 'constructor'), 'name') ?? '')) return true
    holder = prototypeOf(holder)
  }
  return false
}

function prototypeOf(value: object): object | null {
  try {
    return Object.getPrototypeOf(value) as object | null
  } catch {
    return null
  }
}
