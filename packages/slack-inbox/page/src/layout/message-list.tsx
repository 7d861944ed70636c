import { useEffect, useLayoutEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { Virtualizer } from 'virtua'
import type { VirtualizerHandle } from 'virtua'
import { useInbox } from '../inbox/use-inbox.ts'
import { ListItem } from './list-item.tsx'
import { useArrowKeys } from './use-arrow-keys.ts'
import { useStickToEnd } from './use-stick-to-end.ts'

interface MessageListProps {
  readonly label: string
  /** Which messages, in order. */
  readonly ids: readonly string[]
  /** The message to bring into view, and to mark. */
  readonly target: string | undefined
  readonly isThread: boolean
  readonly isFound: boolean
  readonly onOpen: ((ts: string) => void) | undefined
  /** Stands above the first message. */
  readonly children?: ReactNode
}

/** Messages that scroll: only those in sight are rendered, however many there are. */
export function MessageList(props: MessageListProps): ReactNode {
  const { ids, target, onOpen } = props
  const { state } = useInbox()
  const scroller = useRef<HTMLDivElement>(null)
  const feed = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const isShifted = useIsShifted(ids)
  const listeners = useStickToEnd({
    scroller,
    feed,
    ids,
    isReady: state.isReady,
    isOff: target !== undefined || props.isThread,
  })
  useLayoutEffect(() => {
    const index = target === undefined ? -1 : ids.indexOf(target)
    if (index !== -1) list.current?.scrollToIndex(index, { align: 'center' })
    // Only when the target changes: later messages must not scroll back to it.
  }, [target, ids.length > 0])
  const { current, setFocused, onKeyDown } = useArrowKeys({ scroller, list, ids, onOpen })
  return (
    <div className="scroller" ref={scroller} onKeyDown={onKeyDown} {...listeners}>
      {props.children}
      <div ref={feed} role="feed" aria-label={props.label} aria-busy={!state.isReady}>
        <Virtualizer
          ref={list}
          scrollRef={scroller}
          data={ids}
          shift={isShifted}
          keepMounted={current >= 0 ? [current] : []}
        >
          {(ts: string, index: number) => (
            <ListItem
              key={ts}
              message={state.messages.get(ts)}
              before={ids[index - 1]}
              replies={state.replies.get(ts)}
              position={index + 1}
              size={ids.length}
              isCurrent={index === current}
              isTarget={ts === target}
              isInThread={props.isThread}
              isFound={props.isFound}
              onFocus={setFocused}
            />
          )}
        </Virtualizer>
      </div>
    </div>
  )
}

/** Whether older messages were put before the first, so that what is read stays where it is. */
function useIsShifted(ids: readonly string[]): boolean {
  const before = useRef(ids)
  const [first, last] = [before.current[0], before.current.at(-1)]
  const isShifted = first !== undefined && ids[0] !== first && ids.at(-1) === last
  useEffect(() => {
    before.current = ids
  }, [ids])
  return isShifted
}
