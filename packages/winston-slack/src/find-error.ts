import type { WinstonInfo } from './read-info.ts'

/** An error, and where it stood. */
export interface FoundError {
  readonly error: unknown
  readonly place: 'info' | 'message' | 'err' | 'error' | 'exception' | 'splat' | 'stack'
}

/** The error of an info, wherever winston puts it. */
export function findError(info: WinstonInfo): FoundError | undefined {
  if (info instanceof Error) return { error: info, place: 'info' }
  for (const place of ['message', 'err', 'error', 'exception'] as const) {
    if (looksLikeError(info[place])) return { error: info[place], place }
  }
  const error = splatOf(info).find((item) => item instanceof Error)
  return error === undefined ? fromStack(info) : { error, place: 'splat' }
}

/** What was logged behind the message. */
export function splatOf(info: WinstonInfo): readonly unknown[] {
  const splat = info[Symbol.for('splat')]
  return Array.isArray(splat) ? splat : []
}

function looksLikeError(value: unknown): boolean {
  if (value instanceof Error) return true
  if (typeof value !== 'object' || value === null) return false
  return typeof (value as { message?: unknown }).message === 'string'
}

/** `format.errors` leaves of an Error what JSON can hold. */
function fromStack({ stack, message, cause }: WinstonInfo): FoundError | undefined {
  if (typeof stack !== 'string') return undefined
  return {
    error: { message: String(message), stack, ...(cause !== undefined && { cause }) },
    place: 'stack',
  }
}
