/**
 * The whole pattern of an endpoint from the pattern in its router: Express forgets where a router was mounted, so the beginning
 * is taken from the path.
 *
 * @example
 * joinRoute('/api/orders/17', '/:id') // '/api/orders/:id'
 */
export function joinRoute(path: string, pattern: string): string {
  // Parts that match any number of segments leave open where the router begins.
  if (/[*?{}()+]/.test(pattern)) return pattern
  const ofPattern = segmentsOf(pattern)
  const ofPath = segmentsOf(path)
  const mount = ofPath.slice(0, Math.max(0, ofPath.length - ofPattern.length))
  return `/${[...mount, ...ofPattern].join('/')}`
}

/**
 * The parameters of a request by the pattern of its endpoint, for error middleware, to which Express no longer tells them.
 *
 * @example
 * readParams('/orders/17', '/orders/:id') // { id: '17' }
 */
export function readParams(path: string, route: string): Readonly<Record<string, string>> {
  const ofPath = segmentsOf(path)
  const parameters: [string, string][] = []
  for (const [index, segment] of segmentsOf(route).entries()) {
    const name = /^:(\w+)$/.exec(segment)?.[1]
    if (name !== undefined) parameters.push([name, decode(ofPath[index] ?? '')])
  }
  return Object.fromEntries(parameters)
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}
