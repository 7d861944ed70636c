import { callMethod, readProperty } from '../read-safely.ts'
import { warnOnce } from '../report/warn-once.ts'
import type { Controller } from './handler-names.ts'

/** What this package uses of Nest's modules. */
interface NestModule {
  readonly controllers: ReadonlyMap<unknown, { readonly metatype: unknown }>
}

/**
 * The controllers of an application, from what Nest gives a module to configure its middleware.
 *
 * `ModulesContainer` has them too, but is only found by the class of the very copy of `@nestjs/core` that the application runs on.
 */
export function controllersOf(consumer: object): readonly Controller[] {
  const container = readProperty(readProperty(consumer, 'routesMapper'), 'container')
  const modules = callMethod(callMethod(container, 'getModules'), 'values')
  if (modules === undefined) {
    warnOnce('Nest did not say which controllers there are; handlers are logged without names')
    return []
  }
  return [...(modules as Iterable<NestModule>)]
    .flatMap(({ controllers }) => [...controllers.values()])
    .map(({ metatype }) => metatype)
    .filter((metatype) => isController(metatype))
}

function isController(metatype: unknown): metatype is Controller {
  return typeof metatype === 'function' && typeof readProperty(metatype, 'prototype') === 'object'
}
