import { errorKeyOf, metadataOf } from './find-error.ts'
import type { FoundError } from './find-error.ts'
import type { WinstonInfo } from './read-info.ts'

/** Keys that are shown elsewhere. */
const ownKeys: ReadonlySet<string> = new Set(
  'level message timestamp stack cause splat label'.split(' '),
)
/** What winston adds to the record of an uncaught exception. */
const exceptionKeys: ReadonlySet<string> = new Set(
  'exception rejection date process os trace'.split(' '),
)

/** What was logged beside the message and the error. */
export function readFields(
  info: WinstonInfo,
  found: FoundError | undefined,
): Readonly<Record<string, unknown>> {
  // What stands in a logged Error itself is described with the error.
  if (found?.place === 'info') return {}
  if (found?.place === 'metadata') return { ...fieldsOf(info, found), ...besideError(info) }
  return fieldsOf(info, found)
}

/** What `format.metadata` has moved, without the error. */
function besideError(info: WinstonInfo): Readonly<Record<string, unknown>> {
  const metadata = metadataOf(info)
  const { [errorKeyOf(metadata) ?? '']: _, ...fields } = metadata
  return fields
}

function fieldsOf(
  info: WinstonInfo,
  found: FoundError | undefined,
): Readonly<Record<string, unknown>> {
  const isUncaught = info['exception'] === true || info['rejection'] === true
  const entries: [string, unknown][] = []
  for (const key of Object.keys(info)) {
    if (ownKeys.has(key) || key === found?.place) continue
    if ((isUncaught && exceptionKeys.has(key)) || isCopied(key, found)) continue
    entries.push([key, info[key]])
  }
  return entries.length === 0 ? {} : Object.fromEntries(entries)
}

/** winston copies the own properties of an error in the splat into the info. */
function isCopied(key: string, found: FoundError | undefined): boolean {
  return found?.place === 'splat' && Object.hasOwn(found.error as object, key)
}
