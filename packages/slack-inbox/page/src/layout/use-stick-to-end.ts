import { useCallback, useEffect, useLayoutEffect, useRef } from 'react'
import type { MouseEvent, RefObject } from 'react'

/** A reader within this distance of the end counts as at the end, in pixels. */
const nearEnd = 60

/** Browsers round positions by up to this much, in pixels. */
const rounding = 2

/** How far a scroller is scrolled, and how far it can be. */
interface Position {
  readonly top: number
  readonly end: number
}

/** Capturing listeners, which run before the list renders again. */
interface Listeners {
  readonly onScrollCapture: () => void
  readonly onClickCapture: (event: MouseEvent) => void
}

/**
 * Keeps the newest message in view while the reader is at the end. The reader leaves the end by scrolling up, by as little as
 * a pixel and even while messages arrive every frame, and by expanding something.
 */
export function useStickToEnd(options: {
  readonly scroller: RefObject<HTMLElement | null>
  /** Contains the list, whose style has the height of all messages, measured or not. */
  readonly feed: RefObject<HTMLElement | null>
  readonly ids: readonly string[]
  /** Whether the messages of the first load have all arrived. */
  readonly isReady: boolean
  /** Whether the list opens at its start. A reader who sees its end at once is at the end anyway. */
  readonly isOff: boolean
}): Listeners {
  const { scroller, feed, ids, isReady, isOff } = options
  const isAtEnd = useRef(!isOff)
  const isPaused = useRef(false)
  const last = useRef<Position>({ top: 0, end: 0 })
  const stick = useCallback((): void => {
    if (scroller.current === null) return
    if (isAtEnd.current && !isPaused.current)
      scroller.current.scrollTop = scroller.current.scrollHeight
    last.current = positionOf(scroller.current)
  }, [scroller])
  useLayoutEffect(() => {
    if (scroller.current === null) return undefined
    stick()
    // The style changes when messages arrive or are measured. Scrolling on every render would undo a key that scrolls away.
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
    // All messages fitted into the view, so the reader saw the end.
    if (wasReady.current && last.current.end <= rounding) isAtEnd.current = true
    wasReady.current = isReady
  }, [ids, isReady])
  const onScrollCapture = useCallback(() => {
    if (scroller.current === null) return
    const { top, end } = positionOf(scroller.current)
    const isUp = top < last.current.top
    // If the scroll range shrinks, the browser itself scrolls up.
    if (isUp && end >= last.current.end) isAtEnd.current = false
    else if (!isUp && top > last.current.top && end - top <= nearEnd) isAtEnd.current = true
    last.current = { top, end }
  }, [scroller])
  const onClickCapture = useExpanding({ isAtEnd, isPaused, stick })
  return { onScrollCapture, onClickCapture }
}

/** Lets what the reader expands by a click grow downward from its position, even at the end. */
function useExpanding(options: {
  readonly isAtEnd: RefObject<boolean>
  readonly isPaused: RefObject<boolean>
  readonly stick: () => void
}): (event: MouseEvent) => void {
  const { isAtEnd, isPaused, stick } = options
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
      isPaused.current = true
      // After two frames the expanded element is rendered and measured.
      frame.current = requestAnimationFrame(() => {
        frame.current = requestAnimationFrame(() => {
          isPaused.current = false
          if (article.clientHeight > clientHeight) isAtEnd.current = false
          else stick()
        })
      })
    },
    [isAtEnd, isPaused, stick],
  )
}

function positionOf({ scrollTop, scrollHeight, clientHeight }: HTMLElement): Position {
  return { top: scrollTop, end: scrollHeight - clientHeight }
}
