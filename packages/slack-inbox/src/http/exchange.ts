import type { JsonObject } from '../json.ts'
import type { Slack } from '../slack.ts'
import type { HttpAnswer, HttpRequest, HttpResponse } from './answer.ts'
import { type FaultOptions, faultyResponse } from './faults.ts'

/** A request that reached the inbox, accepted or not. */
export interface InboxRequest {
  /** When it arrived, in milliseconds since 1970 on the inbox's clock. */
  readonly at: number
  /** The Web API method, `incoming-webhook`, `response-url`, `upload`, or `discord.post`, `.edit`, `.thread` or `.get`. */
  readonly method: string
  /** Without the token. */
  readonly arguments: JsonObject
  readonly headers: Readonly<Record<string, string>>
  /** The channel argument: an id if there is such a channel, else as given. */
  readonly channel: string | undefined
  /** The HTTP status of the response; undefined while there is none, and for broken connections. */
  status: number | undefined
  /** The error code in the response. */
  error: string | undefined
  /** Whether the request took effect, whatever the client received. */
  isAccepted: boolean
  /** Whether a fault affected the request. */
  isFaulty: boolean
  /** The size of the body. */
  readonly bytes: number
}

/**
 * The latest requests: enough for tests, bounded for long runs.
 *
 * Invariant: `#bytes` is the sum of `bytes` over `#requests`.
 */
export class RequestLog {
  readonly #requests: InboxRequest[] = []
  readonly #maxRequests: number
  readonly #maxBytes: number
  #bytes = 0

  constructor(limits: { readonly maxRequests: number; readonly maxBytes: number }) {
    this.#maxRequests = limits.maxRequests
    this.#maxBytes = limits.maxBytes
  }

  get latest(): readonly InboxRequest[] {
    return this.#requests
  }

  add(request: InboxRequest): void {
    this.#requests.push(request)
    this.#bytes += request.bytes
    // Removes an eighth at a time, because removing the first element moves all the others.
    if (this.#requests.length > this.#maxRequests || this.#bytes > this.#maxBytes)
      for (const old of this.#requests.splice(0, Math.ceil(this.#requests.length / 8)))
        this.#bytes -= old.bytes
  }

  clear(): void {
    this.#requests.length = 0
    this.#bytes = 0
  }
}

/** What the log and the faults need of a request. */
interface ExchangeInput {
  readonly method: string
  readonly arguments: JsonObject
  readonly http: HttpRequest
  /** The channel argument: an id, a name or undefined. */
  readonly channel: string | undefined
}

/** The response to a request that no fault affects. */
export interface ExchangeResult {
  readonly response: HttpResponse
  readonly error: string | undefined
}

/** Logs a request and responds with the result of `accept`, unless a fault applies. */
export async function exchange(
  slack: Slack,
  input: ExchangeInput,
  accept: () => ExchangeResult,
): Promise<HttpAnswer> {
  const channel =
    input.channel === undefined ? undefined : slack.workspace.findChannel(input.channel)
  const request: InboxRequest = {
    at: slack.clock.now(),
    method: input.method,
    arguments: withoutToken(input.arguments),
    headers: withoutSecrets(input.http.headers),
    channel: channel?.id ?? input.channel,
    status: undefined,
    error: undefined,
    isAccepted: false,
    isFaulty: false,
    bytes: input.http.body.length,
  }
  slack.log.add(request)
  const fault = slack.faults.pick(request, channel?.name)
  if (fault === undefined) return respond(request, accept())
  request.isFaulty = true
  return fail(slack, fault, { request, accept })
}

function respond(request: InboxRequest, { response, error }: ExchangeResult): HttpResponse {
  request.status = response.status
  request.error = error
  request.isAccepted = error === undefined
  return response
}

async function fail(
  slack: Slack,
  fault: FaultOptions,
  { request, accept }: { readonly request: InboxRequest; readonly accept: () => ExchangeResult },
): Promise<HttpAnswer> {
  const faulty = faultyResponse(fault, request.method)
  const isAccepted = fault.isAccepted ?? takesEffect(fault, faulty)
  await wait(slack, fault.effectAfterMs)
  const real = isAccepted ? respond(request, accept()) : undefined
  await wait(slack, fault.delayMs)
  const answer = faultyAnswer(fault, faulty ?? real)
  request.status = answer.kind === 'response' ? answer.status : undefined
  if (faulty !== undefined) request.error = fault.error ?? request.error
  return answer
}

async function wait({ clock }: Slack, ms: number | undefined): Promise<void> {
  if (ms !== undefined)
    await new Promise<void>((resolve) => {
      clock.setTimer(resolve, ms)
    })
}

function takesEffect(fault: FaultOptions, faulty: HttpResponse | undefined): boolean {
  if (fault.loseAnswer === true || fault.reset === 'midBody') return true
  return faulty === undefined && fault.hang !== true && fault.reset !== true
}

function faultyAnswer(fault: FaultOptions, response: HttpResponse | undefined): HttpAnswer {
  if (fault.hang === true) return { kind: 'hang' }
  if (fault.reset === 'midBody') return { kind: 'reset', partial: response }
  if (fault.reset === true || fault.loseAnswer === true || response === undefined)
    return { kind: 'reset', partial: undefined }
  return response
}

function withoutToken(args: JsonObject): JsonObject {
  const { token: _token, ...shown } = args
  return shown
}

function withoutSecrets(headers: HttpRequest['headers']): HttpRequest['headers'] {
  const { authorization: _authorization, cookie: _cookie, ...shown } = headers
  return shown
}
