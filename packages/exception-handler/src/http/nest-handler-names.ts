import { readProperty } from '@slack-logger/core/reading'
import {
  controllersOf,
  metadata,
  methodsOf,
  type HandlerClass,
  type NestModules,
} from '../nest/modules.ts'
import { warn } from '../report/log-writer.ts'

/** The metadata in which `@Get()` and the like keep the path. */
const pathKey = 'path'
const nameKey = Symbol('handler name')

/** The name of a handler that several controllers share. */
const noName = ''

/**
 * Names the handlers of all controllers, as in `'OrdersController.charge'`, before Nest creates routes for them.
 *
 * Nest copies a handler's metadata to the callbacks of its routes. Filters do not get the handler, and a guard, which gets it, would
 * cost every request.
 *
 * @param modules `undefined` if they cannot be read.
 */
export function nameHandlers(modules: NestModules | undefined): void {
  if (modules === undefined) {
    warn(
      'the controllers of this version of Nest could not be read; handlers are logged without names',
    )
    return
  }
  for (const controller of controllersOf(modules)) nameHandlersOf(controller)
}

function nameHandlersOf({ name: className, prototype }: HandlerClass): void {
  for (const method of methodsOf(prototype)) {
    const handler = readProperty(prototype, method)
    if (typeof handler !== 'function' || metadata.getMetadata(pathKey, handler) === undefined) {
      continue
    }
    const name = `${className}.${method}`
    const known = nameOf(handler) ?? name
    if (known === name) metadata.defineMetadata(nameKey, name, handler)
    else if (!replaceShared(prototype, method, { handler, name })) {
      metadata.defineMetadata(nameKey, noName, handler)
    }
  }
}

/** The name of the handler of a callback of Nest; `''` if it has several. */
function nameOf(callback: unknown): string | undefined {
  if (typeof callback !== 'function') return undefined
  return metadata.getMetadata(nameKey, callback) as string | undefined
}

/** Replaces a handler that controllers share by one of this controller's own, with its own name; false if that is not possible. */
function replaceShared(
  prototype: object,
  method: string,
  { handler, name }: { readonly handler: object; readonly name: string },
): boolean {
  // A mixin that took over another class's constructor: Nest compares constructors to find the types of parameters.
  if (readProperty(prototype.constructor, 'prototype') !== prototype) return false
  const value = new Proxy(handler, {})
  for (const key of metadata.getMetadataKeys(handler)) {
    metadata.defineMetadata(key, metadata.getMetadata(key, handler), value)
  }
  metadata.defineMetadata(nameKey, name, value)
  return Reflect.defineProperty(prototype, method, { value, writable: true, configurable: true })
}

/** The methods of Nest's `HttpServer`, its layer over Express and Fastify, that add routes. */
const verbs =
  'all copy delete get head lock mkcol move options patch post propfind proppatch put query search unlock'

/**
 * Gives the callbacks of routes the names of their handlers, as later versions of Nest 12 do.
 *
 * Fastify's routes have functions around these callbacks, which keep only the name.
 *
 * @param adapter Nest's `HttpServer`.
 */
export function nameRoutes(adapter: object): void {
  for (const verb of verbs.split(' ')) {
    const add = readProperty(adapter, verb)
    if (typeof add !== 'function') continue
    Reflect.set(adapter, verb, (...route: unknown[]): unknown => {
      const callback = route.at(-1)
      const value = nameOf(callback)
      if (value) Object.defineProperty(callback, 'name', { value, configurable: true })
      return Reflect.apply(add, adapter, route) as unknown
    })
  }
}
