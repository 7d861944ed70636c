import type { FaultChoice, InboxRequest } from '@slack-logger/slack-inbox'
import type { SlackPlan } from './kill-plan.ts'
import type { Random } from './random.ts'

/** What happened to one request. */
export interface SlackAnswer {
  readonly request: InboxRequest
  /**
   * `ok` and `limited` are clear. After `lost` (it took effect) and `rejected` (it did not), the client cannot know which of the
   * two it was.
   */
  readonly kind: 'ok' | 'limited' | 'rejected' | 'lost'
  /** When it was sent, in milliseconds since 1970. */
  readonly at: number
  readonly what: string
}

/** Answers each request at random, with a latency, and remembers how. */
export class SlackAnswers {
  readonly all: SlackAnswer[] = []
  readonly #random: Random
  #plan: SlackPlan | undefined

  constructor(random: Random) {
    this.#random = random
  }

  /** How Slack answers from now on. */
  follow(plan: SlackPlan): void {
    this.#plan = plan
  }

  readonly choose: FaultChoice = (request) => {
    const { maxLatencyMs = 0 } = this.#plan ?? {}
    const delayMs = this.#random.between(0, maxLatencyMs)
    const [kind, fault] = this.#chooseFault()
    const what = `${JSON.stringify(fault)} after ${delayMs} ms`
    this.all.push({ request, kind, at: request.at + delayMs, what })
    return { delayMs, ...fault }
  }

  #chooseFault(): readonly [SlackAnswer['kind'], ReturnType<FaultChoice>] {
    const { rejected = 0, lost = 0, limited = 0 } = this.#plan ?? {}
    const random = this.#random
    const status = random.pick([500, 502, 503, 504])
    const isReset = random.chance(0.5)
    const resets = random.pick([{ loseAnswer: true }, { reset: 'midBody' as const }])
    if (random.chance(limited)) return ['limited', { retryAfter: 1 }]
    if (random.chance(rejected)) return ['rejected', isReset ? { reset: true } : { status }]
    if (random.chance(lost)) return ['lost', isReset ? resets : { status, isAccepted: true }]
    return ['ok', {}]
  }
}
