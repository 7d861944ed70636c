const plainPrototypes: ReadonlySet<unknown> = new Set(
  [Error, TypeError, ReferenceError, RangeError, SyntaxError, URIError, EvalError].map(
    ({ prototype }) => prototype as unknown,
  ),
)

/** True for an error of the language's own class with nothing added, as bugs are: it tells of no status and no validation. */
export function isPlainError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  try {
    return (
      plainPrototypes.has(Object.getPrototypeOf(error)) &&
      // What was added is enumerable as a rule; to list what is not takes V8 ten times as long.
      Object.keys(error).length === 0 &&
      !('status' in error || 'statusCode' in error)
    )
  } catch {
    return false
  }
}
