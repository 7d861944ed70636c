import { readProperty } from '@slack-logger/core/reading'
import {
  handlerClassesOf,
  metadata,
  methodsOf,
  type HandlerClass,
  type NestModules,
} from './modules.ts'

/** What a handler answers to: a message of a microservice, a field of GraphQL, or an event of a gateway. */
export type MessageKind = 'rpc' | 'graphql' | HandlerClass

/** The names of handlers by their patterns. Filters do not get the handler. */
export class MessageHandlers {
  readonly #modules: NestModules
  #names: ReadonlyMap<string, string | undefined> | undefined

  constructor(modules: NestModules) {
    this.#modules = modules
  }

  /** The name of a handler, as in `'OrdersGateway.pay'`; `undefined` if it is not known, or if several answer to a pattern. */
  find(kind: MessageKind, pattern: unknown): string | undefined {
    this.#names ??= namesIn(this.#modules)
    return this.#names.get(keyOf(kind, pattern))
  }
}

function namesIn(modules: NestModules): ReadonlyMap<string, string | undefined> {
  const names = new Map<string, string | undefined>()
  for (const handlerClass of handlerClassesOf(modules)) {
    for (const method of methodsOf(handlerClass.prototype)) {
      const name = `${handlerClass.name}.${method}`
      for (const key of keysOf(handlerClass, method)) {
        names.set(key, names.has(key) && names.get(key) !== name ? undefined : name)
      }
    }
  }
  return names
}

/** The keys of what a method answers to, from the metadata of Nest's decorators. */
function keysOf(handlerClass: HandlerClass, method: string): readonly string[] {
  const handler = readProperty(handlerClass.prototype, method) as object
  const read = (key: string): unknown => metadata.getMetadata(key, handler)
  const patterns = read('microservices:pattern')
  const keys = Array.isArray(patterns) ? patterns.map((pattern) => keyOf('rpc', pattern)) : []
  if (read('websockets:message_mapping') === true) keys.push(keyOf(handlerClass, read('message')))
  const type = read('graphql:resolver_type')
  if (typeof type === 'string') {
    const field = read('graphql:resolver_name')
    keys.push(keyOf('graphql', `${type}.${typeof field === 'string' ? field : method}`))
  }
  return keys
}

function keyOf(kind: MessageKind, pattern: unknown): string {
  return `${typeof kind === 'string' ? kind : `gateway ${kind.name}`} ${patternText(pattern)}`
}

/** A pattern in one line. Properties are sorted, since clients may send them in any order. */
export function patternText(pattern: unknown): string {
  const value = typeof pattern === 'string' && pattern.startsWith('{') ? parse(pattern) : pattern
  if (typeof value !== 'object' || value === null) return String(value)
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)),
        )
      : inner,
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // An event may begin with a brace.
    return text
  }
}
