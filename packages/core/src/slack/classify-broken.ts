/** What went wrong on the wire, in a few words: the code of the deepest cause, or its message. */
export function describeFailure(error: unknown): string {
  const root = rootCause(error)
  const code = (root as { code?: unknown } | undefined)?.code
  if (typeof code === 'string') return code
  return root instanceof Error ? root.message : String(root)
}

function rootCause(error: unknown): unknown {
  let root = error
  for (let depth = 0; depth < 5 && root instanceof Error && root.cause !== undefined; depth += 1) {
    root = root.cause
  }
  return root
}
