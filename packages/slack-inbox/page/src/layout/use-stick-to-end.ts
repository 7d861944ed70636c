import { useCallback, useLayoutEffect, useRef } from 'react'
import type { RefObject } from 'react'

/** So near the end counts as having come back to it, in pixels. */
const nearEnd = 60

/** What browsers round positions by. */
const rounding = 2

/**
 * Keeps the newest message in sight for a reader who is at the end, and leaves every other reader alone: whoever
 * scrolls up by a pixel has left, though messages come every frame.
 *
 * @returns for `onScrollCapture` of the scroller, so that it is heard before the list renders again
 */
export function useStickToEnd(options: {
  readonly scroller: RefObject<HTMLElement | null>
  /** Holds the list, whose style says how high all messages are, measured or not. */
  readonly feed: RefObject<HTMLElement | null>
  readonly isOff: boolean
}): () => void {
  const { scroller, feed, isOff } = options
  const isAtEnd = useRef(!isOff)
  const top = useRef(0)
  useLayoutEffect(() => {
    const stick = (): void => {
      if (isAtEnd.current && scroller.current !== null)
        scroller.current.scrollTop = scroller.current.scrollHeight
    }
    stick()
    // It changes when messages come, and when one is measured; only that may scroll, or a key that leads away would not.
    const observer = new MutationObserver(stick)
    const list = feed.current?.firstElementChild
    if (list instanceof HTMLElement) observer.observe(list, { attributeFilter: ['style'] })
    return () => {
      observer.disconnect()
    }
  }, [scroller, feed])
  return useCallback(() => {
    if (scroller.current === null) return
    const { scrollTop, scrollHeight, clientHeight } = scroller.current
    const left = scrollHeight - clientHeight - scrollTop
    isAtEnd.current = isAtEnd.current
      ? left <= rounding
      : left <= nearEnd && scrollTop > top.current
    top.current = scrollTop
  }, [scroller])
}
