import type { HttpPost, HttpResult } from '@slack-logger/core'

/** Calls methods of the Web API, with the headers of their answers. */
export type SlackCall = (method: string, args?: Readonly<Record<string, string>>) => Promise<Reply>

/** An answer of the Web API, or why there was none. */
export interface Reply {
  readonly body: Readonly<Record<string, unknown>>
  /** `undefined` if the call succeeded. */
  readonly error: string | undefined
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly result: HttpResult
}

export function createSlackCall(given: {
  readonly post: HttpPost
  readonly url: string
  readonly token: string
  readonly signal: AbortSignal
}): SlackCall {
  return async (method, args = {}) => {
    const headers = {
      authorization: `Bearer ${given.token}`,
      'content-type': 'application/x-www-form-urlencoded',
    }
    const request = { url: given.url + method, headers, body: new URLSearchParams(args).toString() }
    const result = await given.post(request, { signal: given.signal })
    if ('error' in result) return { body: {}, error: result.error.message, headers: {}, result }
    const body = parse(result.body)
    const code = result.status === 429 ? 'ratelimited' : text(body['error'])
    const error = body['ok'] === true ? undefined : (code ?? `HTTP ${result.status}`)
    return { body, error, headers: result.headers, result }
  }
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** What something else than Slack answers may be no JSON. */
function parse(body: string): Reply['body'] {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Reply['body']) : {}
  } catch {
    return {}
  }
}
