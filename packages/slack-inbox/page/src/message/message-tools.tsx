import { use } from 'react'
import type { ReactNode } from 'react'
import type { PageMessage } from '../inbox/inbox-state.ts'
import { PageActionsContext } from '../layout/page-actions.ts'
import { copy } from './copy.ts'
import { builderPayload } from './payload.ts'

/** What can be done with a message. */
export function MessageTools(props: {
  readonly message: PageMessage
  readonly hasThread: boolean
}): ReactNode {
  const { message, hasThread } = props
  const { openThread, inspect, say } = use(PageActionsContext)
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
      <button
        type="button"
        title="Copy for Block Kit Builder"
        onClick={() => {
          void copy(JSON.stringify(builderPayload(message), undefined, 2)).then(say)
        }}
      >
        Copy
        <span className="visually-hidden"> for Block Kit Builder</span>
      </button>
    </div>
  )
}
