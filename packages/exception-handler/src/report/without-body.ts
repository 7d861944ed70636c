import { isMalformedBody } from '../answer/malformed-body.ts'
import { isError, readProperty, readText } from '../read-safely.ts'

/** What parsers hang on their errors: the body itself, and frameworks the parser's text once more. */
const showingBody: ReadonlySet<string> = new Set(['body', 'response', 'options'])

/** What V8 quotes of a text that is no JSON, around the place where it went wrong. */
const quoted = /, (?:\.\.\.)?"[^]*"(?:\.\.\.)? is not valid JSON/

/**
 * An error without what it shows of a body that could not be parsed, in which no redaction finds a secret. Any other error is
 * given back as it is.
 */
export function withoutBody(error: unknown): unknown {
  if (!isError(error) || !isOfBody(error)) return error
  const message = readText(error, 'message') ?? ''
  const shown = message.replace(quoted, ', … is not valid JSON')
  const stack = readText(error, 'stack')?.replace(message, () => shown)
  const copy = Object.create(Object.getPrototypeOf(error) as object) as Error
  for (const key of Object.keys(error)) {
    if (!showingBody.has(key)) Object.assign(copy, { [key]: readProperty(error, key) })
  }
  Object.defineProperty(copy, 'message', { value: shown })
  return Object.defineProperty(copy, 'stack', { value: stack })
}

function isOfBody(error: Error): boolean {
  return isMalformedBody(error) || readText(error, 'type')?.startsWith('entity.') === true
}
