import type { ReactNode, RefObject } from 'react'
import { useInbox } from '../inbox/inbox-store.ts'
import { MessageDialog } from '../message/message-dialog.tsx'
import { ChannelView } from './channel-view.tsx'
import { FaultsView } from './faults-view.tsx'
import { MeContext, useMe } from './me.ts'
import { PageActionsContext } from './page-actions.ts'
import { RequestsView } from './requests-view.tsx'
import { SearchView } from './search-view.tsx'
import { Sidebar } from './sidebar.tsx'
import { ThreadView } from './thread-view.tsx'
import { usePage } from './use-page.ts'
import type { Page } from './use-page.ts'

/** The whole page. */
export function App(): ReactNode {
  const page = usePage()
  const me = useMe()
  const { place, inspected } = page
  return (
    <PageActionsContext value={page.actions}>
      <MeContext value={me}>
        <Notices notice={page.notice} />
        <div className={page.isMenuOpen ? 'app menu-open' : 'app'}>
          <TopBar
            query={page.query}
            searchRef={page.searchRef}
            onQuery={page.setQuery}
            isMenuOpen={page.isMenuOpen}
            onMenu={page.toggleMenu}
          />
          <Sidebar
            channel={page.channel}
            panel={page.panel}
            failed={page.requests?.failed ?? 0}
            theme={page.theme}
            onChannel={page.openChannel}
            onPanel={page.openPanel}
            onTheme={page.changeTheme}
            onClear={page.clear}
          />
          <main>
            <Middle page={page} />
          </main>
          {place.thread !== undefined && (
            <ThreadView root={place.thread} target={place.message} onClose={page.closeThread} />
          )}
        </div>
        {inspected !== undefined && (
          <MessageDialog message={inspected} onClose={page.closeDialog} />
        )}
      </MeContext>
    </PageActionsContext>
  )
}

function Middle({ page }: { readonly page: Page }): ReactNode {
  if (page.query.trim() !== '') return <SearchView query={page.query} />
  switch (page.panel) {
    case 'faults':
      return <FaultsView />
    case 'requests':
      return <RequestsView requests={page.requests} />
    case undefined:
      return <ChannelView channel={page.channel} target={page.place.message} />
    default:
      return page.panel satisfies never
  }
}

/** A lost connection, the result of an action, and new messages for screen readers. */
function Notices(props: { readonly notice: string }): ReactNode {
  const { connection, state } = useInbox()
  const { latest } = state
  return (
    <>
      {connection === 'lost' && (
        <div className="banner" role="alert">
          The inbox does not respond. The page may be out of date; reconnecting …
        </div>
      )}
      <div className="toast" role="status">
        {props.notice}
      </div>
      <div className="visually-hidden" role="status">
        {latest !== undefined && `New in #${latest.channelName}: ${latest.text.slice(0, 200)}`}
      </div>
    </>
  )
}

/** The search, and on a phone the button that shows the channels. */
function TopBar(props: {
  readonly query: string
  readonly searchRef: RefObject<HTMLInputElement | null>
  readonly onQuery: (query: string) => void
  readonly onMenu: () => void
  readonly isMenuOpen: boolean
}): ReactNode {
  return (
    <header className="top-bar">
      <button
        type="button"
        className="icon-button menu-button"
        aria-label="Channels"
        aria-expanded={props.isMenuOpen}
        onClick={props.onMenu}
      >
        ☰
      </button>
      <search>
        <input
          ref={props.searchRef}
          type="search"
          value={props.query}
          placeholder="Search all messages"
          aria-label="Search all messages"
          aria-keyshortcuts="/"
          onChange={(event) => {
            props.onQuery(event.target.value)
          }}
        />
        <kbd aria-hidden="true">/</kbd>
      </search>
    </header>
  )
}
