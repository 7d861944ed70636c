import { callMethod, isObject, readProperty } from '@slack-logger/core/reading'
import { warn } from '../report/log-writer.ts'

/** A class with handlers. */
export interface HandlerClass {
  readonly name: string
  readonly prototype: object
}

/** What Nest knows of a controller or a provider. */
interface Wrapper {
  readonly metatype: unknown
  readonly instance: unknown
}

interface NestModule {
  readonly controllers: ReadonlyMap<unknown, Wrapper>
  readonly providers: ReadonlyMap<unknown, Wrapper>
}

/** The modules of an application of Nest. */
export type NestModules = ReadonlyMap<unknown, NestModule>

/**
 * The modules of the application that a provider belongs to.
 *
 * `ModulesContainer` has them too, but can only be found by the class of the `@nestjs/core` that the application uses.
 *
 * @param wrapper What Nest calls the provider's factory on.
 * @returns `undefined` if they cannot be read
 */
export function modulesOf(wrapper: unknown): NestModules | undefined {
  const container = readProperty(readProperty(wrapper, 'host'), 'container')
  return callMethod(container, 'getModules') as NestModules | undefined
}

/** Lets the hooks of the module of a provider run before those of all other modules, which Nest sorts by this distance. */
export function runHooksFirst(wrapper: unknown): void {
  const module = readProperty(wrapper, 'host')
  if (isObject(module)) Reflect.set(module, 'distance', Number.POSITIVE_INFINITY)
}

export function controllersOf(modules: NestModules): readonly HandlerClass[] {
  return [...modules.values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .map(({ metatype }) => metatype)
    .filter((metatype) => isClass(metatype))
}

/** The instances of all providers, of those in each request their prototypes. */
export function providersOf(modules: NestModules): readonly object[] {
  return [...modules.values()]
    .flatMap(({ providers }) => [...providers.values()])
    .map((wrapper) => readProperty(wrapper, 'instance'))
    .filter((instance) => isObject(instance))
}

/** The classes of all controllers and providers. */
export function handlerClassesOf(modules: NestModules): ReadonlySet<HandlerClass> {
  const ofProviders = providersOf(modules)
    .map((instance) => classOf(instance))
    .filter((found) => found !== undefined)
  return new Set([...controllersOf(modules), ...ofProviders])
}

/** `undefined` for what has no class, as a module of JavaScript that is a provider. */
export function classOf(instance: unknown): HandlerClass | undefined {
  const constructor = readProperty(instance, 'constructor')
  return isClass(constructor) ? constructor : undefined
}

function isClass(metatype: unknown): metatype is HandlerClass {
  return typeof metatype === 'function' && isObject(readProperty(metatype, 'prototype'))
}

/** The names of all methods, inherited ones included. */
export function methodsOf(prototype: object): ReadonlySet<string> {
  const parent = Object.getPrototypeOf(prototype) as object | null
  const inherited = parent === null || parent === Object.prototype ? [] : methodsOf(parent)
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => name !== 'constructor' && typeof value === 'function')
    .map(([name]) => name)
  return new Set([...inherited, ...own])
}

export type Callback = (...values: unknown[]) => unknown

/** Replaces a method of one of Nest's own providers. */
export function replaceMethod(
  provider: object,
  name: string,
  replace: (original: Callback) => Callback,
): void {
  const original = readProperty(provider, name)
  if (typeof original !== 'function') {
    warn(
      `\`${classOf(provider)?.name}\` of this version of Nest is not known; its failures do not alert`,
    )
    return
  }
  Reflect.set(
    provider,
    name,
    replace((...values) => Reflect.apply(original, provider, values)),
  )
}

/** The parts of `reflect-metadata`, which Nest loads, that this package uses. */
interface MetadataReflect {
  getMetadata(key: unknown, target: object): unknown
  getMetadataKeys(target: object): readonly unknown[]
  defineMetadata(key: unknown, value: unknown, target: object): void
}

export const metadata: MetadataReflect = Reflect as unknown as MetadataReflect
