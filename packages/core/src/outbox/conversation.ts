import type { IncidentView } from '../incident/incident.ts'
import type { Renderer } from '../message/renderer.ts'
import type { Delivery, Outcome, Priority } from './delivery.ts'

/** What a conversation works with. */
export interface ConversationParts {
  readonly channel: string
  readonly hasThreads: boolean
  readonly renderer: Renderer
  push(delivery: Delivery): void
}

/** What one alert has in one channel: a root, and its thread once the root is there. */
export class Conversation {
  readonly #parts: ConversationParts

  constructor(parts: ConversationParts) {
    this.#parts = parts
  }

  /** Posts the root. The view is asked for when the message is rendered. */
  open(view: () => IncidentView, priority: Priority): void {
    const { channel, renderer } = this.#parts
    this.#parts.push({
      channel,
      priority,
      tells: () => [view().fingerprint],
      render: (detail, notices) => {
        const message = renderer.root(view(), detail, { notices: notices() })
        return message && { kind: 'post', channel, message }
      },
      settle: (outcome) => this.#fillThread(view(), outcome),
    })
  }

  #fillThread(view: IncidentView, outcome: Outcome): void {
    if (outcome.status !== 'sent' || !this.#parts.hasThreads) return
    const { ts, channel } = outcome
    const { messages, file } = this.#parts.renderer.replies(view)
    for (const message of messages) {
      this.#reply({ kind: 'post', channel, threadTs: ts, message })
    }
    if (file !== undefined) this.#reply({ kind: 'upload', channel, threadTs: ts, file })
  }

  #reply(request: ReturnType<Delivery['render']>): void {
    this.#parts.push({
      // The lane is that of the configured channel, whatever id Slack answered with.
      channel: this.#parts.channel,
      priority: 'thread',
      render: () => request,
      settle: () => undefined,
    })
  }
}
