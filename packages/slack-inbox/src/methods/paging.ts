import { number, text } from '../argument.ts'
import type { JsonObject } from '../json.ts'
import { refuse } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'

/** A part of a long list, and the cursor to the next. */
export interface Page<T> {
  readonly ok: true
  readonly items: readonly T[]
  readonly hasMore: boolean
  /** Empty at the end. */
  readonly nextCursor: string
}

/** The page of `items` that `limit` and `cursor` ask for. A cursor is the key of the page's first item. */
export function pageOf<T>(
  items: readonly T[],
  args: JsonObject,
  options: {
    readonly key: (item: T) => string
    readonly defaultLimit: number
    readonly maxLimit: number
  },
): Page<T> | Refusal {
  const cursor = text(args, 'cursor')
  const first = decodeCursor(cursor)
  const start = cursor === '' ? 0 : items.findIndex((item) => options.key(item) === first)
  if (start === -1) return refuse('invalid_cursor')
  const asked = number(args, 'limit') ?? 0
  const limit = Math.min(asked > 0 ? Math.trunc(asked) : options.defaultLimit, options.maxLimit)
  const next = items[start + limit]
  return {
    ok: true,
    items: items.slice(start, start + limit),
    hasMore: next !== undefined,
    nextCursor: next === undefined ? '' : encodeCursor(options.key(next)),
  }
}

function encodeCursor(key: string): string {
  return Buffer.from(`next:${key}`).toString('base64')
}

function decodeCursor(cursor: string): string | undefined {
  const decoded = Buffer.from(cursor, 'base64').toString()
  return decoded.startsWith('next:') ? decoded.slice('next:'.length) : undefined
}
