import { createContext } from 'react'

/** What a reader can do with a message, wherever it is shown. */
export interface PageActions {
  readonly openThread: (ts: string) => void
  /** Shows everything there is to know about a message. */
  readonly inspect: (ts: string) => void
  /** Shows a message in its channel, with its thread where it is a reply. */
  readonly goTo: (ts: string) => void
  /** Tells the reader something in passing. */
  readonly say: (text: string) => void
}

const nothing = (): void => undefined

/** The actions of the page around. */
export const PageActionsContext = createContext<PageActions>({
  openThread: nothing,
  inspect: nothing,
  goTo: nothing,
  say: nothing,
})
