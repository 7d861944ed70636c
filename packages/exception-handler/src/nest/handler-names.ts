import { readProperty } from '../read-safely.ts'

/** A class of Nest's that has handlers. */
export interface Controller {
  readonly name: string
  readonly prototype: object
}

/** What this package uses of `reflect-metadata`, which Nest loads. */
interface MetadataReflect {
  getMetadata(key: unknown, target: object): unknown
  getMetadataKeys(target: object): readonly unknown[]
  defineMetadata(key: unknown, value: unknown, target: object): void
}

const metadata = Reflect as unknown as MetadataReflect

/** Where `@Get()` and its like note the path. */
const pathKey = 'path'
const nameKey = Symbol('handler name')

/** Of a handler that several controllers have in common, and none can have for itself. */
const noName = ''

/**
 * Notes the names of a controller's handlers, as in `'OrdersController.charge'`, before Nest makes routes of them.
 *
 * Nest copies what is noted of a handler to the callback of each of its routes. Filters are told no handler, and a guard, which is
 * told, takes its time of every request.
 */
export function noteHandlerNames({ name: className, prototype }: Controller): void {
  for (const method of methodsOf(prototype)) {
    const handler = readProperty(prototype, method)
    if (typeof handler !== 'function' || metadata.getMetadata(pathKey, handler) === undefined) {
      continue
    }
    const name = `${className}.${method}`
    const known = notedName(handler) ?? name
    if (known === name) metadata.defineMetadata(nameKey, name, handler)
    else if (!takeOver(prototype, method, { handler, name })) {
      metadata.defineMetadata(nameKey, noName, handler)
    }
  }
}

/** The name of the handler below a callback of Nest; `''` if it has several. */
export function notedName(callback: unknown): string | undefined {
  if (typeof callback !== 'function') return undefined
  return metadata.getMetadata(nameKey, callback) as string | undefined
}

/** Gives a controller a handler of its own in place of one that others have as well, each by another name; false if it cannot. */
function takeOver(
  prototype: object,
  method: string,
  { handler, name }: { readonly handler: object; readonly name: string },
): boolean {
  if (!isOrdinary(prototype)) return false
  const value = new Proxy(handler, {})
  for (const key of metadata.getMetadataKeys(handler)) {
    metadata.defineMetadata(key, metadata.getMetadata(key, handler), value)
  }
  metadata.defineMetadata(nameKey, name, value)
  return Reflect.defineProperty(prototype, method, { value, writable: true, configurable: true })
}

/** False where a mixin took another class's constructor along with its methods: Nest compares these to find their parameters. */
function isOrdinary(prototype: object): boolean {
  return readProperty(prototype.constructor, 'prototype') === prototype
}

/** The names of all methods, also of inherited ones. */
function methodsOf(prototype: object): ReadonlySet<string> {
  const parent = Object.getPrototypeOf(prototype) as object | null
  const inherited = parent === null || parent === Object.prototype ? [] : methodsOf(parent)
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => name !== 'constructor' && typeof value === 'function')
    .map(([name]) => name)
  return new Set([...inherited, ...own])
}
