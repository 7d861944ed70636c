const plainPrototypes: ReadonlySet<unknown> = new Set(
  [Error, TypeError, ReferenceError, RangeError, SyntaxError, URIError, EvalError].map(
    ({ prototype }) => prototype as unknown,
  ),
)

const plainProperties: ReadonlySet<string> = new Set(['stack', 'message', 'cause'])

/** True for an error of the language's own class with nothing added, as bugs are: it tells of no status and no validation. */
export function isPlainError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  try {
    return (
      plainPrototypes.has(Object.getPrototypeOf(error)) &&
      Object.getOwnPropertyNames(error).every((name) => plainProperties.has(name))
    )
  } catch {
    return false
  }
}
