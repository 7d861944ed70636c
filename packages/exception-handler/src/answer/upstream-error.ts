import { isTagged, readProperty, readText } from '../read-safely.ts'

/**
 * True for the error of an HTTP client (axios, got, ky, octokit, Stripe, OpenAI, Elasticsearch, a thrown `Response`).
 *
 * Its status is the answer that another service gave us: for our own client it says nothing.
 */
export function isUpstreamError(error: unknown): boolean {
  // Nest's own errors keep what they answer in `response`, too.
  if (typeof readProperty(error, 'getStatus') === 'function') return false
  return (
    isTagged(error, 'Response') ||
    readProperty(error, 'isAxiosError') === true ||
    hasStatus(readProperty(error, 'response')) ||
    hasStatus(readProperty(error, 'meta')) ||
    isTagged(readProperty(error, 'headers'), 'Headers') ||
    readText(error, 'rawType') !== undefined ||
    readText(error, 'code')?.startsWith('UND_ERR') === true
  )
}

function hasStatus(answer: unknown): boolean {
  return (
    typeof readProperty(answer, 'status') === 'number' ||
    typeof readProperty(answer, 'statusCode') === 'number'
  )
}
