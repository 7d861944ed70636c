import type { ReactNode } from 'react'
import { MessageDialog } from '../message/message-dialog.tsx'
import { ChannelView } from './channel-view.tsx'
import { FaultsView } from './faults-view.tsx'
import { Notices } from './notices.tsx'
import { PageActionsContext } from './page-actions.ts'
import { RequestsView } from './requests-view.tsx'
import { SearchView } from './search-view.tsx'
import { Sidebar } from './sidebar.tsx'
import { ThreadView } from './thread-view.tsx'
import { TopBar } from './top-bar.tsx'
import { usePage } from './use-page.ts'
import type { Page } from './use-page.ts'

/** The whole page. */
export function App(): ReactNode {
  const page = usePage()
  const { place, inspected } = page
  return (
    <PageActionsContext value={page.actions}>
      <Notices said={page.said} />
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
          refused={page.requests?.refused ?? 0}
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
      {inspected !== undefined && <MessageDialog message={inspected} onClose={page.closeDialog} />}
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
