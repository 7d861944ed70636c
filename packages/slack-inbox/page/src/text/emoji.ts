import { useSyncExternalStore } from 'react'

/** Emoji by Slack's names; loaded when the first one is needed. */
let emoji: ReadonlyMap<string, string> | undefined
let isLoading = false
const listeners = new Set<() => void>()

/** The emoji with a name; undefined while the names load, and for custom emoji. */
export function useEmoji(name: string): string | undefined {
  useSyncExternalStore(subscribe, () => emoji)
  return emoji?.get(name)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (!isLoading) void load()
  return () => listeners.delete(listener)
}

async function load(): Promise<void> {
  isLoading = true
  const { default: names } = await import('emojibase-data/en/shortcodes/iamcal.json')
  emoji = new Map(
    Object.entries(names).flatMap(([code, name]) => {
      const all: readonly string[] = typeof name === 'string' ? [name] : name
      return all.map((each) => [each, fromCode(code)] as const)
    }),
  )
  for (const listener of listeners) listener()
}

/** Converts `1F468-200D-1F4BB` to characters. Symbols older than emoji need a variation selector. */
function fromCode(code: string): string {
  const points = code.split('-').map((part) => Number.parseInt(part, 16))
  const isOldSymbol = points.length === 1 && (points[0] ?? 0) < 0x1_f000
  return String.fromCodePoint(...points) + (isOldSymbol ? '\u{fe0f}' : '')
}
