import { isList, isObject, readObject, readProperty, readText } from '../redaction/safe-read.ts'

/** What a record asks for itself; it is listened to only where the options allow it. */
export interface RecordControls {
  readonly channel: string | undefined
  /** Parts of a key. */
  readonly fingerprint: readonly string[] | undefined
  readonly isSilent: boolean
}

/** Under which field a record asks. */
export const controlsKey = 'slack'

/** Reads what a record asks for; `undefined` if nothing. */
export function readControls(fields: unknown): RecordControls | undefined {
  const controls = isObject(fields) ? readObject(fields, controlsKey) : undefined
  if (controls === undefined) return undefined
  return {
    channel: readText(controls, 'channel'),
    fingerprint: readParts(readProperty(controls, 'fingerprint')),
    isSilent: readProperty(controls, 'silent') === true,
  }
}

function readParts(fingerprint: unknown): readonly string[] | undefined {
  const parts = isList(fingerprint) ? fingerprint : [fingerprint]
  const isRight = parts.length > 0 && parts.every((part) => typeof part === 'string' && part !== '')
  return isRight ? parts.map(String) : undefined
}
