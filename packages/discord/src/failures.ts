import type { Failure, HttpAnswer, SendRequest } from '@slack-logger/core'

/** A failure with Discord's code, if the answer had one. */
export type ApiFailure = Failure & { readonly code?: number | undefined }

/**
 * Codes that do not refuse the rendering. Any other code with 400 does.
 *
 * @see https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
 */
const statusOfCode: ReadonlyMap<number, 'degrade' | 'repost' | 'stopChannel' | 'stopDestination'> =
  new Map([
    [10003, 'stopChannel'], // Unknown Channel
    [10004, 'stopDestination'], // Unknown Guild
    [10008, 'repost'], // Unknown Message
    [10015, 'stopDestination'], // Unknown Webhook
    [10087, 'degrade'], // Unknown Tag
    [30033, 'repost'], // Too many participants of a thread
    [40001, 'stopDestination'], // Unauthorized
    [40004, 'stopChannel'], // Messages are disabled for a while
    [40058, 'stopChannel'], // A forum, without `forum: true`
    [40066, 'stopChannel'], // The forum has no tag for whoever is no moderator
    [40067, 'stopChannel'], // The forum demands a tag
    [50001, 'stopChannel'], // Missing Access
    [50005, 'repost'], // A message of another author cannot be edited
    [50008, 'stopChannel'], // A channel that takes no messages
    [50013, 'stopChannel'], // Missing Permissions
    [50014, 'stopDestination'], // Invalid token
    [50024, 'stopChannel'], // A channel of another type
    [50027, 'stopDestination'], // Invalid webhook token
    [50083, 'repost'], // Thread is archived
    [160005, 'repost'], // Thread is locked
    [160006, 'stopChannel'], // Too many active threads
    [160007, 'stopChannel'], // The same in a channel of announcements
    [220001, 'stopChannel'], // A forum, without `forum: true`
    [220003, 'stopChannel'], // No forum, with `forum: true`
  ])

/** Too many edits of a message that is older than an hour. */
const oldEdits = { code: 30046, waitMs: 60_000 }

/** What makes every later request to this webhook, or with this token, as wrong. */
const finalCodes: readonly number[] = [10015, 50014, 50027]

/**
 * Whether no request must follow: 10,000 answers with 401, 403 or 429 in ten minutes, and those to a webhook that is gone, ban the
 * address of this machine.
 */
export function isFinal({ status, body }: HttpAnswer, { code }: ApiFailure): boolean {
  // A proxy may answer with a page.
  const isRefusedToken = status === 401 && body.trimStart().startsWith('{')
  return isRefusedToken || (code !== undefined && finalCodes.includes(code))
}

/** The failure of an answer that is neither a success nor a rate limit. */
export function classifyAnswer({ status, body }: HttpAnswer): ApiFailure {
  const { code, message } = readError(body)
  const reason = code === undefined ? `HTTP ${status}` : `${code} ${message}`
  if (code === oldEdits.code) return { status: 'wait', reason, afterMs: oldEdits.waitMs, code }
  if (status >= 500 || status === 408) return { status: 'retry', reason, accepted: 'unknown', code }
  const known = statusOfCode.get(code ?? 0)
  if (known !== undefined) return { status: known, reason, code }
  if (status === 400 || status === 413 || status === 422) return { status: 'degrade', reason, code }
  return { status: status === 403 ? 'stopChannel' : 'stopDestination', reason, code }
}

function readError(body: string): { readonly code: number | undefined; readonly message: string } {
  try {
    const { code, message, errors } = JSON.parse(body) as Readonly<Record<string, unknown>>
    const isCode = typeof code === 'number' && code > 0
    const said = typeof message === 'string' ? message : ''
    return { code: isCode ? code : undefined, message: said + invalidField(errors) }
  } catch {
    // The page of a proxy, or nothing.
    return { code: undefined, message: '' }
  }
}

/** The first invalid field of a form: `{ embeds: { 0: { title: { _errors: [{ message }] } } } }`. */
function invalidField(errors: unknown, path: readonly string[] = []): string {
  if (typeof errors !== 'object' || errors === null || path.length > maxDepth) return ''
  const [name, inner] = (Object.entries(errors)[0] ?? []) as [string?, unknown?]
  if (name === undefined) return ''
  if (name !== '_errors') return invalidField(inner, [...path, name])
  const [first] = Array.isArray(inner) ? (inner as { readonly message?: unknown }[]) : []
  return ` (${[path.join('.'), first?.message].filter((part) => part).join(': ')})`
}

const maxDepth = 8

/** The failure for this kind of request: what refuses a reply need not refuse roots. */
export function classifyFor(request: SendRequest, failure: ApiFailure): Failure {
  const { code, ...rest } = failure
  if (request.kind === 'upload' && isRefusal(failure))
    return { status: 'refused', reason: `no file: ${failure.reason}` }
  const isRoot = request.kind === 'post' && request.thread === undefined
  if (isRoot)
    return failure.status === 'repost' ? { status: 'degrade', reason: failure.reason } : rest
  // Only an alert leads to a new post where nobody may write in the old one.
  if (isClosed(failure) && request.kind === 'post' && request.isBroadcast !== true)
    return { status: 'refused', reason: `no line: ${failure.reason}` }
  // A thread or a message in it that is gone.
  return code === 10003 ? { status: 'repost', reason: failure.reason } : rest
}

/** Whether a thread was archived, as Discord does after some days without messages, or locked. */
export function isClosed({ code }: ApiFailure): boolean {
  return code === 50083 || code === 160005
}

function isRefusal({ status, code }: ApiFailure): boolean {
  if (status === 'wait' || status === 'retry' || code === 10003) return false
  return !(status === 'stopDestination' && finalCodes.includes(code ?? 0))
}
