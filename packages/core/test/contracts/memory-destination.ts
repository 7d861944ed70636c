import { once } from 'node:events'
import type {
  Capabilities,
  Destination,
  Detail,
  Edit,
  Failure,
  FindResult,
  Metadata,
  Notification,
  PostedAs,
  ProbeResult,
  Recalled,
  RecallOptions,
  SendOptions,
  SendRequest,
  SendResult,
  SyncSender,
  TextFile,
  TextLimits,
} from '../../src/index.ts'

/** A message in memory. */
export interface MemoryMessage {
  readonly ref: string
  readonly channel: string
  readonly text: string
  /** The reference of the root, for a reply. */
  readonly thread: string | undefined
  readonly isBroadcast: boolean
  readonly id: string | undefined
  readonly metadata: Metadata | undefined
  readonly edits: number
}

/** Everything that a destination can do, in a process: messages are texts. */
export class MemoryDestination implements Destination<string> {
  readonly name = 'Memory'
  readonly can: Capabilities
  readonly pace = { burst: 3, everyMs: 1000 }
  readonly limits: TextLimits = { part: 3000, message: 10_000, parts: 4 }
  readonly exit: SyncSender<string>
  readonly messages: MemoryMessage[] = []
  readonly files: (TextFile & { readonly thread: string })[] = []
  /** The results of the next requests that would be accepted; `'silence'` for none. */
  readonly script: (Failure | 'silence')[] = []
  /** The result of every request while it is down. */
  down: Failure | 'silence' | undefined

  constructor(can: Partial<Capabilities> = {}) {
    this.can = { edits: true, threads: true, files: true, ...can }
    this.exit = { send: (request) => this.#answer(request), find: (post) => this.#find(post) }
  }

  render(notification: Notification, detail: Detail): string {
    const lines = linesOf(notification)
    return (detail === 'text' ? lines.slice(0, 1) : lines).join('\n')
  }

  send(request: SendRequest<string>, options: SendOptions): Promise<SendResult> {
    return this.#unlessDown(options, () => this.#answer(request))
  }

  find(post: PostedAs, options: SendOptions): Promise<FindResult> {
    return this.#unlessDown(options, () => this.#find(post))
  }

  probe(options: SendOptions): Promise<ProbeResult> {
    return this.#unlessDown(options, () => ({ status: 'answers' }))
  }

  async recall(channel: string, options: RecallOptions): Promise<readonly Recalled[]> {
    const messages = await this.#unlessDown(options, () => this.messages)
    if ('status' in messages) return []
    return messages.flatMap(({ ref, metadata, ...message }) =>
      message.channel === channel && metadata !== undefined ? [{ ref, metadata }] : [],
    )
  }

  async #unlessDown<Result>(
    { signal, onTransmit }: SendOptions,
    answer: () => Result,
  ): Promise<Result | Failure> {
    onTransmit?.()
    const down = signal.aborted ? 'silence' : this.down
    if (down !== 'silence') return down ?? answer()
    if (!signal.aborted) await once(signal, 'abort')
    return { status: 'retry', reason: 'no answer', accepted: 'unknown' }
  }

  #answer(request: SendRequest<string>): SendResult {
    const scripted = this.down ?? this.script.shift()
    if (scripted === 'silence') {
      // It is accepted, and nobody learns that.
      this.#accept(request)
      return { status: 'retry', reason: 'no answer', accepted: 'unknown' }
    }
    return scripted ?? this.#accept(request)
  }

  #accept(request: SendRequest<string>): SendResult {
    switch (request.kind) {
      case 'post': {
        const { channel, message, thread, id, metadata, isBroadcast = false } = request
        const ref = `memory-${this.messages.length + 1}`
        const posted = { ref, channel, text: message, thread, isBroadcast, id, metadata, edits: 0 }
        this.messages.push(posted)
        return { status: 'sent', ref }
      }
      case 'edit':
        return this.#edit(request)
      case 'upload': {
        if (!this.can.files) return { status: 'refused', reason: 'no files', remedy: 'disabled' }
        this.files.push({ ...request.file, thread: request.thread })
        return { status: 'sent', ref: '' }
      }
    }
  }

  #edit({ ref, message: text, metadata }: Edit<string>): SendResult {
    const index = this.messages.findIndex((message) => message.ref === ref)
    const message = this.messages[index]
    if (!this.can.edits || message === undefined) return { status: 'repost', reason: 'no message' }
    const edits = message.edits + 1
    this.messages[index] = { ...message, text, edits, metadata: metadata ?? message.metadata }
    return { status: 'sent', ref }
  }

  #find({ id, channel }: PostedAs): FindResult {
    const found = this.messages.find((message) => message.id === id && message.channel === channel)
    return found === undefined ? { status: 'absent' } : { status: 'found', ref: found.ref }
  }
}

/** The parts of a notification that make sense as plain text, most important first. */
function linesOf(notification: Notification): readonly string[] {
  switch (notification.kind) {
    case 'root': {
      const { headline, facts, sections, notices, why } = notification
      return [
        headline,
        ...facts.map(({ label, text }) => `${label}: ${text}`),
        ...sections.map(({ title }) => title),
        ...notices,
        why,
      ]
    }
    case 'state':
      return [notification.line, notification.why]
    case 'details':
      return [notification.headline, ...notification.parts.map(({ text }) => text)]
    case 'storm':
      return [
        notification.title,
        ...notification.problems.map(({ title, count }) => `${title} ×${count}`),
        notification.why,
      ]
    case 'list':
      return [notification.headline, ...notification.problems.map(({ title }) => title)]
    case 'notice':
      return [notification.text]
    case 'report':
      return [
        notification.headline,
        ...notification.facts.map(({ label, text }) => `${label}: ${text}`),
        ...notification.lists.flatMap(({ items }) => items.map(({ text }) => text)),
        ...notification.notices,
        notification.foot,
      ]
  }
}
