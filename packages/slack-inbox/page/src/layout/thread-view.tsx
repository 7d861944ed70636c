import { use, useEffect, useMemo, useRef, useState } from 'react'
import type { FormEvent, ReactNode } from 'react'
import { useInbox } from '../inbox/inbox-store.ts'
import { sendReply } from '../inbox/inbox-api.ts'
import { MeContext, useAct } from './me.ts'
import { MessageList } from './message-list.tsx'

/** A root and its replies, beside the channel. */
export function ThreadView(props: {
  readonly root: string
  readonly target: string | undefined
  readonly onClose: () => void
}): ReactNode {
  const { root, onClose } = props
  const { state } = useInbox()
  const close = useRef<HTMLButtonElement>(null)
  const replies = state.replies.get(root)
  const ids = useMemo(
    () => (state.messages.has(root) ? [root, ...(replies ?? [])] : (replies ?? [])),
    [state.messages, root, replies],
  )
  useEffect(() => {
    // Restores the focus when the thread is closed.
    const before = document.activeElement
    close.current?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [root])
  const channel = state.messages.get(ids[0] ?? '')?.channelName
  return (
    <aside className="pane thread" aria-label="Thread">
      <header className="pane-head">
        <h2>Thread</h2>
        {channel !== undefined && <span>#{channel}</span>}
        <button
          ref={close}
          type="button"
          className="icon-button"
          aria-label="Close thread"
          onClick={onClose}
        >
          ✕
        </button>
      </header>
      {ids.length === 0 ? (
        <p className="empty">This thread is no longer in the inbox.</p>
      ) : (
        <MessageList
          key={root}
          label="Thread"
          ids={ids}
          target={props.target}
          isThread
          isFound={false}
          onOpen={undefined}
        />
      )}
      {state.messages.get(root)?.onlyFor === undefined && ids.length > 0 && <Reply root={root} />}
    </aside>
  )
}

/** A reply of a person. */
function Reply({ root }: { readonly root: string }): ReactNode {
  const { name } = use(MeContext)
  const act = useAct()
  const [text, setText] = useState('')
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (await act((user) => sendReply({ ts: root, text, user }))) setText('')
  }
  return (
    <form className="reply" onSubmit={(event) => void submit(event)}>
      <input
        value={text}
        aria-label={`Reply as ${name}`}
        placeholder={`Reply as ${name}`}
        onChange={(event) => {
          setText(event.target.value)
        }}
      />
      <button type="submit" disabled={text.trim() === ''}>
        Send
      </button>
    </form>
  )
}
