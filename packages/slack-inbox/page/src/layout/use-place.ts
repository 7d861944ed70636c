import { useCallback, useEffect, useState } from 'react'
import { readPlace, writePlace } from '../inbox/location.ts'
import type { Place } from '../inbox/location.ts'

/** Where the reader is: kept in the address, so that it can be shared, and Back works. */
export function usePlace(): readonly [Place, (place: Place) => void] {
  const [place, setPlace] = useState(() => readPlace(new URL(location.href)))
  useEffect(() => {
    const read = (): void => {
      setPlace(readPlace(new URL(location.href)))
    }
    addEventListener('popstate', read)
    return () => {
      removeEventListener('popstate', read)
    }
  }, [])
  const go = useCallback((next: Place) => {
    history.pushState(undefined, '', writePlace(next))
    setPlace(next)
  }, [])
  return [place, go]
}
