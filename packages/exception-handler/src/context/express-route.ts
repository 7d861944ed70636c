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

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}
