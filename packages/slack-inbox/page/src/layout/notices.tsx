import type { ReactNode } from 'react'
import { useInbox } from '../inbox/use-inbox.ts'

/** What the reader should know now: that the inbox is away, or what was just done. */
export function Notices(props: { readonly said: string }): ReactNode {
  const { connection, state } = useInbox()
  const { latest } = state
  return (
    <>
      {connection === 'lost' && (
        <div className="banner" role="alert">
          The inbox does not answer. What you see may be old; trying again …
        </div>
      )}
      <div className="toast" role="status">
        {props.said}
      </div>
      <div className="visually-hidden" role="status">
        {latest !== undefined && `New in #${latest.channelName}: ${latest.text.slice(0, 200)}`}
      </div>
    </>
  )
}
