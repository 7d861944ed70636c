import type { InboxMessage } from './message.ts'
import type { MessageStore } from './message-store.ts'

/** Waits until a message satisfies `predicate`. The time is real: it guards a test, and is no part of Slack. */
export async function waitForMessage(
  store: MessageStore,
  predicate: (message: InboxMessage) => boolean,
  timeoutMs: number,
): Promise<InboxMessage> {
  const find = (): InboxMessage | undefined => [...store.all()].find((each) => predicate(each))
  const found = find()
  if (found !== undefined) return found
  return new Promise((resolve, reject) => {
    const unsubscribe = store.subscribe(() => {
      settle(find, finish)
    })
    const timer = setTimeout(() => {
      finish(() => {
        reject(new Error(`Expected a message within ${timeoutMs} ms, got ${summary(store)}`))
      })
    }, timeoutMs)
    function finish(end: () => void): void {
      clearTimeout(timer)
      unsubscribe()
      end()
    }
    function settle(look: typeof find, done: typeof finish): void {
      try {
        const message = look()
        if (message !== undefined)
          done(() => {
            resolve(message)
          })
      } catch (error) {
        done(() => {
          reject(error instanceof Error ? error : new Error(String(error)))
        })
      }
    }
  })
}

function summary(store: MessageStore): string {
  const texts = [...store.all()].slice(-10).map((message) => message.text.slice(0, 100))
  return texts.length === 0 ? 'none' : `${store.size}, the latest: ${JSON.stringify(texts)}`
}
