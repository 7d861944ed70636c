import type { Failure } from '../delivery/destination.ts'
import type { SinkEnvironment } from '../environment.ts'

/** A POST as plain data, which can cross a worker's boundary. */
export interface HttpCall {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What came back. */
export interface HttpAnswer {
  readonly status: number
  readonly retryAfter: string | null
  readonly contentType: string
  /** As far as it came. */
  readonly body: string
  /** Whether the connection broke before the end of it. */
  readonly isCut: boolean
}

export function isFailure(answer: HttpAnswer | Failure): answer is Failure {
  return 'reason' in answer
}

/** Calls, and reads the whole answer: an unread body would keep the socket out of the connection pool. */
export async function callHttp(
  call: HttpCall,
  context: { readonly environment: SinkEnvironment; readonly signal: AbortSignal },
): Promise<HttpAnswer> {
  const response = await context.environment.fetch(call.url, {
    method: 'POST',
    headers: call.headers,
    body: call.body,
    // Followed, a redirect would carry the message and the token somewhere else.
    redirect: 'manual',
    signal: context.signal,
  })
  const { body, isCut } = await readBody(response)
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    contentType: response.headers.get('content-type') ?? '',
    body,
    isCut,
  }
}

/** Answers are short; what is longer is not from Slack. */
const maxBody = 1_000_000

async function readBody(response: Response): Promise<Pick<HttpAnswer, 'body' | 'isCut'>> {
  if (response.body === null) return { body: '', isCut: false }
  const decoder = new TextDecoder()
  let body = ''
  try {
    for await (const chunk of response.body) {
      body += decoder.decode(chunk as Uint8Array, { stream: true })
      if (body.length > maxBody) return { body, isCut: true }
    }
  } catch {
    // The status and what came of the body say more than how it broke.
    return { body, isCut: true }
  }
  return { body, isCut: false }
}
