import { createContext, use, useEffect, useMemo, useState } from 'react'
import { useInbox } from '../inbox/inbox-store.ts'
import { PageActionsContext } from './page-actions.ts'

/** The person as whom the reader of the page clicks, reacts and replies. */
export interface Me {
  readonly id: string
  readonly name: string
  readonly become: (id: string) => void
}

export const MeContext = createContext<Me>({ id: '', name: '', become: () => undefined })

const storageKey = 'slack-inbox-user'

/** The person, remembered by the browser; at first the first one of the workspace. */
export function useMe(): Me {
  const { users } = useInbox().state.workspace
  const [chosen, become] = useState(() => localStorage.getItem(storageKey))
  useEffect(() => {
    if (chosen !== null) localStorage.setItem(storageKey, chosen)
  }, [chosen])
  const people = users.filter(({ isBot }) => !isBot)
  const { id = '', name = '' } = people.find((each) => each.id === chosen) ?? people[0] ?? {}
  return useMemo(() => ({ id, name, become }), [id, name])
}

/** Does something as the person, and shows why the inbox refused it. Whether it was done. */
export function useAct(): (act: (user: string) => Promise<void>) => Promise<boolean> {
  const { id } = use(MeContext)
  const { showNotice } = use(PageActionsContext)
  return async (act) => {
    try {
      await act(id)
      return true
    } catch (error) {
      showNotice(error instanceof Error ? error.message : String(error))
      return false
    }
  }
}
