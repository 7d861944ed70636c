import type { Inbox, InboxMessage } from '@slack-logger/slack-inbox'

/** One message in the channel with its thread, read as people read it. */
export interface SlackUnit {
  readonly root: ReadMessage
  readonly replies: readonly ReadMessage[]
  /** About one problem, about a storm, a list of several problems, or about none. */
  readonly kind: 'problem' | 'storm' | 'list' | 'other'
  /** All names in it, each once. */
  readonly named: ReadonlySet<string>
}

export interface ReadMessage {
  readonly ts: string
  /** When it was posted, in milliseconds since 1970. */
  readonly postedAt: number
  /** The id under which the client can find it. */
  readonly id: string | undefined
  readonly text: string
  /** The problems that it names. */
  readonly named: readonly string[]
  /** The problems whose logged fields it shows. */
  readonly detailed: readonly string[]
  /** Whether it shows a stack. */
  readonly hasStack: boolean
}

/** All roots with their threads, oldest first. */
export function readSlack(inbox: Inbox): readonly SlackUnit[] {
  const roots = inbox.messages().filter(({ isReply }) => !isReply)
  return roots.map((message) => {
    const root = readMessage(message)
    const replies = inbox.thread(message.ts).slice(1).map(readMessage)
    const named = new Set([root, ...replies].flatMap((each) => each.named))
    return { root, replies, named, kind: kindOf(root) }
  })
}

function kindOf({ text, named }: ReadMessage): SlackUnit['kind'] {
  if (text.includes('🌩️')) return 'storm'
  if (/\d× /.test(text)) return 'list'
  return named.length === 0 ? 'other' : 'problem'
}

function readMessage(message: InboxMessage): ReadMessage {
  const { ts, metadata, files } = message
  const contents = files.map(({ content = '' }) => content)
  const text = [message.text, ...textsOf(message), ...contents].join('\n')
  const payload = metadata?.['event_payload'] as { readonly id?: string } | undefined
  return {
    ts,
    postedAt: Number(ts) * 1000,
    id: payload?.id,
    text,
    named: namesIn(text, 'problem'),
    detailed: namesIn(text, 'about'),
    hasStack: text.includes('\n    at '),
  }
}

function textsOf({ blocks, attachments }: InboxMessage): readonly string[] {
  return [...blocks, ...attachments].map((block) => linesOf(block).join('\n'))
}

/** The lines in a block: the texts of one line stand in one element. */
function linesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) {
    const parts = value.map((part) => linesOf(part))
    // The elements of a line, as against a list of lines.
    const isLine = value.every((part) => hasText(part))
    return isLine ? [parts.flat().join('')] : parts.flat()
  }
  if (typeof value !== 'object' || value === null) return []
  const { text } = value as { readonly text?: unknown }
  if (typeof text === 'string') return [text]
  return Object.values(value).flatMap((part) => linesOf(part))
}

function hasText(part: unknown): boolean {
  return typeof (part as { readonly text?: unknown } | null)?.text === 'string'
}

/** The names after a word, each once. */
export function namesIn(text: string, word: 'problem' | 'about'): readonly string[] {
  const matches = text.matchAll(new RegExp(`\\b${word} ([a-z]{8})\\b`, 'g'))
  return [...new Set([...matches].map(([, name = '']) => name))]
}

/** How many occurrences a message of one problem counts. */
export function countOf({ text }: ReadMessage): number {
  return readCount(/(?:\*Count\* |Count: )([\d,]+)/.exec(text)) ?? 1
}

/** How many occurrences a line of a list counts. */
export function countInList({ text }: ReadMessage, name: string): number | undefined {
  const line = text.split('\n').find((each) => each.includes(`problem ${name}`))
  return readCount(/([\d,]+)× /.exec(line ?? ''))
}

/** How many problems and occurrences a storm's message counts. */
export function countsOfStorm({
  text,
}: ReadMessage): { readonly problems: number; readonly total: number } | undefined {
  const match = /([\d,]+) new problems?, ([\d,]+) errors?/.exec(text)
  const [problems, total] = [readCount(match, 1), readCount(match, 2)]
  return problems === undefined || total === undefined ? undefined : { problems, total }
}

function readCount(match: RegExpExecArray | null, group = 1): number | undefined {
  const text = match?.[group]
  return text === undefined ? undefined : Number(text.replaceAll(',', ''))
}
