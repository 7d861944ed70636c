/**
 * The key of a failing request, as in `GET:test_server_error:TypeError`: requests that differ only in numeric path segments
 * share one. Anything from `?` on is dropped; `/` and `-` separate segments.
 */
export function requestKey(method: string, path: string, errorName: string): string {
  const [beforeQuery = ''] = path.split('?', 1)
  const segments = beforeQuery.replaceAll(/[/-]/g, '_').split('_')
  const kept = segments.filter((segment) => !/^\d+$/.test(segment)).join('_')
  return `${method}:${trimUnderscores(kept)}:${errorName}`
}

/** By index, since a regular expression for both ends can take quadratic time. */
function trimUnderscores(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text[start] === '_') start += 1
  while (end > start && text[end - 1] === '_') end -= 1
  return text.slice(start, end)
}
