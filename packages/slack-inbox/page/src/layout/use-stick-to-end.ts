import { useCallback, useLayoutEffect, useRef } from 'react'
import type { RefObject } from 'react'
import type { VirtualizerHandle } from 'virtua'

/** So near the end still counts as being there, in pixels. */
const nearEnd = 60

/** Keeps the newest message in sight for a reader who is at the end, and leaves every other reader alone. */
export function useStickToEnd(options: {
  readonly list: RefObject<VirtualizerHandle | null>
  readonly ids: readonly string[]
  readonly isOff: boolean
  /** Changes when a message does: an edited message may have grown. */
  readonly revision: unknown
}): (offset: number) => void {
  const { list, ids, isOff, revision } = options
  const isAtEnd = useRef(!isOff)
  useLayoutEffect(() => {
    if (isAtEnd.current && ids.length > 0)
      list.current?.scrollToIndex(ids.length - 1, { align: 'end' })
  }, [list, ids, revision])
  return useCallback(
    (offset: number) => {
      const handle = list.current
      if (handle === null) return
      isAtEnd.current = offset + handle.viewportSize >= handle.scrollSize - nearEnd
    },
    [list],
  )
}
