import { useEffect, useEffectEvent } from 'react'
import type { RefObject } from 'react'

/** `/` leads to the search, and Escape back from wherever one is. */
export function useShortcuts(
  search: RefObject<HTMLInputElement | null>,
  onEscape: () => void,
): void {
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
