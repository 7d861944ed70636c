import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { isObject, parseJson } from '../json.ts'
import type { MessageStore, StoreEvent } from './message-store.ts'
import type { InboxMessage } from './message.ts'

/** The file is rewritten when it has this many more lines than there are messages. */
const maxStaleLines = 1000

/** Writes every change of `store` to a file, one JSON line each, and restores them at the next start. */
export class KeepFile {
  readonly #path: string
  readonly #store: MessageStore
  readonly #unsubscribe: () => void
  #descriptor: number
  #lines = 0

  /** Restores the messages of the file, and writes later changes to it. */
  constructor(path: string, store: MessageStore) {
    this.#path = path
    this.#store = store
    for (const message of read(path)) store.add(message)
    this.#descriptor = this.#rewrite()
    this.#unsubscribe = store.subscribe((event) => {
      this.#append(event)
    })
  }

  close(): void {
    this.#unsubscribe()
    closeSync(this.#descriptor)
  }

  #append(event: StoreEvent): void {
    try {
      if (this.#lines > this.#store.size + maxStaleLines) {
        closeSync(this.#descriptor)
        this.#descriptor = this.#rewrite()
        return
      }
      writeSync(this.#descriptor, `${line(event)}\n`)
      this.#lines += 1
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      process.emitWarning(`Messages are no longer kept in ${this.#path}: ${reason}`, 'SlackInbox')
      this.#unsubscribe()
    }
  }

  /** Replaces the file atomically: a crash leaves the old one or the new one. */
  #rewrite(): number {
    const lines = [...this.#store.all()].map((message) => `${JSON.stringify({ message })}\n`)
    const fresh = `${this.#path}.new`
    // Messages may be confidential.
    writeFileSync(fresh, lines.join(''), { mode: 0o600 })
    renameSync(fresh, this.#path)
    this.#lines = lines.length
    return openSync(this.#path, 'a', 0o600)
  }
}

function line(event: StoreEvent): string {
  if (event.kind === 'cleared') return '{"clear":true}'
  return event.kind === 'deleted'
    ? JSON.stringify({ deleted: event.message?.ts })
    : JSON.stringify({ message: event.message })
}

/** Reads the messages of a file. A line that a crash truncated is ignored. */
function read(path: string): Iterable<InboxMessage> {
  const messages = new Map<string, InboxMessage>()
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  for (const each of lines) {
    const entry = parseJson(each)
    if (!isObject(entry)) continue
    const { message, deleted, clear } = entry
    if (clear === true) messages.clear()
    else if (typeof deleted === 'string') messages.delete(deleted)
    else if (isMessage(message)) messages.set(message.ts, message)
  }
  return messages.values()
}

function isMessage(value: unknown): value is InboxMessage {
  return (
    isObject(value) &&
    typeof value['ts'] === 'string' &&
    typeof value['text'] === 'string' &&
    ['blocks', 'attachments', 'files', 'reactions', 'history'].every((name) =>
      Array.isArray(value[name]),
    )
  )
}
