import type { WinstonInfo } from './read-info.ts'

/** An error, and where it stood. */
export interface FoundError {
  readonly error: unknown
  readonly place:
    | 'info'
    | 'message'
    | 'err'
    | 'error'
    | 'exception'
    | 'splat'
    | 'metadata'
    | 'stack'
}

/** The error of an info, wherever winston puts it. */
export function findError(info: WinstonInfo): FoundError | undefined {
  if (info instanceof Error) return { error: info, place: 'info' }
  // By name and one by one, since this is done for every record: in a loop over the names it took twice as long.
  const { message, err, error: named, exception } = info
  if (looksLikeError(message)) return { error: message, place: 'message' }
  if (looksLikeError(err)) return { error: err, place: 'err' }
  if (looksLikeError(named)) return { error: named, place: 'error' }
  if (looksLikeError(exception)) return { error: exception, place: 'exception' }
  const error = splatOf(info).find(isError)
  if (error !== undefined) return { error, place: 'splat' }
  return fromMetadata(metadataOf(info)) ?? fromStack(info)
}

/** Where `format.metadata` moves all fields. */
export function metadataOf(info: WinstonInfo): WinstonInfo {
  const { metadata } = info
  return typeof metadata === 'object' && metadata !== null ? (metadata as WinstonInfo) : noFields
}

/** What `format.metadata` has under it that is an error. */
export function errorKeyOf(metadata: WinstonInfo): string | undefined {
  return metadataPlaces.find((key) => looksLikeError(metadata[key]))
}

function fromMetadata(metadata: WinstonInfo): FoundError | undefined {
  const key = errorKeyOf(metadata)
  return key === undefined ? undefined : { error: metadata[key], place: 'metadata' }
}

const metadataPlaces = ['err', 'error', 'exception'] as const
const splatKey = Symbol.for('splat')
const nothing: readonly unknown[] = []
const noFields: WinstonInfo = {}

/** What was logged behind the message. */
export function splatOf(info: WinstonInfo): readonly unknown[] {
  const splat = info[splatKey]
  return Array.isArray(splat) ? splat : nothing
}

const isError = (value: unknown): boolean => value instanceof Error

function looksLikeError(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return typeof (value as { message?: unknown }).message === 'string' || value instanceof Error
}

/** `format.errors` leaves of an Error what JSON can hold. */
function fromStack({ stack, message, cause }: WinstonInfo): FoundError | undefined {
  if (typeof stack !== 'string') return undefined
  return {
    error: { message: String(message), stack, ...(cause !== undefined && { cause }) },
    place: 'stack',
  }
}
