import type { Json } from './read-json.ts'
import type { InboxState, PageMessage } from './inbox-state.ts'

/** More than anybody reads. */
const maxFound = 500

const cache = new WeakMap<PageMessage, string>()

/** The newest messages of all channels that contain every word of `query`, oldest first. */
export function search(state: InboxState, query: string): readonly string[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const found: string[] = []
  for (const [ts, message] of [...state.messages].toReversed()) {
    const text = searchText(message)
    if (words.every((word) => text.includes(word))) found.push(ts)
    if (found.length === maxFound) break
  }
  return found.toSorted()
}

/** Everything searchable in a message, in lower case. Cached, because every keystroke searches again. */
function searchText(message: PageMessage): string {
  const cached = cache.get(message)
  if (cached !== undefined) return cached
  const { text, username, channelName, blocks, attachments, discord, files } = message
  const parts = [text, username, `#${channelName}`]
  collect([blocks, attachments, [...(discord?.embeds ?? [])]], parts)
  for (const file of files) parts.push(file.name, file.title)
  const all = parts.join('\n').toLowerCase()
  cache.set(message, all)
  return all
}

const hidden = new Set(['type', 'block_id', 'action_id', 'color', 'style'])

function collect(value: Json | undefined, parts: string[]): void {
  if (typeof value === 'string') parts.push(value)
  else if (typeof value === 'number') parts.push(String(value))
  else if (Array.isArray(value)) for (const item of value) collect(item, parts)
  else if (typeof value === 'object' && value !== null)
    for (const [name, each] of Object.entries(value)) if (!hidden.has(name)) collect(each, parts)
}
