import { types } from 'node:util'

/**
 * Encodes a live value as the JSON that `decode.ts` makes a live value of again; see the README of the corpus.
 *
 * Bounded: what an error drags along (sockets, agents, clients) is not what the corpus is about.
 */
export function encode(value, { replace = (text) => text } = {}) {
  const ancestors = []
  const text = (value) => replace(value.length > 2500 ? `${value.slice(0, 2500)}…` : value)

  function visit(value) {
    switch (typeof value) {
      case 'string':
        return text(value)
      case 'bigint':
        return { $bigint: String(value) }
      case 'symbol':
        return { $symbol: value.description ?? '' }
      case 'function':
        return { $function: value.name }
      case 'undefined':
        return { $undefined: true }
      case 'number':
        return Number.isFinite(value) ? replace(value) : { $number: String(value) }
      case 'boolean':
        return value
      default:
        return value === null ? null : visitObject(value)
    }
  }

  function visitObject(value) {
    const up = ancestors.lastIndexOf(value)
    if (up >= 0) return { $ancestor: ancestors.length - up }
    if (value instanceof Date) return { $date: value.toISOString() }
    if (Buffer.isBuffer(value)) return { $buffer: value.subarray(0, 60).toString('base64') }
    const className = value.constructor?.name ?? 'Object'
    // Of another realm, too.
    const isError = value instanceof Error || types.isNativeError(value)
    if (ancestors.length > 5 && !isError) return Array.isArray(value) ? [] : {}
    if (typeof value.on === 'function' && !isError) return { $emitter: className }

    ancestors.push(value)
    const encoded = encodeObject(value, { className, isError })
    ancestors.pop()
    return encoded
  }

  function encodeObject(value, { className, isError }) {
    if (Array.isArray(value)) return value.slice(0, 8).map(visit)
    if (value instanceof Map)
      return { $map: [...value].slice(0, 8).map((entry) => entry.map(visit)) }
    if (value instanceof Set) return { $set: [...value].slice(0, 8).map(visit) }
    if (isError) return { $error: encodeError(value, className) }
    const own = properties(value)
    return className === 'Object' || className === '' ? own : { $class: className, own }
  }

  function encodeError(error, className) {
    const encoded = { class: className, base: baseOf(error), message: visit(error.message) }
    if (Object.hasOwn(error, 'name')) encoded.ownName = visit(error.name)
    else if (error.name !== encoded.base) encoded.name = error.name
    if (error.stack !== undefined)
      encoded.stack = typeof error.stack === 'string' ? stackText(error) : visit(error.stack)
    for (const key of ['cause', 'errors']) {
      const descriptor = Object.getOwnPropertyDescriptor(error, key)
      if (descriptor !== undefined && !descriptor.enumerable) encoded[key] = visit(error[key])
    }
    const own = properties(error, ['name', 'message', 'stack'])
    if (Object.keys(own).length > 0) encoded.own = own
    return encoded
  }

  /** Long messages stand in the stack too, and shall be cut alike. */
  function stackText(error) {
    return text(error.stack.replace(error.message, () => error.message.slice(0, 1200)))
  }

  function properties(value, without = []) {
    const own = {}
    for (const key of Object.keys(value)
      .filter((key) => !without.includes(key))
      .slice(0, 25)) {
      try {
        own[key] = visit(value[key])
      } catch (error) {
        own[key] = { $throws: String(error?.message) }
      }
    }
    return own
  }

  return visit(value)
}

const builtIns = [
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]

function baseOf(error) {
  return (
    builtIns.find(
      (name) => error instanceof globalThis[name] || error.constructor?.name === name,
    ) ?? 'Error'
  )
}
