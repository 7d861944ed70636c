/** An endpoint of Express, and the parameters that a path has for it. */
export interface ExpressRoute {
  readonly route: string
  readonly params: Readonly<Record<string, string>>
}

/**
 * The whole pattern of an endpoint from the pattern in its router, and its parameters: Express forgets where a router was
 * mounted, so the beginning is taken from the path, and it no longer tells error middleware the parameters.
 *
 * @example
 * readRoute('/api/orders/17', '/:id') // { route: '/api/orders/:id', params: { id: '17' } }
 */
export function readRoute(path: string, pattern: string): ExpressRoute {
  // Parts that match any number of segments leave open where the router begins.
  if (/[*?{}()+]/.test(pattern)) return { route: pattern, params: {} }
  const segments = segmentsOf(path)
  const ofPattern = segmentsOf(pattern)
  const start = Math.max(0, segments.length - ofPattern.length)
  const params: [string, string][] = []
  for (const [index, segment] of ofPattern.entries()) {
    const value = segments[start + index]
    if (segment.startsWith(':') && value !== undefined)
      params.push([segment.slice(1), decode(value)])
    segments[start + index] = segment
  }
  return { route: `/${segments.join('/')}`, params: Object.fromEntries(params) }
}

function decode(segment: string): string {
  try {
    return segment.includes('%') ? decodeURIComponent(segment) : segment
  } catch {
    return segment
  }
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}
