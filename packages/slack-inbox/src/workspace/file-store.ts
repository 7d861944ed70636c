import { randomBytes } from 'node:crypto'
import type { InboxFile } from './message.ts'

/** A file that is registered, uploaded or shared. */
export interface StoredFile {
  readonly id: string
  readonly name: string
  readonly length: number
  readonly createdAt: number
  /** The secret part of the upload address. */
  readonly uploadKey: string
  title: string
  content: Uint8Array | undefined
  isComplete: boolean
  /** The messages that share it. */
  readonly shares: { readonly channel: string; readonly ts: string; readonly isPrivate: boolean }[]
}

/** Slack's limit for snippets; larger files are not shown as text. */
export const maxSnippetBytes = 1_048_576

/**
 * Files by id, bounded in size: the oldest are removed first.
 *
 * Invariant: `#bytes` is the sum of the `length` of all files.
 */
export class FileStore {
  readonly #files = new Map<string, StoredFile>()
  readonly #maxBytes: number
  #bytes = 0
  #lastId = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get size(): number {
    return this.#files.size
  }

  /** Registers a file before its upload; undefined if it is larger than the store. */
  add(name: string, length: number, now: number): StoredFile | undefined {
    if (length > this.#maxBytes) return undefined
    this.#lastId += 1
    const file: StoredFile = {
      id: `F0${String(this.#lastId).padStart(9, '0')}`,
      name,
      length,
      createdAt: now,
      uploadKey: randomBytes(12).toString('hex'),
      title: name,
      content: undefined,
      isComplete: false,
      shares: [],
    }
    this.#files.set(file.id, file)
    this.#bytes += length
    this.#dropOldest()
    return file
  }

  find(id: string): StoredFile | undefined {
    return this.#files.get(id)
  }

  clear(): void {
    this.#files.clear()
    this.#bytes = 0
  }

  #dropOldest(): void {
    for (const oldest of this.#files.values()) {
      if (this.#bytes <= this.#maxBytes) return
      this.#files.delete(oldest.id)
      this.#bytes -= oldest.length
    }
  }
}

/** The file as part of a message. */
export function attachedFile(file: StoredFile): InboxFile {
  const { id, name, title, length, content } = file
  return { id, name, title, bytes: length, content: textOf(content) }
}

function textOf(content: Uint8Array | undefined): string | undefined {
  if (content === undefined || content.length > maxSnippetBytes) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    // The file is not text.
    return undefined
  }
}
