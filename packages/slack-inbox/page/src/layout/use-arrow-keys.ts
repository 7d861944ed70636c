import { useState } from 'react'
import type { KeyboardEvent, RefObject } from 'react'
import type { VirtualizerHandle } from 'virtua'

/** Moves the focus between messages with the arrow keys, and opens the focused one with Enter. */
export function useArrowKeys(options: {
  readonly scroller: RefObject<HTMLElement | null>
  readonly list: RefObject<VirtualizerHandle | null>
  readonly ids: readonly string[]
  readonly onOpen: ((ts: string) => void) | undefined
}): {
  /** The message that Tab focuses: the one that had the focus last, at first the newest. */
  readonly current: number
  readonly setFocused: (index: number) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
} {
  const { scroller, list, ids, onOpen } = options
  const [focused, setFocused] = useState<number>()
  const current = Math.min(focused ?? ids.length - 1, ids.length - 1)
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.target instanceof HTMLElement) || event.target.role !== 'article') return
    const next = nextFocus(event, current, ids.length)
    const ts = ids[current]
    if (next !== undefined) {
      setFocused(next)
      list.current?.scrollToIndex(next, { align: 'nearest' })
      focusArticle(scroller.current, next)
    } else if (event.key === 'Enter' && ts !== undefined) onOpen?.(ts)
    else return
    event.preventDefault()
  }
  return { current, setFocused, onKeyDown }
}

/** How many frames it may take until a message outside the viewport is rendered, measured and visible. */
const maxFrames = 60

function focusArticle(scroller: HTMLElement | null, index: number, frames = maxFrames): void {
  requestAnimationFrame(() => {
    const article = scroller?.querySelector(`[aria-posinset="${index + 1}"]`)
    if (article instanceof HTMLElement) article.focus({ preventScroll: true })
    // Focusing a hidden element does nothing, without an error.
    if (document.activeElement !== article && frames > 0) focusArticle(scroller, index, frames - 1)
  })
}

/** The index that a key leads to in a list of `size`, if it leads anywhere. */
function nextFocus(
  event: { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean },
  current: number,
  size: number,
): number | undefined {
  if (event.ctrlKey || event.metaKey) return undefined
  switch (event.key) {
    case 'ArrowDown':
    case 'j':
      return Math.min(current + 1, size - 1)
    case 'ArrowUp':
    case 'k':
      return Math.max(current - 1, 0)
    case 'Home':
      return 0
    case 'End':
      return size - 1
    default:
      return undefined
  }
}
