import type { Json } from './read-json.ts'
import type { InboxState, PageMessage } from './inbox-state.ts'

/** More than anybody reads; a longer search is a better one. */
const maxFound = 500

const known = new WeakMap<PageMessage, string>()

/** The newest messages that hold every word of `query`, oldest first, from all channels. */
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

/** Everything a reader could look for in a message, in lower case; kept, because typing asks again and again. */
function searchText(message: PageMessage): string {
  const done = known.get(message)
  if (done !== undefined) return done
  const { text, username, channelName, blocks, attachments, files } = message
  const parts = [text, username, `#${channelName}`]
  collect([blocks, attachments], parts)
  for (const file of files) parts.push(file.name, file.title)
  const all = parts.join('\n').toLowerCase()
  known.set(message, all)
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
