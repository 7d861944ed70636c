import { useEffect, useState } from 'react'
import { fetchRequests } from '../inbox/inbox-api.ts'
import type { PageRequests } from '../inbox/inbox-api.ts'

const everyMs = 2000

/** The latest requests, asked for now and then while the page is seen and the inbox is up. */
export function useRequests(isLive: boolean): PageRequests | undefined {
  const [requests, setRequests] = useState<PageRequests>()
  useEffect(() => {
    if (!isLive) return undefined
    const abort = new AbortController()
    const ask = (): void => {
      if (document.hidden) return
      fetchRequests(abort.signal).then(setRequests, () => {
        // The page's connection tells that the inbox is away.
        setRequests(undefined)
      })
    }
    ask()
    const timer = setInterval(ask, everyMs)
    return () => {
      clearInterval(timer)
      abort.abort()
    }
  }, [isLive])
  return requests
}
