import { memo, use } from 'react'
import type { ReactNode } from 'react'
import type { PageMessage } from '../inbox/inbox-state.ts'
import { StoreContext } from '../inbox/use-inbox.ts'
import { PageActionsContext } from '../layout/page-actions.ts'
import { ago, showMoment, showTime } from '../text/slack-date.ts'
import { Avatar } from './avatar.tsx'
import { MessageBody } from './message-body.tsx'
import { MessageFiles } from './message-files.tsx'
import { MessageMarks } from './message-marks.tsx'
import { momentOf } from './message-time.ts'
import { MessageTools } from './message-tools.tsx'
import { RenderGuard } from './render-guard.tsx'

interface MessageViewProps {
  readonly message: PageMessage
  /** The `ts` of its replies. */
  readonly replies: readonly string[]
  readonly isInThread: boolean
  /** Whether to name the channel: in what a search found. */
  readonly isFound: boolean
}

/** One message. */
export const MessageView = memo(function MessageView(props: MessageViewProps): ReactNode {
  const { message, replies, isInThread, isFound } = props
  return (
    <div className="message">
      <Avatar name={message.username} emoji={message.iconEmoji} />
      <div className="message-main">
        <Head message={message} isFound={isFound} />
        {message.isBroadcast && !isInThread && <RepliedTo message={message} />}
        <RenderGuard key={message.editCount} value={message}>
          <MessageBody message={message} />
        </RenderGuard>
        <MessageFiles message={message} />
        <MessageMarks message={message} />
        {!isInThread && replies.length > 0 && <ThreadBar ts={message.ts} replies={replies} />}
      </div>
      <MessageTools message={message} hasThread={!isInThread} />
    </div>
  )
})

function Head(props: { readonly message: PageMessage; readonly isFound: boolean }): ReactNode {
  const { message, isFound } = props
  const { goTo, inspect } = use(PageActionsContext)
  const at = momentOf(message.ts)
  return (
    <div className="head">
      <strong className="name">{message.username}</strong>
      <span className="badge">App</span>
      <time dateTime={at.toISOString()} title={showMoment(at)}>
        {showTime(at)}
      </time>
      {message.onlyFor !== undefined && <span>Only visible to {message.onlyFor}</span>}
      {message.editCount > 0 && (
        <button
          type="button"
          className="link-button quiet"
          title="What it said before"
          onClick={() => {
            inspect(message.ts)
          }}
        >
          {message.editCount === 1 ? '(edited)' : `(edited ${message.editCount} times)`}
        </button>
      )}
      {isFound && (
        <button
          type="button"
          className="link-button"
          onClick={() => {
            goTo(message.ts)
          }}
        >
          in #{message.channelName}
        </button>
      )}
    </div>
  )
}

/** A reply that is shown in the channel too says what it replies to. */
function RepliedTo({ message }: { readonly message: PageMessage }): ReactNode {
  const { openThread } = use(PageActionsContext)
  const { messages } = use(StoreContext).snapshot().state
  const root = message.threadTs ?? message.ts
  return (
    <div className="replied-to">
      replied to a thread:{' '}
      <button
        type="button"
        className="link-button"
        onClick={() => {
          openThread(root)
        }}
      >
        {messages.get(root)?.text.slice(0, 120) || 'the thread'}
      </button>
    </div>
  )
}

function ThreadBar(props: { readonly ts: string; readonly replies: readonly string[] }): ReactNode {
  const { openThread } = use(PageActionsContext)
  const { ts, replies } = props
  const last = replies.at(-1) ?? ts
  return (
    <button
      type="button"
      className="thread-bar"
      onClick={() => {
        openThread(ts)
      }}
    >
      <strong>{replies.length === 1 ? '1 reply' : `${replies.length} replies`}</strong>{' '}
      <span>Last reply {ago((Date.now() - momentOf(last).getTime()) / 1000)}</span>
    </button>
  )
}
