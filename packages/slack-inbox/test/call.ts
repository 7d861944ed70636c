import type { Inbox, JsonObject } from '../src/index.ts'

/** A response of the Web API. */
export interface Called {
  readonly ok: boolean
  readonly error?: string
  readonly errors?: readonly string[]
  readonly ts?: string
  readonly channel?: string
  readonly response_metadata?: {
    readonly messages?: readonly string[]
    readonly next_cursor?: string
  }
  readonly [property: string]: unknown
}

/** Calls a method with a JSON body, in process. */
export async function call(
  inbox: Inbox,
  method: string,
  ...[args = {}, token = inbox.token]: readonly [args?: object, token?: string]
): Promise<Called> {
  const response = await inbox.fetch(`${inbox.apiUrl}${method}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(args),
  })
  return (await response.json()) as Called
}

/** Calls a method with a form body, in process, as Slack's own clients do. */
export async function callForm(
  inbox: Inbox,
  method: string,
  ...[args = {}, token = inbox.token]: readonly [args?: Record<string, string>, token?: string]
): Promise<Called> {
  const response = await inbox.fetch(`${inbox.apiUrl}${method}`, {
    method: 'POST',
    headers: token === '' ? {} : { authorization: `Bearer ${token}` },
    body: new URLSearchParams(args),
  })
  return (await response.json()) as Called
}

export function section(text: string): JsonObject {
  return { type: 'section', text: { type: 'mrkdwn', text } }
}
