import type { FeedEvent } from '../../../src/page-api/feed.ts'
import type { InboxStore } from './inbox-store.ts'

/** Listens to the inbox until the function it returns is called. The browser connects again by itself. */
export function followFeed(store: InboxStore): () => void {
  const source = new EventSource('/_inbox/page/feed')
  source.addEventListener('open', () => {
    store.setConnection('live')
  })
  source.addEventListener('error', () => {
    store.setConnection('lost')
    // An answer that is no event stream ends the attempts; the inbox may be on its way back up.
    if (source.readyState === EventSource.CLOSED) retry()
  })
  source.addEventListener('message', (message: MessageEvent<string>) => {
    const event: FeedEvent = JSON.parse(message.data)
    store.push(event)
  })
  let stop = (): void => {
    source.close()
  }
  const retry = (): void => {
    const timer = setTimeout(() => {
      stop = followFeed(store)
    }, retryMs)
    stop = () => {
      clearTimeout(timer)
    }
  }
  return () => {
    stop()
  }
}

const retryMs = 2000
