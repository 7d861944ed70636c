import { use } from 'react'
import type { ReactNode } from 'react'
import { changeReaction } from '../inbox/inbox-api.ts'
import type { PageMessage } from '../inbox/inbox-state.ts'
import { StoreContext } from '../inbox/inbox-store.ts'
import { MeContext, useAct } from '../layout/me.ts'
import { Emoji } from '../text/inlines.tsx'

/** The reactions to a message; a click adds the reader's own or removes it. */
export function Reactions({ message }: { readonly message: PageMessage }): ReactNode {
  const me = use(MeContext)
  const act = useAct()
  const { users: all } = use(StoreContext).snapshot().state.workspace
  return message.reactions.map(({ name, users }) => {
    const isMine = users.includes(me.id)
    const names = users.map((id) => all.find((user) => user.id === id)?.name ?? id)
    return (
      <button
        key={name}
        type="button"
        className={isMine ? 'mark mark-mine' : 'mark'}
        aria-pressed={isMine}
        title={names.join(', ')}
        onClick={() =>
          void act((user) =>
            changeReaction(isMine ? 'unreact' : 'react', { ts: message.ts, name, user }),
          )
        }
      >
        <Emoji name={name} /> {users.length}
      </button>
    )
  })
}

const quick = [
  ['white_check_mark', '✅'],
  ['eyes', '👀'],
  ['mute', '🔇'],
  ['+1', '👍'],
] as const

/** Adds one of the usual reactions. */
export function QuickReactions({ message }: { readonly message: PageMessage }): ReactNode {
  const me = use(MeContext)
  const act = useAct()
  const mine = new Set(
    message.reactions.filter(({ users }) => users.includes(me.id)).map(({ name }) => name),
  )
  return quick.map(([name, character]) => (
    <button
      key={name}
      type="button"
      aria-label={`React with ${name}`}
      onClick={() =>
        void act(async (user) => {
          if (!mine.has(name)) await changeReaction('react', { ts: message.ts, name, user })
        })
      }
    >
      {character}
    </button>
  ))
}
