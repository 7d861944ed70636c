import { useRef, useState } from 'react'
import type { RefObject } from 'react'
import { clearInbox } from '../inbox/inbox-api.ts'
import type { PageRequests } from '../inbox/inbox-api.ts'
import type { PageMessage } from '../inbox/inbox-state.ts'
import type { Place } from '../inbox/location.ts'
import { useInbox } from '../inbox/use-inbox.ts'
import type { PageActions } from './page-actions.ts'
import type { Panel } from './sidebar.tsx'
import { useLookedAt } from './use-looked-at.ts'
import { usePageActions } from './use-page-actions.ts'
import { usePlace } from './use-place.ts'
import { useRequests } from './use-requests.ts'
import { useShortcuts } from './use-shortcuts.ts'
import { useTheme } from './use-theme.ts'
import type { Theme } from './use-theme.ts'

/** What the page shows, and what changes it. */
export interface Page {
  readonly place: Place
  /** The channel in the middle: that of the address, or the one where something happened last. */
  readonly channel: string | undefined
  readonly query: string
  readonly panel: Panel | undefined
  readonly isMenuOpen: boolean
  readonly theme: Theme
  readonly requests: PageRequests | undefined
  /** The message whose dialog is open. */
  readonly inspected: PageMessage | undefined
  readonly said: string
  readonly actions: PageActions
  readonly searchRef: RefObject<HTMLInputElement | null>
  readonly setQuery: (query: string) => void
  readonly toggleMenu: () => void
  readonly openChannel: (id: string) => void
  readonly openPanel: (panel: Panel) => void
  readonly changeTheme: () => void
  readonly clear: () => void
  readonly closeThread: () => void
  readonly closeDialog: () => void
}

/** The state of the page itself; that of the inbox is in its store. */
export function usePage(): Page {
  const { state, connection } = useInbox()
  const [place, go] = usePlace()
  const [query, setQuery] = useState('')
  const [panel, setPanel] = useState<Panel>()
  const [isMenuOpen, setIsMenuOpen] = useState(false)
  const [theme, changeTheme] = useTheme()
  const searchRef = useRef<HTMLInputElement>(null)
  const channel = useLookedAt(place.channel)
  const requests = useRequests(connection === 'live')
  const show = (next: Panel | undefined): void => {
    setQuery('')
    setPanel(next)
    setIsMenuOpen(false)
  }
  const { actions, said, inspected, closeDialog } = usePageActions(go, () => {
    show(undefined)
  })
  const closeThread = (): void => {
    go({ channel, message: undefined, thread: undefined })
  }
  useShortcuts(searchRef, () => {
    if (query !== '') setQuery('')
    else if (isMenuOpen) setIsMenuOpen(false)
    else if (place.thread !== undefined) closeThread()
  })
  return {
    place,
    channel,
    query,
    panel,
    isMenuOpen,
    theme,
    requests,
    inspected: inspected === undefined ? undefined : state.messages.get(inspected),
    said,
    actions,
    searchRef,
    setQuery,
    toggleMenu: () => {
      setIsMenuOpen(!isMenuOpen)
    },
    openChannel: (id) => {
      show(undefined)
      go({ channel: id, message: undefined, thread: undefined })
    },
    openPanel: show,
    changeTheme,
    clear: () => {
      clearInbox().catch((error: unknown) => {
        actions.say(String(error))
      })
    },
    closeThread,
    closeDialog,
  }
}
