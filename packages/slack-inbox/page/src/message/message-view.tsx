import { Component, memo, use } from 'react'
import type { ReactNode } from 'react'
import { Attachment } from '../blocks/attachment.tsx'
import { Blocks } from '../blocks/blocks.tsx'
import { DiscordBody } from '../discord/discord-body.tsx'
import type { PageMessage } from '../inbox/inbox-state.ts'
import { StoreContext } from '../inbox/inbox-store.ts'
import type { JsonObject } from '../inbox/read-json.ts'
import { MeContext } from '../layout/me.ts'
import { PageActionsContext } from '../layout/page-actions.ts'
import { Emoji } from '../text/inlines.tsx'
import { Mrkdwn } from '../text/mrkdwn.tsx'
import { ago, momentOf, showMoment, showTime } from '../text/slack-date.ts'
import { InteractiveMessage } from './interactive.tsx'
import { MessageFiles } from './message-files.tsx'
import { MessageMarks } from './message-marks.tsx'
import { QuickReactions } from './reactions.tsx'
import { builderPayload, copy } from './payload.ts'

interface MessageViewProps {
  readonly message: PageMessage
  /** The `ts` of its replies. */
  readonly replies: readonly string[]
  readonly isInThread: boolean
  /** Whether it is a search result, which shows its channel. */
  readonly isFound: boolean
}

export const MessageView = memo(function MessageView(props: MessageViewProps): ReactNode {
  const { message, replies, isInThread, isFound } = props
  return (
    <div className="message">
      <Avatar name={message.username} emoji={message.iconEmoji} />
      <div className="message-main">
        <Head message={message} isFound={isFound} />
        {message.isBroadcast && !isInThread && <RepliedTo message={message} />}
        <InteractiveMessage message={message}>
          <RenderGuard key={message.editCount} value={message}>
            <MessageBody message={message} />
          </RenderGuard>
        </InteractiveMessage>
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
      {message.botId !== undefined && <span className="badge">App</span>}
      <time dateTime={at.toISOString()} title={showMoment(at)}>
        {showTime(at)}
      </time>
      {message.onlyFor !== undefined && <OnlyVisible user={message.onlyFor} />}
      {message.editCount > 0 && (
        <button
          type="button"
          className="link-button quiet"
          title="Show earlier versions"
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

/** For an ephemeral message: who sees it. The page shows those of everybody. */
function OnlyVisible({ user }: { readonly user: string }): ReactNode {
  const { users } = use(StoreContext).snapshot().state.workspace
  const me = use(MeContext)
  const name = users.find(({ id }) => id === user)?.name ?? user
  return <span>Only visible to {user === me.id ? 'you' : name}</span>
}

/** The root of a reply that the channel shows. */
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

/** The blocks of a message, or its text if it has none, and its attachments. */
export function MessageBody(props: {
  readonly message: Pick<PageMessage, 'text' | 'blocks' | 'attachments' | 'discord'>
}): ReactNode {
  const { text, blocks, attachments, discord } = props.message
  if (discord !== undefined) return <DiscordBody content={discord} />
  return (
    <>
      {blocks.length > 0 ? <Blocks blocks={blocks} /> : text !== '' && <Mrkdwn source={text} />}
      {attachments.map((attachment: JsonObject, index) => (
        <Attachment key={index} attachment={attachment} />
      ))}
    </>
  )
}

/** An emoji or a letter. Images are not loaded. */
function Avatar(props: { readonly name: string; readonly emoji: string | undefined }): ReactNode {
  const { name, emoji } = props
  return (
    <div className={`avatar avatar-${shade(name)}`} aria-hidden="true">
      {emoji === undefined ? (
        (name.match(/[\p{L}\p{N}]/u)?.[0] ?? '#').toUpperCase()
      ) : (
        <Emoji name={emoji.replaceAll(':', '')} />
      )}
    </div>
  )
}

/** The same name has the same color everywhere. */
function shade(name: string): number {
  let sum = 0
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 6
  return sum
}

function MessageTools(props: {
  readonly message: PageMessage
  readonly hasThread: boolean
}): ReactNode {
  const { message, hasThread } = props
  const { openThread, inspect, showNotice } = use(PageActionsContext)
  return (
    <div className="tools">
      {hasThread && (
        <button
          type="button"
          onClick={() => {
            openThread(message.threadTs ?? message.ts)
          }}
        >
          Thread
        </button>
      )}
      <button
        type="button"
        onClick={() => {
          inspect(message.ts)
        }}
      >
        JSON
      </button>
      {message.discord === undefined && (
        <button
          type="button"
          title="Copy for Block Kit Builder"
          onClick={() => {
            void copy(JSON.stringify(builderPayload(message), undefined, 2)).then(showNotice)
          }}
        >
          Copy
          <span className="visually-hidden"> for Block Kit Builder</span>
        </button>
      )}
      {message.onlyFor === undefined && <QuickReactions message={message} />}
    </div>
  )
}

interface RenderGuardProps {
  readonly value: unknown
  readonly children: ReactNode
}

/** Shows the JSON of a message that fails to render, so that the rest of the page still works. */
class RenderGuard extends Component<RenderGuardProps, { readonly problem: string | undefined }> {
  override state: { readonly problem: string | undefined } = { problem: undefined }

  static getDerivedStateFromError(error: unknown): { problem: string } {
    return { problem: error instanceof Error ? error.message : String(error) }
  }

  override render(): ReactNode {
    const { problem } = this.state
    if (problem === undefined) return this.props.children
    return (
      <div role="alert">
        <p>The page could not show this message: {problem}</p>
        <pre className="code">{JSON.stringify(this.props.value, undefined, 2)}</pre>
      </div>
    )
  }
}
