import { memo } from 'react'
import type { ReactNode } from 'react'
import type { PageMessage } from '../inbox/inbox-state.ts'
import { isOtherDay, momentOf } from '../message/message-time.ts'
import { MessageView } from '../message/message-view.tsx'
import { showDay, showTime } from '../text/slack-date.ts'

interface ListItemProps {
  readonly message: PageMessage | undefined
  /** The `ts` of the message above. */
  readonly before: string | undefined
  readonly replies: readonly string[] | undefined
  readonly position: number
  readonly size: number
  /** Whether Tab comes here. */
  readonly isCurrent: boolean
  readonly isTarget: boolean
  readonly isInThread: boolean
  readonly isFound: boolean
  readonly onFocus: (index: number) => void
}

const none: readonly string[] = []

/** A message in a list, with the day above it where a day begins. */
export const ListItem = memo(function ListItem(props: ListItemProps): ReactNode {
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
