import { readFirstText, readObject, readText } from './read-safely.ts'

/** The pattern of the endpoint, as in `/orders/:id`, where the framework tells it. */
export function readRoute(request: object): string | undefined {
  return (
    readFirstText(request, ['route', 'routePath', 'endpoint']) ??
    readExpressRoute(request) ??
    readFastifyRoute(request) ??
    readKoaRoute(request)
  )
}

function readExpressRoute(request: object): string | undefined {
  const route = readObject(request, 'route')
  const path = route === undefined ? undefined : readText(route, 'path')
  if (path === undefined) return undefined
  const base = readText(request, 'baseUrl') ?? ''
  return base !== '' && path === '/' ? base : base + path
}

function readFastifyRoute(request: object): string | undefined {
  const options = readObject(request, 'routeOptions')
  return (
    (options === undefined ? undefined : readText(options, 'url')) ??
    readText(request, 'routerPath')
  )
}

function readKoaRoute(request: object): string | undefined {
  const context = readObject(request, 'ctx') ?? request
  return readFirstText(context, ['_matchedRoute', 'routerPath'])
}
