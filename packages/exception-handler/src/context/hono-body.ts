import type { Context } from 'hono'
import { readProperty } from '../read-safely.ts'

/** What the service has read of a request's body. */
export interface HonoBody {
  readonly body?: unknown
  /** Why it is no JSON, in the parser's words. */
  readonly parseError?: string
}

/** The body of a request as far as the service has read it; a body that nobody read stays unread. */
export async function readHonoBody(context: Context): Promise<HonoBody> {
  const { bodyCache } = context.req
  const text = await settled(readProperty(bodyCache, 'text'))
  if (typeof text === 'string') return parseBody(text)
  return {
    body: (await settled(readProperty(bodyCache, 'json'))) ?? readProperty(bodyCache, 'parsedBody'),
  }
}

function parseBody(text: string): HonoBody {
  try {
    return { body: JSON.parse(text) as unknown }
  } catch (error) {
    return { body: text, ...(error instanceof Error && { parseError: error.message }) }
  }
}

async function settled(value: unknown): Promise<unknown> {
  try {
    return await value
  } catch {
    // The service has met the same failure where it read the body.
    return undefined
  }
}
