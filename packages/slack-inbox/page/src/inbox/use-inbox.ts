import { createContext, use, useSyncExternalStore } from 'react'
import { InboxStore } from './inbox-store.ts'
import type { Snapshot } from './inbox-store.ts'

/** The one store of the page. */
export const StoreContext = createContext(new InboxStore())

/** What is known now; the component renders again when it changes. */
export function useInbox(): Snapshot {
  const store = use(StoreContext)
  return useSyncExternalStore(store.subscribe, store.snapshot)
}
