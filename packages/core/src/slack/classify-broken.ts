import type { Failure } from './send-result.ts'

/** The failure of a request that got no answer. */
export function classifyBroken(error: unknown): Failure {
  const root = rootCause(error)
  return {
    status: 'retry',
    reason: describe(root),
    arrived: wasNeverSent(root) ? 'no' : 'unknown',
  }
}

/** What went wrong on the wire, in a few words: the code of the deepest cause, or its message. */
function describe(root: unknown): string {
  const code = codeOf(root)
  if (code !== undefined) return code
  return root instanceof Error ? root.message : String(root)
}

/** The connection was not made, so nothing went over it. */
function wasNeverSent(root: unknown): boolean {
  const syscall = (root as { syscall?: unknown } | undefined)?.syscall
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true
  return /^(ECONNREFUSED|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT|ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/.test(
    codeOf(root) ?? '',
  )
}

function codeOf(root: unknown): string | undefined {
  const code = (root as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

function rootCause(error: unknown): unknown {
  let root = error
  for (let depth = 0; depth < 5 && root instanceof Error && root.cause !== undefined; depth += 1) {
    root = root.cause
  }
  return root
}
