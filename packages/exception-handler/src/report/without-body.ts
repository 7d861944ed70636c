import { isMalformedBody } from '../answer/malformed-body.ts'
import { isError, readProperty, readText } from '../read-safely.ts'

/** What parsers hang on their errors: the body itself, and frameworks the parser's text once more. */
const showingBody: ReadonlySet<string> = new Set(['body', 'response', 'options'])

/** Where V8 begins to quote a text that is no JSON, around the place where it went wrong, and what it says after that. */
const quoteStart = /, (?:\.\.\.)?"/
const quoteEnd = ' is not valid JSON'

/**
 * An error without what it shows of a body that could not be parsed, in which no redaction finds a secret. Any other error is
 * given back as it is.
 */
export function withoutBody(error: unknown): unknown {
  if (!isError(error) || !isOfBody(error)) return error
  const message = readText(error, 'message') ?? ''
  const shown = withoutQuote(message)
  const stack = readText(error, 'stack')?.replace(message, () => shown)
  const copy = Object.create(Object.getPrototypeOf(error) as object) as Error
  for (const key of Object.keys(error)) {
    if (showingBody.has(key)) continue
    Object.defineProperty(copy, key, { value: readProperty(error, key), enumerable: true })
  }
  Object.defineProperty(copy, 'message', { value: shown })
  return Object.defineProperty(copy, 'stack', { value: stack })
}

function isOfBody(error: Error): boolean {
  return isMalformedBody(error) || readText(error, 'type')?.startsWith('entity.') === true
}

function withoutQuote(message: string): string {
  const start = message.search(quoteStart)
  const end = message.lastIndexOf(quoteEnd)
  return start === -1 || end < start
    ? message
    : `${message.slice(0, start)}, …${message.slice(end)}`
}
