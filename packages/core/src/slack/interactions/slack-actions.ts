import { createHmac, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { resolveEnvironment } from '../../environment.ts'
import { isUnreached } from '../../delivery/actions/action-intake.ts'
import { actInFleet, countRejected } from '../../fleet/act.ts'
import { post } from '../../http.ts'
import type { ActionRefusal, IncidentAction } from '../../incident/actions/action.ts'
import { journalPath } from '../../journal/folder.ts'
import { wordsFor } from '../../notification/locale/locale.ts'
import { respond } from './actions-port.ts'
import { parseInteraction } from './parse-interaction.ts'

/** The options of {@link slackActions}. */
export interface SlackActionsOptions {
  /** *Signing Secret* in the app's *Basic Information*. */
  readonly signingSecret: string | undefined
  /**
   * Called once for each action, after Slack has its answer. What it throws becomes a warning of the process.
   *
   * @default passes it on to the process of this host that leads the service whose message has the button: a transport in this thread, in
   * a worker or in another process
   */
  readonly onAction?: ((action: IncidentAction) => unknown) | undefined
  /**
   * The folder of the journal, as the transport has it: the process that leads is found there.
   *
   * @default as in the transport
   */
  readonly spoolDir?: string | false | undefined
  /**
   * Called for each request that is refused with 401.
   *
   * @default a warning of the process, at most one a minute; none for requests without a signature
   */
  readonly onRefused?: ((reason: Refusal) => void) | undefined
}

/** Handles a request of Slack. Web-standard, as Hono, Next.js, Bun and Deno have it. */
export type ActionsHandler = (request: Request) => Promise<Response>

/** A payload holds a message, which has some 100 kB at most. */
const maxBodyBytes = 1024 * 1024
const maxKnownIds = 1000
/** For an answer that only the person sees. */
const answerWithinMs = 5000

/** The error for a body that something else has read: its signature cannot be verified any more. */
export const bodyReadMessage =
  'Expected the raw body of a request from Slack, got one that a body parser has read. Add slackActions before the parser, or keep the bytes in `request.rawBody`.'

/**
 * Handles clicks on an incident's buttons: the *Request URL* under *Interactivity* in the app's settings. Answers at once, and
 * only to Slack: other requests get 401.
 *
 * @throws TypeError for a wrong option
 * @example
 * ```ts
 * const actions = slackActions({ signingSecret: process.env.SLACK_SIGNING_SECRET, onAction })
 * app.post('/slack/actions', (context) => actions(context.req.raw)) // Hono
 * app.post('/slack/actions', toNodeHandler(actions)) // Express
 * ```
 */
export function slackActions(options: SlackActionsOptions): ActionsHandler {
  const { signingSecret, onAction = toLeader(options), onRefused = warnOfRefusals() } = options
  if (typeof signingSecret !== 'string' || signingSecret === '')
    throw new TypeError("Expected `signingSecret` to be the app's signing secret, got none")
  if (typeof onAction !== 'function')
    throw new TypeError(`Expected \`onAction\` to be a function, got ${typeof onAction}`)
  const known = new LRUCache<string, true>({ max: maxKnownIds })

  const accept = (action: IncidentAction | undefined): void => {
    if (action === undefined || known.has(action.id)) return
    known.set(action.id, true)
    // The answer is sent first: Slack waits for three seconds only.
    setTimeout(() => void run(onAction, action), 0)
  }

  return async (request) => {
    if (request.method !== 'POST')
      return isCertificateCheck(new URL(request.url).searchParams)
        ? answer(200)
        : answer(405, '', { allow: 'POST' })
    const body = await readBody(request)
    if (body === undefined) return answer(413)
    const text = new TextDecoder().decode(body)
    const form = new URLSearchParams(text)
    // Slack does not sign these, and they change nothing.
    if (isCertificateCheck(form)) return answer(200)
    const signature = request.headers.get('x-slack-signature') ?? ''
    const timestamp = request.headers.get('x-slack-request-timestamp') ?? ''
    const refusal = refusalOf({ signature, timestamp, body }, signingSecret, Date.now())
    if (refusal !== undefined) {
      if (refusal !== 'unsigned') countRejected()
      onRefused(refusal)
      return answer(401)
    }
    const challenge = challengeIn(text)
    if (challenge !== undefined) return answer(200, challenge, { 'content-type': 'text/plain' })
    accept(parseInteraction(parseJson(form.get('payload') ?? '')))
    return answer(200)
  }
}

async function run(
  onAction: NonNullable<SlackActionsOptions['onAction']>,
  action: IncidentAction,
): Promise<void> {
  try {
    await onAction(action)
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
  }
}

/** Passes actions on to whoever has the incidents. */
function toLeader({ spoolDir }: SlackActionsOptions): (action: IncidentAction) => Promise<void> {
  const { variables, clock, fileSystem, process } = resolveEnvironment()
  const given = spoolDir ?? variables['SLACK_LOGGER_SPOOL_DIR']?.trim()
  const path = given === false ? undefined : given || journalPath(variables, process.uid)
  return async (action) => {
    const result = await actInFleet(action, { clock, fileSystem, process, path })
    // Whoever was reached has answered.
    if (result.status === 'refused' && isUnreached(result.reason))
      await answerPerson(action, result.reason)
  }
}

async function answerPerson({ responseUrl }: IncidentAction, reason: ActionRefusal): Promise<void> {
  if (responseUrl === undefined) return
  const text = wordsFor('en').refusedAction[reason]
  await respond({ post, responseUrl, text, signal: AbortSignal.timeout(answerWithinMs) })
}

const remedies: Readonly<Record<Exclude<Refusal, 'unsigned'>, string>> = {
  outdated: 'its time is more than five minutes off. Check the clock of this machine',
  mismatch:
    'its signature does not fit. Check `signingSecret`, and that nothing changes the body before slackActions',
}

const warningEveryMs = 60_000

/** A wrong secret would otherwise only show in Slack, as buttons that do nothing. Anybody can send what has no signature. */
function warnOfRefusals(): (reason: Refusal) => void {
  let lastAt = -Infinity
  return (reason) => {
    if (reason === 'unsigned' || Date.now() - lastAt < warningEveryMs) return
    lastAt = Date.now()
    process.emitWarning(`A request to slackActions was refused: ${remedies[reason]}.`)
  }
}

function answer(status: number, body = '', headers: Record<string, string> = {}): Response {
  return new Response(body, { status, headers })
}

/** The bytes of a body; undefined if there are too many. */
async function readBody(request: Request): Promise<Uint8Array | undefined> {
  if (request.bodyUsed) throw new Error(bodyReadMessage)
  // Where a length is announced, nothing has to be read to refuse it.
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) return undefined
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of request.body ?? []) {
    bytes += piece.length
    if (bytes > maxBodyBytes) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** Slack checks the certificate of a request URL from time to time. */
function isCertificateCheck(parameters: URLSearchParams): boolean {
  return parameters.get('ssl_check') === '1' && !parameters.has('payload')
}

/** Slack verifies the address of event subscriptions, which may be the same. */
function challengeIn(text: string): string | undefined {
  const body = text.startsWith('{') ? parseJson(text) : undefined
  if (typeof body !== 'object' || body === null) return undefined
  const { type, challenge } = body as Readonly<Record<string, unknown>>
  return type === 'url_verification' && typeof challenge === 'string' ? challenge : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Slack signed it, so it is something that this handler does not know.
    return undefined
  }
}

/** Older requests may be replays, and the clocks of both sides may differ. */
const maxAgeSeconds = 5 * 60

/** What Slack signed. */
export interface SignedRequest {
  /** The header `x-slack-signature`. */
  readonly signature: string
  /** The header `x-slack-request-timestamp`. */
  readonly timestamp: string
  /** As it arrived: a body that was parsed and written again has another signature. */
  readonly body: Uint8Array
}

/** Why a request is not taken for one of Slack: no signature, a time that is more than five minutes off, or another signature. */
export type Refusal = 'unsigned' | 'outdated' | 'mismatch'

/**
 * Why a request is refused; undefined if it is from Slack and recent.
 *
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function refusalOf(
  { signature, timestamp, body }: SignedRequest,
  signingSecret: string,
  nowMs: number,
): Refusal | undefined {
  if (signature === '' || !/^\d{1,12}$/.test(timestamp)) return 'unsigned'
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > maxAgeSeconds) return 'outdated'
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body)
  const expected = Buffer.from(`v0=${digest.digest('hex')}`)
  const given = Buffer.from(signature)
  const isSame = given.length === expected.length && timingSafeEqual(given, expected)
  return isSame ? undefined : 'mismatch'
}
