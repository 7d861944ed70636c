import { use, useEffect, useState } from 'react'
import { StoreContext, useInbox } from '../inbox/use-inbox.ts'

/** The channel of the address, or the one where something happened last. Nothing in it stays unread. */
export function useLookedAt(wanted: string | undefined): string | undefined {
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
    // Once something is there the page stays with it, wherever the next message arrives.
    if (state.isReady && state.messages.size > 0 && first === undefined) setFirst(channel)
    store.look(channel)
  }, [store, state, first, channel])
  return channel
}
