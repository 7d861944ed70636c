import { useEffect, useState } from 'react'

/** `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark'

const themes: readonly Theme[] = ['auto', 'light', 'dark']
const storageKey = 'slack-inbox-theme'

/** The theme and what changes it to the next one; remembered by the browser. */
export function useTheme(): readonly [Theme, () => void] {
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
