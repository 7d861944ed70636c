import type { RequestContext } from '../context/request-context.ts'

/** True for a request whose failures are never alerted. */
export type SkipTest = (request: RequestContext) => boolean

/**
 * A test for a list of endpoints and handlers: `'/health'`, `'GET /health'`, `'/internal/*'` (all below), a regular expression
 * for the path or the endpoint's pattern, or a name, as in `'TestController'` and `'TestController.list'`.
 */
export function createSkipTest(entries: readonly (string | RegExp)[]): SkipTest {
  const tests = entries.map(toTest)
  return (request) => tests.some((test) => test(request))
}

function toTest(entry: string | RegExp): SkipTest {
  if (typeof entry !== 'string') return expressionTest(entry)
  const method = /^[A-Za-z]+(?= +\/)/.exec(entry)?.[0]
  const address = entry.slice(method?.length ?? 0).trim()
  if (!address.startsWith('/')) return handlerTest(address)
  const isPath = pathTest(address)
  return (request) =>
    (method === undefined || method.toUpperCase() === request.method) &&
    (isPath(request.path) || isPath(request.route))
}

function expressionTest(expression: RegExp): SkipTest {
  // Without its flags g and y, with which every second test would fail.
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

/** A class's name stands for all its methods. */
function handlerTest(name: string): SkipTest {
  return ({ handler }) => handler === name || handler?.startsWith(`${name}.`) === true
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
