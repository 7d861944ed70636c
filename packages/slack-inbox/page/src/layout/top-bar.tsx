import type { ReactNode, RefObject } from 'react'

/** The search, and the way to the channels on a phone. */
export function TopBar(props: {
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
