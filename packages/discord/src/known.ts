import type { ApiAnswer } from './calls.ts'
import type { DiscordTarget } from './options.ts'

/** What is known about the place that messages go to, learned from answers. */
export interface Known {
  /** The id of the server, for links to messages. */
  guild: string | undefined
  /** The tag that a post of a forum has, by its thread; the latest ones. */
  readonly tags: Map<string, string>
  /** The latest roots of a bot below which no thread was opened, with its name. */
  readonly withoutThread: Map<string, string>
  /** Tags that the forum no longer has. */
  readonly refusedTags: Set<string>
  /** Channels that are no forum, although the options say so. */
  readonly noForums: Set<string>
}

/** What is known before the first answer. */
export function knownNothing(): Known {
  return {
    guild: undefined,
    tags: new Map(),
    withoutThread: new Map(),
    refusedTags: new Set(),
    noForums: new Set(),
  }
}

const maxKnown = 1000

/** Keeps the latest ones. */
export function remember<Value>(known: Map<string, Value>, key: string, value: Value): void {
  known.delete(key)
  known.set(key, value)
  const [oldest] = known.keys()
  if (known.size > maxKnown && oldest !== undefined) known.delete(oldest)
}

export function learnGuild(known: Known, { guild_id: guild }: ApiAnswer): void {
  if (typeof guild === 'string') known.guild = guild
}

/** Where a reader finds a message; `undefined` before the server is known. */
export function messageUrl(
  ref: string,
  target: DiscordTarget,
  { guild }: Known,
): string | undefined {
  if (guild === undefined || ref === '') return undefined
  const { channel, id } = parseRef(ref)
  return `${new URL(target.url).origin}/channels/${guild}/${channel}/${id}`
}

/** The reference of a message: its channel or thread, and its id. */
export function parseRef(ref: string): { readonly channel: string; readonly id: string } {
  const slash = ref.indexOf('/')
  return { channel: ref.slice(0, slash), id: ref.slice(slash + 1) }
}
