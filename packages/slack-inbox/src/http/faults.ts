import type { Json, JsonObject } from '../json.ts'
import {
  type Api,
  discordErrorResponse,
  type HttpResponse,
  jsonResponse,
  rateLimitedResponse,
  textResponse,
  webhookErrorResponse,
} from './answer.ts'
import type { InboxRequest } from './exchange.ts'

/** A failure, and the requests it affects. Plain data, so that it can be sent over HTTP. */
export interface FaultOptions {
  /**
   * Affect only calls of this Web API method, or `incoming-webhook`, `response-url`, `upload`, or of Discord `discord.post`,
   * `discord.edit`, `discord.thread` or `discord.get`.
   *
   * @default all
   */
  readonly method?: string
  /**
   * Affect only requests to this channel, by name or id.
   *
   * @default all
   */
  readonly channel?: string
  /**
   * The number of requests to affect.
   *
   * @default all, until `stop` or `clear`
   */
  readonly times?: number
  /**
   * The probability of affecting a request, from 0 to 1.
   *
   * @default 1
   */
  readonly rate?: number
  /** The HTTP status of the response. A 429 has a `Retry-After` header. */
  readonly status?: number
  /** The error code in the response: `ok: false` from the Web API, plain text from a webhook, a number from Discord. */
  readonly error?: string
  /** Seconds for `Retry-After`; without `status` it implies 429. */
  readonly retryAfter?: number
  /** Milliseconds to wait before the response. */
  readonly delayMs?: number
  /** Milliseconds until the request takes effect, if it does. */
  readonly effectAfterMs?: number
  /** Never respond; the connection stays open. */
  readonly hang?: boolean
  /** Break the connection: before any response, or in the middle of its body. */
  readonly reset?: boolean | 'midBody'
  /** Accept the request, then break the connection without a response. */
  readonly loseAnswer?: boolean
  /** Respond with an HTML page, as a proxy does. */
  readonly html?: boolean
  /** Respond with invalid JSON. */
  readonly garbage?: boolean
  /**
   * Whether the request takes effect despite the fault.
   *
   * @default true for `delayMs` or `effectAfterMs` alone, `loseAnswer` and `reset: 'midBody'`, else false
   */
  readonly isAccepted?: boolean
}

/** Decides for each request which failure affects it; `undefined` for none. */
export type FaultChoice = (
  request: InboxRequest,
) => Omit<FaultOptions, 'method' | 'channel' | 'times' | 'rate'> | undefined

/** An active fault. */
export interface Fault {
  readonly id: number
  /** Empty for a function that decides for each request. */
  readonly options: FaultOptions
  /** How many requests it has affected. */
  readonly hits: number
  /** Deactivates the fault. */
  stop(): void
}

interface ActiveFault extends Fault {
  hits: number
  readonly choose: FaultChoice | undefined
}

/** The active faults in the order they were added; the first one that matches a request applies. */
export class Faults {
  readonly #active = new Map<number, ActiveFault>()
  readonly #random: () => number
  #lastId = 0

  constructor(random: () => number) {
    this.#random = random
  }

  get active(): readonly Fault[] {
    return [...this.#active.values()]
  }

  add(given: FaultOptions | FaultChoice): Fault {
    this.#lastId += 1
    const id = this.#lastId
    const [options, choose] = typeof given === 'function' ? [{}, given] : [given, undefined]
    const fault: ActiveFault = { id, options, choose, hits: 0, stop: () => this.#active.delete(id) }
    this.#active.set(id, fault)
    return fault
  }

  stop(id: number): boolean {
    return this.#active.delete(id)
  }

  clear(): void {
    this.#active.clear()
  }

  /** The fault that applies to `request`; counts the hit. */
  pick(request: InboxRequest, channelName: string | undefined): FaultOptions | undefined {
    for (const fault of this.#active.values()) {
      const { choose, options } = fault
      const isMatch = choose === undefined && this.#matches(options, request, channelName)
      const chosen = isMatch ? options : choose?.(request)
      if (chosen === undefined) continue
      fault.hits += 1
      if (fault.hits >= (options.times ?? Infinity)) fault.stop()
      return chosen
    }
    return undefined
  }

  #matches(options: FaultOptions, request: InboxRequest, channelName: string | undefined): boolean {
    const { method, channel, rate = 1 } = options
    if (method !== undefined && method !== request.method) return false
    const bare = channel?.replace(/^#/, '')
    if (bare !== undefined && bare !== request.channel && bare !== channelName) return false
    return rate >= 1 || this.#random() < rate
  }
}

/** The response that `fault` puts in place of the real one, if any. */
export function faultyResponse(fault: FaultOptions, method: string): HttpResponse | undefined {
  const status = statusOf(fault)
  if (fault.html === true) return htmlResponse(status ?? 503, fault.retryAfter)
  if (fault.garbage === true)
    return { ...jsonResponse({}, status), body: '{"ok":true,"channel":"C0' }
  const api = apiOf(method)
  if (status === 429) return rateLimitedResponse(fault.retryAfter ?? 1, api)
  const { error } = fault
  if (error === undefined) return status === undefined ? undefined : textResponse('', status)
  if (api === 'discord') return discordErrorResponse(error, status)
  return api === 'webhook'
    ? webhookErrorResponse(error, status)
    : jsonResponse({ ok: false, error }, status)
}

function apiOf(method: string): Api {
  if (method.startsWith('discord')) return 'discord'
  return method === 'incoming-webhook' ? 'webhook' : 'webApi'
}

function statusOf({ status, retryAfter, error }: FaultOptions): number | undefined {
  if (status !== undefined) return status
  return retryAfter !== undefined || error === 'ratelimited' ? 429 : undefined
}

function htmlResponse(status: number, retryAfter: number | undefined): HttpResponse {
  const body = '<!doctype html><title>Server Error</title><h1>Server Error</h1>'
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  }
  return { ...textResponse(body, status), headers }
}

const isValid: Readonly<Record<keyof FaultOptions, (value: Json) => boolean>> = {
  method: isText,
  channel: isText,
  times: (value) => isNumber(value) && Number(value) >= 1,
  rate: (value) => isNumber(value) && Number(value) <= 1,
  status: (value) => isNumber(value) && Number(value) >= 200 && Number(value) <= 599,
  error: isText,
  retryAfter: isNumber,
  delayMs: isNumber,
  effectAfterMs: isNumber,
  hang: isFlag,
  reset: (value) => isFlag(value) || value === 'midBody',
  loseAnswer: isFlag,
  html: isFlag,
  garbage: isFlag,
  isAccepted: isFlag,
}

/** The fault in a JSON object, or an error message. */
export function parseFault(body: JsonObject): FaultOptions | string {
  for (const [name, value] of Object.entries(body)) {
    if (!isOption(name)) return `Expected a property of a fault, got \`${name}\``
    if (value === undefined || !isValid[name](value))
      return `Expected \`${name}\` to be a valid value for a fault, got ${JSON.stringify(value)}`
  }
  return body
}

function isOption(name: string): name is keyof FaultOptions {
  return Object.hasOwn(isValid, name)
}

function isText(value: Json): boolean {
  return typeof value === 'string'
}

function isNumber(value: Json): boolean {
  return typeof value === 'number' && value >= 0
}

function isFlag(value: Json): boolean {
  return typeof value === 'boolean'
}
