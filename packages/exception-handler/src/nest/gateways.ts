import { handlerClassesOf, metadata, type HandlerClass, type NestModules } from './modules.ts'

/** The metadata in which `@UseFilters()` keeps the filters of a class. */
const filtersKey = '__exceptionFilters__'

const added = new WeakSet<object>()

/**
 * Adds a filter to each gateway, behind those of the service, since Nest has no global filters for gateways.
 *
 * To be called before Nest connects the gateways. An application before this one may have had the same classes.
 */
export function filterGateways(
  modules: NestModules,
  createFilter: (gateway: HandlerClass) => object,
): void {
  for (const gateway of handlerClassesOf(modules)) {
    if (metadata.getMetadata('websockets:is_gateway', gateway) !== true) continue
    const known = metadata.getMetadata(filtersKey, gateway)
    const others = Array.isArray(known) ? known.filter((filter: object) => !added.has(filter)) : []
    const filter = createFilter(gateway)
    added.add(filter)
    // Nest takes the last that matches.
    metadata.defineMetadata(filtersKey, [filter, ...others], gateway)
  }
}
