import { createContext } from 'react'

/** What a reader can do with a message, wherever it is shown. */
export interface PageActions {
  readonly openThread: (ts: string) => void
  /** Opens the dialog with the details of a message. */
  readonly inspect: (ts: string) => void
  /** Shows a message in its channel, and its thread if it is a reply. */
  readonly goTo: (ts: string) => void
  /** Shows a text for a few seconds. */
  readonly showNotice: (text: string) => void
}

const nothing = (): void => undefined

export const PageActionsContext = createContext<PageActions>({
  openThread: nothing,
  inspect: nothing,
  goTo: nothing,
  showNotice: nothing,
})
