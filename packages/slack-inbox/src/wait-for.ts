import type { InboxMessage } from './message.ts'
import type { MessageStore } from './message-store.ts'

/** Waits until a message satisfies `predicate`. The time is real: it guards a test, and is no part of Slack. */
export async function waitForMessage(
  store: MessageStore,
  predicate: (message: InboxMessage) => boolean,
  timeoutMs: number,
): Promise<InboxMessage> {
  for (const message of store.all()) if (predicate(message)) return message
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      clearTimeout(timer)
      unsubscribe()
    }
    const timer = setTimeout(() => {
      finish()
      reject(new Error(`Expected a message within ${timeoutMs} ms, got ${summary(store)}`))
    }, timeoutMs)
    const unsubscribe = store.subscribe(({ kind, message }) => {
      // The store must not hear of a predicate that throws: the one who waits does.
      try {
        if (kind === 'deleted' || message === undefined || !predicate(message)) return
        finish()
        resolve(message)
      } catch (error) {
        finish()
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
  })
}

function summary(store: MessageStore): string {
  const texts = [...store.all()].slice(-10).map((message) => message.text.slice(0, 100))
  return texts.length === 0 ? 'none' : `${store.size}, the latest: ${JSON.stringify(texts)}`
}
