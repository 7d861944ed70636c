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
  const ofPattern = patternSegments(pattern)
  if (ofPattern === undefined) return { route: pattern, params: {} }
  const segments = segmentsOf(path)
  const start = Math.max(0, segments.length - ofPattern.length)
  const params: Record<string, string> = {}
  for (let index = 0; index < ofPattern.length; index += 1) {
    const segment = ofPattern[index] ?? ''
    const value = segments[start + index]
    if (segment.startsWith(':') && value !== undefined) params[segment.slice(1)] = decode(value)
    segments[start + index] = segment
  }
  return { route: `/${segments.join('/')}`, params }
}

const maxKnown = 1000
const known = new Map<string, readonly string[] | undefined>()

/** `undefined` for parts that match any number of segments: they leave open where the router begins. */
function patternSegments(pattern: string): readonly string[] | undefined {
  if (known.has(pattern)) return known.get(pattern)
  const segments = /[*?{}()+]/.test(pattern) ? undefined : segmentsOf(pattern)
  if (known.size >= maxKnown) known.clear()
  known.set(pattern, segments)
  return segments
}

function decode(segment: string): string {
  try {
    return segment.includes('%') ? decodeURIComponent(segment) : segment
  } catch {
    return segment
  }
}

function segmentsOf(path: string): string[] {
  const segments = path.split('/')
  // Nearly always the one before the first slash is empty, and no other.
  const isUsual = segments.lastIndexOf('') === 0
  return isUsual ? segments.slice(1) : segments.filter((segment) => segment !== '')
}
