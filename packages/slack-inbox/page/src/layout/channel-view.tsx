import { use, useState } from 'react'
import type { ReactNode } from 'react'
import { fetchEarlier } from '../inbox/inbox-api.ts'
import { StoreContext, useInbox } from '../inbox/inbox-store.ts'
import { MessageList } from './message-list.tsx'
import { PageActionsContext } from './page-actions.ts'

const none: readonly string[] = []

/** The messages of a channel. */
export function ChannelView(props: {
  readonly channel: string | undefined
  readonly target: string | undefined
}): ReactNode {
  const { state } = useInbox()
  const { openThread } = use(PageActionsContext)
  const channel = state.workspace.channels.find(({ id }) => id === props.channel)
  const ids = state.shown.get(props.channel ?? '') ?? none
  const name = channel?.name ?? '…'
  return (
    <section className="pane" aria-label={`#${name}`}>
      <header className="pane-head">
        <h2>
          {channel?.isDirect === true ? '@' : '#'} {name}
        </h2>
      </header>
      {ids.length === 0 ? (
        <Empty name={name} isReady={state.isReady} />
      ) : (
        <MessageList
          key={props.channel}
          label={`Messages in ${name}`}
          ids={ids}
          target={props.target}
          isThread={false}
          isFound={false}
          onOpen={openThread}
        >
          {state.earlier > 0 && <Earlier />}
        </MessageList>
      )}
    </section>
  )
}

function Empty(props: { readonly name: string; readonly isReady: boolean }): ReactNode {
  if (!props.isReady) return <p className="empty">Waiting for the inbox …</p>
  const origin = location.origin
  return (
    <div className="empty">
      <h3>Nothing in #{props.name} yet</h3>
      <p>Configure a service to post to this inbox:</p>
      <pre className="code" tabIndex={0} role="group" aria-label="How to post">
        {`SLACK_API_URL=${origin}/api/\nSLACK_BOT_TOKEN=xoxb-anything\nSLACK_CHANNEL='#${props.name}'`}
      </pre>
      <p>Or post with curl:</p>
      <pre className="code" tabIndex={0} role="group" aria-label="How to post with curl">
        {`curl ${origin}/api/chat.postMessage -H 'authorization: Bearer xoxb-anything' \\\n  -d 'channel=%23${props.name}' -d 'text=Hello'`}
      </pre>
    </div>
  )
}

/** Loads older messages than the newest ones, which the page has at first. */
function Earlier(): ReactNode {
  const store = use(StoreContext)
  const { showNotice } = use(PageActionsContext)
  const { state } = useInbox()
  const [isBusy, setIsBusy] = useState(false)
  const load = async (): Promise<void> => {
    setIsBusy(true)
    try {
      const [oldest = ''] = [...state.messages.keys()].toSorted()
      const { messages, earlier } = await fetchEarlier(oldest)
      store.addEarlier(messages, earlier)
    } catch (error) {
      showNotice(error instanceof Error ? error.message : String(error))
    }
    setIsBusy(false)
  }
  return (
    <div className="earlier">
      <button type="button" disabled={isBusy} onClick={() => void load()}>
        {state.earlier.toLocaleString('en-US')} earlier messages in all channels: load more
      </button>
    </div>
  )
}
