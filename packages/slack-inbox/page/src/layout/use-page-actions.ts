import { use, useMemo, useState } from 'react'
import type { Place } from '../inbox/location.ts'
import { StoreContext } from '../inbox/use-inbox.ts'
import type { PageActions } from './page-actions.ts'

interface UsedActions {
  readonly actions: PageActions
  /** What was told in passing. */
  readonly said: string
  /** The message whose dialog is open. */
  readonly inspected: string | undefined
  readonly closeDialog: () => void
}

const shortWhileMs = 3000

/** The actions of the page, and what they left to show. `leave` goes from search and panels to the channel. */
export function usePageActions(go: (place: Place) => void, leave: () => void): UsedActions {
  const store = use(StoreContext)
  const [said, setSaid] = useState('')
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
      say: (text: string) => {
        setSaid(text)
        setTimeout(() => {
          setSaid('')
        }, shortWhileMs)
      },
    }
    // `leave` only sets states, which never changes what it does.
  }, [store, go])
  return {
    actions,
    said,
    inspected,
    closeDialog: () => {
      setInspected(undefined)
    },
  }
}
