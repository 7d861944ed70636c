import { useSyncExternalStore } from 'react'

/** Slack's names and what they stand for; loaded when the first name is met. */
let emoji: ReadonlyMap<string, string> | undefined
let isLoading = false
const listeners = new Set<() => void>()

/** The emoji of a name; undefined while names load and for names that only a workspace of its own has. */
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

/** `1F468-200D-1F4BB` in characters. What was a sign before it was an emoji is asked to be one. */
function fromCode(code: string): string {
  const points = code.split('-').map((part) => Number.parseInt(part, 16))
  const isOldSign = points.length === 1 && (points[0] ?? 0) < 0x1_f000
  return String.fromCodePoint(...points) + (isOldSign ? '\u{fe0f}' : '')
}
