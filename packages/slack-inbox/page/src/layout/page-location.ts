import { useCallback, useEffect, useState } from 'react'

/** What the page shows. Its address is as in Slack: `/archives/CHANNEL/pTS?thread_ts=TS`. */
export interface PageLocation {
  readonly channel: string | undefined
  /** The message of a permalink. */
  readonly message: string | undefined
  /** The root of the open thread. */
  readonly thread: string | undefined
}

function readLocation(url: URL): PageLocation {
  const [, channel, packed] = /^\/archives\/(\w+)(?:\/p(\d{7,}))?/.exec(url.pathname) ?? []
  const message = packed === undefined ? undefined : `${packed.slice(0, -6)}.${packed.slice(-6)}`
  return { channel, message, thread: url.searchParams.get('thread_ts') ?? undefined }
}

function writeLocation({ channel, message, thread }: PageLocation): string {
  if (channel === undefined) return '/'
  const at = message === undefined ? '' : `/p${message.replace('.', '')}`
  return `/archives/${channel}${at}${thread === undefined ? '' : `?thread_ts=${thread}`}`
}

/** The current location. It is stored in the address, so that it can be shared and Back works. */
export function usePageLocation(): readonly [PageLocation, (place: PageLocation) => void] {
  const [place, setPlace] = useState(() => readLocation(new URL(location.href)))
  useEffect(() => {
    const read = (): void => {
      setPlace(readLocation(new URL(location.href)))
    }
    addEventListener('popstate', read)
    return () => {
      removeEventListener('popstate', read)
    }
  }, [])
  const go = useCallback((next: PageLocation) => {
    history.pushState(undefined, '', writeLocation(next))
    setPlace(next)
  }, [])
  return [place, go]
}
