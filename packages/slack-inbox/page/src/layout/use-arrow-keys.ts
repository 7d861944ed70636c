import { useState } from 'react'
import type { KeyboardEvent, RefObject } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { nextFocus } from './next-focus.ts'

/** Lets the arrow keys go from message to message, and Enter open the one that has the focus. */
export function useArrowKeys(options: {
  readonly scroller: RefObject<HTMLElement | null>
  readonly list: RefObject<VirtualizerHandle | null>
  readonly ids: readonly string[]
  readonly onOpen: ((ts: string) => void) | undefined
}): {
  /** The message where Tab comes in: the one that had the focus, at first the newest. */
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

/** As many frames as a message that was out of sight may take to be there, measured and visible. */
const maxFrames = 60

function focusArticle(scroller: HTMLElement | null, index: number, frames = maxFrames): void {
  requestAnimationFrame(() => {
    const article = scroller?.querySelector(`[aria-posinset="${index + 1}"]`)
    if (article instanceof HTMLElement) article.focus({ preventScroll: true })
    // What is still hidden takes no focus, and says nothing about it.
    if (document.activeElement !== article && frames > 0) focusArticle(scroller, index, frames - 1)
  })
}
