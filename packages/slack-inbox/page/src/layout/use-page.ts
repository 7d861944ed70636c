import { use, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import type { RefObject } from 'react'
import { clearInbox, fetchRequests } from '../inbox/inbox-api.ts'
import type { PageRequests } from '../inbox/inbox-api.ts'
import type { PageMessage } from '../inbox/inbox-state.ts'
import { StoreContext, useInbox } from '../inbox/inbox-store.ts'
import type { PageActions } from './page-actions.ts'
import { usePageLocation } from './page-location.ts'
import type { PageLocation } from './page-location.ts'
import type { Panel } from './sidebar.tsx'

/** `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark'

/** The state of the page and what changes it. */
export interface Page {
  readonly place: PageLocation
  /** The channel to show: the one in the address, or the one with the newest message. */
  readonly channel: string | undefined
  readonly query: string
  readonly panel: Panel | undefined
  readonly isMenuOpen: boolean
  readonly theme: Theme
  readonly requests: PageRequests | undefined
  /** The message whose dialog is open. */
  readonly inspected: PageMessage | undefined
  readonly notice: string
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

/** The state of the page itself; the inbox's state is in its store. */
export function usePage(): Page {
  const { state, connection } = useInbox()
  const [place, go] = usePageLocation()
  const [query, setQuery] = useState('')
  const [panel, setPanel] = useState<Panel>()
  const [isMenuOpen, setIsMenuOpen] = useState(false)
  const [theme, changeTheme] = useTheme()
  const searchRef = useRef<HTMLInputElement>(null)
  const channel = useChannel(place.channel)
  const requests = useRequests(connection === 'live')
  const show = (next: Panel | undefined): void => {
    setQuery('')
    setPanel(next)
    setIsMenuOpen(false)
  }
  const { actions, notice, inspected, closeDialog } = usePageActions(go, () => {
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
    notice,
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
        actions.showNotice(String(error))
      })
    },
    closeThread,
    closeDialog,
  }
}

/** The channel in the address, or the one with the newest message. Marks it as read. */
function useChannel(wanted: string | undefined): string | undefined {
  const store = use(StoreContext)
  const { state } = useInbox()
  const [first, setFirst] = useState<string>()
  const last = [...state.shown].reduce<readonly [string | undefined, string]>(
    (newest, [channel, ids]) => {
      const ts = ids.at(-1) ?? ''
      return ts > newest[1] ? [channel, ts] : newest
    },
    [state.workspace.channels[0]?.id, ''],
  )[0]
  const channel = wanted ?? first ?? last
  useEffect(() => {
    // The page stays with the first channel that has a message, wherever the next message arrives.
    if (state.isReady && state.messages.size > 0 && first === undefined) setFirst(channel)
    store.setVisibleChannel(channel)
  }, [store, state, first, channel])
  return channel
}

interface UsedActions {
  readonly actions: PageActions
  readonly notice: string
  readonly inspected: string | undefined
  readonly closeDialog: () => void
}

const noticeMs = 3000

/** The actions of the page and the state they change. `leave` closes search and panels. */
function usePageActions(go: (place: PageLocation) => void, leave: () => void): UsedActions {
  const store = use(StoreContext)
  const [notice, setNotice] = useState('')
  const [inspected, setInspected] = useState<string>()
  const actions = useMemo(() => {
    const open = (ts: string, isThreadOnly: boolean): void => {
      const message = store.snapshot().state.messages.get(ts)
      if (message === undefined) return
      const thread = isThreadOnly || message.isReply ? (message.threadTs ?? ts) : undefined
      go({ channel: message.channel, message: isThreadOnly ? undefined : ts, thread })
    }
    return {
      openThread: (ts: string) => {
        open(ts, true)
      },
      goTo: (ts: string) => {
        leave()
        open(ts, false)
      },
      inspect: setInspected,
      showNotice: (text: string) => {
        setNotice(text)
        setTimeout(() => {
          setNotice('')
        }, noticeMs)
      },
    }
    // `leave` is not listed, because it only calls state setters, which never change.
  }, [store, go])
  return {
    actions,
    notice,
    inspected,
    closeDialog: () => {
      setInspected(undefined)
    },
  }
}

const requestsEveryMs = 2000

/** The latest requests, polled while the page is visible and connected. */
function useRequests(isLive: boolean): PageRequests | undefined {
  const [requests, setRequests] = useState<PageRequests>()
  useEffect(() => {
    if (!isLive) return undefined
    const abort = new AbortController()
    const load = (): void => {
      if (document.hidden) return
      fetchRequests(abort.signal).then(setRequests, () => {
        // The page shows a lost connection elsewhere.
        setRequests(undefined)
      })
    }
    load()
    const timer = setInterval(load, requestsEveryMs)
    return () => {
      clearInterval(timer)
      abort.abort()
    }
  }, [isLive])
  return requests
}

/** `/` focuses the search; Escape closes what is open. */
function useShortcuts(search: RefObject<HTMLInputElement | null>, onEscape: () => void): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const isTyping = event.target instanceof HTMLElement && event.target.matches('input, select')
    if (event.key === '/' && !isTyping) {
      event.preventDefault()
      search.current?.focus()
      search.current?.select()
    }
    // An open dialog closes itself.
    if (event.key === 'Escape' && document.querySelector('dialog[open]') === null) onEscape()
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      press(event)
    }
    addEventListener('keydown', listen)
    return () => {
      removeEventListener('keydown', listen)
    }
  }, [])
}

const themes: readonly Theme[] = ['auto', 'light', 'dark']
const storageKey = 'slack-inbox-theme'

/** The theme, remembered by the browser, and a function that switches to the next one. */
function useTheme(): readonly [Theme, () => void] {
  const [theme, setTheme] = useState<Theme>(
    () => themes.find((each) => each === localStorage.getItem(storageKey)) ?? 'auto',
  )
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme
    localStorage.setItem(storageKey, theme)
  }, [theme])
  const change = (): void => {
    setTheme(themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto')
  }
  return [theme, change]
}
