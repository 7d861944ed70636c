/** Channels' ids by the names they were asked for. */
export type ChannelIds = Map<string, string>

/** History is asked for by id, while posts may name a channel. */
export function isChannelId(reference: string): boolean {
  return /^[CGD][A-Z0-9]{6,}$/.test(reference)
}

/** The id of a channel in a page of `conversations.list`. */
export function idOfChannel(answer: object, reference: string): string | undefined {
  const name = reference.replace(/^#/, '')
  const channels = listOf(answer, 'channels') as readonly { id?: unknown; name?: unknown }[]
  const id = channels.find((channel) => channel.name === name)?.id
  return typeof id === 'string' ? id : undefined
}

/** The objects of a list in an answer. */
export function listOf(answer: object, name: 'messages' | 'channels'): readonly object[] {
  const list = (answer as Readonly<Record<string, unknown>>)[name]
  return Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : []
}
