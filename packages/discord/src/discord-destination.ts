import {
  classifyBroken,
  createHttpPost,
  type Destination,
  type Detail,
  type HttpPost,
  type HttpResult,
  type Notification,
  type ProbeResult,
  type SendOptions,
  type SendRequest,
  type SyncCall,
} from '@slack-logger/core'
import { type ApiAnswer, type ApiCalls, probeCalls, sendCalls, unreadable } from './calls.ts'
import { type ApiFailure, classifyAnswer, isFinal } from './failures.ts'
import { knownNothing, messageUrl } from './known.ts'
import { type DiscordOptions, type DiscordTarget, resolveTarget } from './options.ts'
import { RateLimits, type Route } from './rate-limits.ts'
import { type ApiCall, httpRequest } from './request.ts'
import { type DiscordMessage, textLimits } from './render/message.ts'
import { render } from './render/render.ts'

/**
 * Discord as a destination: through a webhook, or as a bot.
 *
 * @throws TypeError for a wrong option, in one sentence that names it
 * @example
 * const sink = createSlackSink({ destination: discordDestination({ webhookUrl: process.env.DISCORD_WEBHOOK_URL }) })
 */
export function discordDestination(options: DiscordOptions = {}): Destination<DiscordMessage> {
  const target = resolveTarget(options, process.env)
  return typeof target === 'string' ? unsetDestination(target) : new DiscordDestination(target)
}

/** How many new messages a channel takes by itself, so that people can follow. Discord's own limits come with its answers. */
const pace = { burst: 3, everyMs: 1000 }

/** For how long an answer about the server is awaited, in milliseconds. */
const askForMs = 10_000

class DiscordDestination implements Destination<DiscordMessage> {
  readonly name = 'Discord'
  readonly can: Destination['can']
  readonly pace = pace
  readonly limits = textLimits
  readonly address: string
  readonly secrets: readonly string[]
  readonly #target: DiscordTarget
  readonly #limits = new RateLimits()
  readonly #known = knownNothing()
  #post: HttpPost = createHttpPost()
  #now: () => number = () => performance.now()
  #hasOwnFetch = false
  #hasAskedServer = false
  /** Why no request must follow. */
  #final: ApiFailure | undefined

  constructor(target: DiscordTarget) {
    const threads = target.kind === 'bot' || target.isForum
    this.#target = target
    this.address = target.address
    this.secrets = target.secrets
    const channels = target.kind === 'bot'
    this.can = { edits: true, threads, links: !threads, files: threads, channels }
  }

  connect({ clock, fetch }: Parameters<NonNullable<Destination['connect']>>[0]): void {
    this.#post = createHttpPost(fetch)
    this.#now = () => clock.monotonic?.() ?? clock.now()
    this.#hasOwnFetch = fetch !== undefined
  }

  render(notification: Notification, detail: Detail): DiscordMessage {
    return render(notification, detail, { urlOf: (ref) => this.urlOf(ref) })
  }

  urlOf(ref: string): string | undefined {
    return messageUrl(ref, this.#target, this.#known)
  }

  async send(
    request: SendRequest<DiscordMessage>,
    options: SendOptions,
  ): ReturnType<Destination['send']> {
    const result = await this.#run(sendCalls(request, this.#target, this.#known), options)
    if (result.status === 'sent') this.#learnServer()
    return result
  }

  /** Lists and reports link to messages, whose address has the id of the server, which no answer to a post has. */
  #learnServer(): void {
    if (this.#known.guild !== undefined || this.#hasAskedServer) return
    this.#hasAskedServer = true
    void this.probe({ signal: AbortSignal.timeout(askForMs) })
  }

  async probe(options: SendOptions): Promise<ProbeResult> {
    return resultOf(await this.#run(probeCalls(this.#target, this.#known), options))
  }

  /** A `fetch` of the user's own cannot be passed to a worker. */
  get exit(): Destination<DiscordMessage>['exit'] {
    if (this.#hasOwnFetch) return undefined
    return {
      send: (request, call) => this.#runSync(sendCalls(request, this.#target, this.#known), call),
      probe: (call) => resultOf(this.#runSync(probeCalls(this.#target, this.#known), call)),
    }
  }

  async #run<Result>(calls: ApiCalls<Result>, options: SendOptions): Promise<Result> {
    let step = calls.next()
    while (step.done !== true) {
      const call = step.value
      const refused = this.#refusal(call)
      step = calls.next(
        refused ?? this.#read(call, await this.#post(httpRequest(call, this.#target), options)),
      )
    }
    return step.value
  }

  #runSync<Result>(calls: ApiCalls<Result>, makeCall: SyncCall): Result {
    let step = calls.next()
    while (step.done !== true) {
      const call = step.value
      const refused = this.#refusal(call)
      step = calls.next(refused ?? this.#read(call, makeCall(httpRequest(call, this.#target))))
    }
    return step.value
  }

  /** Why a call is not made: no request must follow, or its limit is known to be exhausted. */
  #refusal({ route }: ApiCall): ApiFailure | undefined {
    if (this.#final !== undefined) return this.#final
    const waitMs = this.#limits.waitMs(route, this.#now())
    return waitMs > 0 ? limited(waitMs) : undefined
  }

  #read({ route }: { readonly route: Route }, result: HttpResult): ApiAnswer | ApiFailure {
    if ('error' in result) return classifyBroken(result.error)
    const waitMs = this.#limits.read(route, result, this.#now())
    if (waitMs !== undefined) return limited(waitMs)
    if (result.status >= 200 && result.status < 300) {
      if (result.cutBy !== undefined) return classifyBroken(result.cutBy)
      return parse(result.body) ?? unreadable
    }
    const failure = classifyAnswer(result)
    if (isFinal(result, failure)) this.#final = failure
    return failure
  }
}

function limited(waitMs: number): ApiFailure {
  return { status: 'wait', reason: 'rate limit', afterMs: Math.ceil(waitMs) }
}

function resultOf(failure: ApiFailure | undefined): ProbeResult {
  return failure ?? { status: 'answers' }
}

function parse(body: string): ApiAnswer | undefined {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? (parsed as ApiAnswer) : undefined
  } catch {
    // A page of a proxy.
    return undefined
  }
}

/** Stands in where nothing is configured: the sink then sends nothing, and one line says why. */
function unsetDestination(unset: string): Destination<DiscordMessage> {
  return {
    name: 'Discord',
    unset,
    can: { edits: true, threads: false, files: false },
    pace,
    limits: textLimits,
    render: () => undefined,
    send: async () => ({ status: 'stopDestination', reason: unset }),
  }
}
