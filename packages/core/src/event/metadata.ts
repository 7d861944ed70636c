import { isPlainObject, keysOf, readProperty, readText } from '../redaction/safe-read.ts'
import type { LogRecord } from './log-record.ts'
import { readStack } from './stack.ts'

/** Where loggers put what was logged beside the text: winston's `format.metadata`, express-winston, winston-mongodb. */
const metadataKeys = ['metadata', 'meta'] as const

/**
 * Makes what is in the fields `metadata` and `meta` fields of the record itself, so that its error, request, ids and user are
 * found there. What has the name of another field stays where it is.
 */
export function liftMetadata(record: LogRecord): LogRecord {
  let { fields } = record
  for (const key of metadataKeys) {
    const metadata = readProperty(fields, key)
    if (isPlainObject(metadata) && !isSerializedError(metadata))
      fields = lift(fields, key, metadata)
  }
  return fields === record.fields ? record : { ...record, fields }
}

function isSerializedError(metadata: object): boolean {
  const isError = readText(metadata, 'message') !== undefined && readStack(metadata) !== undefined
  // express-winston adds the message and the stack of an error to the error itself.
  return isError && ['err', 'error'].every((key) => readProperty(metadata, key) === undefined)
}

function lift(fields: LogRecord['fields'], key: string, metadata: object): LogRecord['fields'] {
  try {
    const { [key]: _, ...own } = fields
    const lifted = { ...metadata, ...own }
    const left = keysOf(metadata).filter((name) => Object.hasOwn(own, name))
    if (left.length === 0) return lifted
    const entries = left.map((name) => [name, readProperty(metadata, name)])
    return { ...lifted, [key]: Object.fromEntries(entries) }
  } catch {
    // A getter that throws: where it is, it is shown as unreadable.
    return fields
  }
}
