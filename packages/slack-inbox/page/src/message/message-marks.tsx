import { use } from 'react'
import type { ReactNode } from 'react'
import type { PageMessage } from '../inbox/inbox-state.ts'
import { StoreContext } from '../inbox/inbox-store.ts'
import { PageActionsContext } from '../layout/page-actions.ts'
import { Reactions } from './reactions.tsx'

/** Below a message: who it would notify, hints, reactions. */
export function MessageMarks({ message }: { readonly message: PageMessage }): ReactNode {
  const { inspect } = use(PageActionsContext)
  const notified = notifiedText(message, use(StoreContext).snapshot().state.workspace.users)
  const { hints, reactions } = message
  if (notified === undefined && hints.length + reactions.length === 0) return null
  return (
    <div className="marks">
      {notified !== undefined && <span className="mark mark-notified">🔔 {notified}</span>}
      {hints.length > 0 && (
        <button
          type="button"
          className="mark mark-hint"
          title={hints.join('\n')}
          onClick={() => {
            inspect(message.ts)
          }}
        >
          ⚠ {hints.length === 1 ? '1 hint' : `${hints.length} hints`}
        </button>
      )}
      <Reactions message={message} />
    </div>
  )
}

/** Who a message would notify, if anybody. */
export function notifiedText(
  { notified }: Pick<PageMessage, 'notified'>,
  users: readonly { readonly id: string; readonly name: string }[],
): string | undefined {
  const { broadcasts, people } = notified
  if (broadcasts.length + people.length === 0) return undefined
  const ranges = broadcasts.map((range) => `@${range}`).join(' ')
  const names = people.map((id) => users.find((user) => user.id === id)?.name ?? id)
  const shown =
    names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
  return `would notify ${[ranges, shown].filter(Boolean).join(': ')}`
}
