import { use, useDeferredValue, useMemo } from 'react'
import type { ReactNode } from 'react'
import { search } from '../inbox/search.ts'
import { useInbox } from '../inbox/inbox-store.ts'
import { MessageList } from './message-list.tsx'
import { PageActionsContext } from './page-actions.ts'

/** The messages of all channels that match a search. */
export function SearchView({ query }: { readonly query: string }): ReactNode {
  const { state } = useInbox()
  const { goTo } = use(PageActionsContext)
  const wanted = useDeferredValue(query)
  const ids = useMemo(() => search(state, wanted), [state, wanted])
  const count = ids.length === 1 ? '1 message' : `${ids.length} messages`
  return (
    <section className="pane" aria-label="Search">
      <header className="pane-head">
        <h2>Search</h2>
        <span role="status">{count}</span>
      </header>
      {ids.length === 0 ? (
        <p className="empty">No message contains all of “{wanted.trim()}”.</p>
      ) : (
        <MessageList
          key={wanted}
          label="Messages found"
          ids={ids}
          target={undefined}
          isThread={false}
          isFound
          onOpen={goTo}
        />
      )}
    </section>
  )
}
