import { isObject } from '../json.ts'
import type { Json } from '../json.ts'

/** Slack documents that there is a limit, and no number: this is what the inbox takes for it. */
export const maxMetadataCharacters = 16_000

/** The error code for `metadata`, or undefined where it is fine. */
export function metadataError(metadata: Json): string | undefined {
  if (!isObject(metadata)) return 'invalid_metadata_format'
  const known = new Set(['event_type', 'event_payload'])
  if (Object.keys(metadata).some((name) => !known.has(name))) return 'invalid_metadata_format'
  const { event_type: type, event_payload: payload } = metadata
  if (typeof type !== 'string' || type === '' || !isObject(payload))
    return 'invalid_metadata_format'
  if (!Object.values(payload).every((value) => value !== undefined && isPayloadValue(value)))
    return 'invalid_metadata_schema'
  return JSON.stringify(metadata).length > maxMetadataCharacters ? 'metadata_too_large' : undefined
}

/** A plain value, a flat object, or a list of either. */
function isPayloadValue(value: Json): boolean {
  if (!Array.isArray(value)) return isPlain(value) || isFlat(value)
  const items: readonly Json[] = value
  return items.every((item) => isPlain(item) || isFlat(item))
}

function isFlat(value: Json): boolean {
  return (
    isObject(value) && Object.values(value).every((each) => each !== undefined && isPlain(each))
  )
}

function isPlain(value: Json): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
