import { memo, useEffect, useLayoutEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { Virtualizer } from 'virtua'
import type { VirtualizerHandle } from 'virtua'
import type { PageMessage } from '../inbox/inbox-state.ts'
import { useInbox } from '../inbox/inbox-store.ts'
import { MessageView } from '../message/message-view.tsx'
import { isOtherDay, momentOf, showDay, showTime } from '../text/slack-date.ts'
import { useArrowKeys } from './use-arrow-keys.ts'
import { useStickToEnd } from './use-stick-to-end.ts'

interface MessageListProps {
  readonly label: string
  /** The messages, in order. */
  readonly ids: readonly string[]
  /** The message to scroll to and mark. */
  readonly target: string | undefined
  readonly isThread: boolean
  readonly isFound: boolean
  readonly onOpen: ((ts: string) => void) | undefined
  /** Shown above the first message. */
  readonly children?: ReactNode
}

/** A scrolling list of messages. Only those in the viewport are rendered. */
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

/** Whether older messages were inserted before the first, which must not move the ones in the viewport. */
function useIsShifted(ids: readonly string[]): boolean {
  const before = useRef(ids)
  const [first, last] = [before.current[0], before.current.at(-1)]
  const isShifted = first !== undefined && ids[0] !== first && ids.at(-1) === last
  useEffect(() => {
    before.current = ids
  }, [ids])
  return isShifted
}

interface ListItemProps {
  readonly message: PageMessage | undefined
  /** The `ts` of the message above. */
  readonly before: string | undefined
  readonly replies: readonly string[] | undefined
  readonly position: number
  readonly size: number
  /** Whether Tab focuses it. */
  readonly isCurrent: boolean
  readonly isTarget: boolean
  readonly isInThread: boolean
  readonly isFound: boolean
  readonly onFocus: (index: number) => void
}

const none: readonly string[] = []

/** A message of a list, below the date if it is the first of a day. */
const ListItem = memo(function ListItem(props: ListItemProps): ReactNode {
  const { message, before, position } = props
  if (message === undefined) return null
  const at = momentOf(message.ts)
  return (
    <div
      role="article"
      className={props.isTarget ? 'item target' : 'item'}
      tabIndex={props.isCurrent ? 0 : -1}
      aria-posinset={position}
      aria-setsize={props.size}
      aria-label={`${message.username} at ${showTime(at)}: ${message.text.slice(0, 150)}`}
      onFocus={() => {
        props.onFocus(position - 1)
      }}
    >
      {isOtherDay(message.ts, before) && (
        <div className="day">
          <span>{showDay(at, new Date())}</span>
        </div>
      )}
      <MessageView
        message={message}
        replies={props.replies ?? none}
        isInThread={props.isInThread}
        isFound={props.isFound}
      />
    </div>
  )
})
