import { useCallback, useEffect, useLayoutEffect, useRef } from 'react'
import type { MouseEvent, RefObject } from 'react'

/** So near the end counts as having come back to it, in pixels. */
const nearEnd = 60

/** What browsers round positions by. */
const rounding = 2

/** Where a scroller stands, and how far it could go. */
interface Position {
  readonly top: number
  readonly end: number
}

/** What a scroller listens to, before the list below it renders again. */
interface Listeners {
  readonly onScrollCapture: () => void
  readonly onClickCapture: (event: MouseEvent) => void
}

/**
 * Keeps the newest message in sight for a reader who is at the end, and leaves every other reader alone: whoever scrolls up by a
 * pixel has left, though messages come every frame, and so has who opens what is folded.
 */
export function useStickToEnd(options: {
  readonly scroller: RefObject<HTMLElement | null>
  /** Holds the list, whose style says how high all messages are, measured or not. */
  readonly feed: RefObject<HTMLElement | null>
  readonly ids: readonly string[]
  /** Whether all that was there at the start has come. */
  readonly isReady: boolean
  /** Whether the list opens where it begins; a reader who then sees its end is there as well. */
  readonly isOff: boolean
}): Listeners {
  const { scroller, feed, ids, isReady, isOff } = options
  const isAtEnd = useRef(!isOff)
  const isHeld = useRef(false)
  const last = useRef<Position>({ top: 0, end: 0 })
  const stick = useCallback((): void => {
    if (scroller.current === null) return
    if (isAtEnd.current && !isHeld.current)
      scroller.current.scrollTop = scroller.current.scrollHeight
    last.current = positionOf(scroller.current)
  }, [scroller])
  useLayoutEffect(() => {
    if (scroller.current === null) return undefined
    stick()
    // It changes when messages come, and when one is measured; only that may scroll, or a key that leads away would not.
    const messages = new MutationObserver(stick)
    const list = feed.current?.firstElementChild
    if (list instanceof HTMLElement) messages.observe(list, { attributeFilter: ['style'] })
    const window = new ResizeObserver(stick)
    window.observe(scroller.current)
    return () => {
      messages.disconnect()
      window.disconnect()
    }
  }, [scroller, feed, stick])
  const wasReady = useRef(false)
  useLayoutEffect(() => {
    // All that was there fitted, so its end was in sight.
    if (wasReady.current && last.current.end <= rounding) isAtEnd.current = true
    wasReady.current = isReady
  }, [ids, isReady])
  const onScrollCapture = useCallback(() => {
    if (scroller.current === null) return
    const { top, end } = positionOf(scroller.current)
    const isUp = top < last.current.top
    // Where less is left to scroll than before, the browser itself goes up.
    if (isUp && end >= last.current.end) isAtEnd.current = false
    else if (!isUp && top > last.current.top && end - top <= nearEnd) isAtEnd.current = true
    last.current = { top, end }
  }, [scroller])
  const onClickCapture = useOpening({ isAtEnd, isHeld, stick })
  return { onScrollCapture, onClickCapture }
}

/** What a reader opens by a click grows downward from where it is, even at the end. */
function useOpening(options: {
  readonly isAtEnd: RefObject<boolean>
  readonly isHeld: RefObject<boolean>
  readonly stick: () => void
}): (event: MouseEvent) => void {
  const { isAtEnd, isHeld, stick } = options
  const frame = useRef(0)
  useEffect(
    () => () => {
      cancelAnimationFrame(frame.current)
    },
    [],
  )
  return useCallback(
    ({ target }: MouseEvent) => {
      const article = target instanceof Element ? target.closest('[role="article"]') : null
      if (article === null) return
      const { clientHeight } = article
      isHeld.current = true
      // By the second frame what was opened is rendered and measured.
      frame.current = requestAnimationFrame(() => {
        frame.current = requestAnimationFrame(() => {
          isHeld.current = false
          if (article.clientHeight > clientHeight) isAtEnd.current = false
          else stick()
        })
      })
    },
    [isAtEnd, isHeld, stick],
  )
}

function positionOf({ scrollTop, scrollHeight, clientHeight }: HTMLElement): Position {
  return { top: scrollTop, end: scrollHeight - clientHeight }
}
