import { join } from 'node:path'
import type { Clock } from '../environment.ts'
import {
  openFile,
  ownPath,
  releaseFile,
  replaceFile,
  type SpoolFolder,
  takeOver,
  type TakenFile,
  writeWhole,
} from './folder.ts'
import {
  endLine,
  entryLine,
  headerLine,
  readSpool,
  sentLine,
  type SpoolContent,
  type SpoolEntry,
  type SpoolHeader,
} from './records.ts'

const maxBytes = 5_000_000

/** An append-only file of one process. */
export class SpoolFile {
  readonly #folder: SpoolFolder
  readonly #path: string
  #descriptor: number
  /** In bytes. */
  #size: number
  /** Of the first line, if this process wrote it. */
  #headerSize = 0
  /** Entries that are not sent yet. */
  readonly #open = new Set<number>()
  /** Whether the last write failed half-way, so that the next one must start a new line. */
  #isTorn = false

  private constructor(
    folder: SpoolFolder,
    path: string,
    { descriptor, size }: { readonly descriptor: number; readonly size: number },
  ) {
    this.#folder = folder
    this.#path = path
    this.#descriptor = descriptor
    this.#size = size
  }

  /** @throws what the file system throws */
  static create(folder: SpoolFolder, header: SpoolHeader): SpoolFile {
    const path = ownPath(folder, '.ndjson')
    const written = { text: headerLine(header), next: `${path}.new` }
    const file = new SpoolFile(folder, path, replaceFile(folder, path, written))
    file.#headerSize = file.#size
    return file
  }

  /**
   * Continues a file of another process.
   *
   * @throws what the file system throws
   */
  static adopt(
    folder: SpoolFolder,
    { path, size }: TakenFile,
    entries: readonly SpoolEntry[],
  ): SpoolFile {
    const descriptor = openFile(folder, path, { isNew: false })
    const file = new SpoolFile(folder, path, { descriptor, size })
    for (const { id } of entries) file.#open.add(id)
    // The process may have been killed in the middle of a line.
    file.#isTorn = true
    return file
  }

  get isEmpty(): boolean {
    return this.#open.size === 0
  }

  /** @throws what the file system throws, or an error for a full file, and nothing is kept then */
  append(id: number, line: string): void {
    if (this.#size + line.length > maxBytes) this.#compact()
    if (this.#size + line.length > maxBytes) throw new Error(`it has reached ${maxBytes / 1e6} MB`)
    this.write(line)
    this.#open.add(id)
  }

  /** @throws what the file system throws */
  write(line: string): void {
    const text = this.#isTorn ? `\n${line}` : line
    this.#isTorn = true
    this.#size += writeWhole(this.#folder.fileSystem, this.#descriptor, text)
    this.#isTorn = false
  }

  /** @throws what the file system throws; the entries count as sent in any case */
  markSent(ids: readonly number[]): void {
    const known = ids.filter((id) => this.#open.delete(id))
    if (known.length === 0) return
    if (this.isEmpty && this.#headerSize > 0) {
      this.#folder.fileSystem.ftruncateSync(this.#descriptor, this.#headerSize)
      this.#size = this.#headerSize
      this.#isTorn = false
    } else this.write(sentLine(known))
  }

  /** Shows that the process is alive. */
  touch(now: number): void {
    this.#folder.fileSystem.futimesSync(this.#descriptor, now / 1000, now / 1000)
  }

  /** Closes the file: deletes it if everything in it was sent, or leaves it to the next process. */
  close(now: number): void {
    const { fileSystem } = this.#folder
    if (!this.isEmpty) this.write(endLine(now))
    fileSystem.closeSync(this.#descriptor)
    if (this.isEmpty) fileSystem.unlinkSync(this.#path)
    else releaseFile(this.#folder, this.#path)
  }

  /** Rewrites the file without what was sent. */
  #compact(): void {
    const { fileSystem } = this.#folder
    const content = readSpool(fileSystem.readFileSync(this.#path, 'utf8'))
    if (content === undefined) return
    const unsent = content.entries.filter(({ id }) => this.#open.has(id))
    const text = [headerLine(content.header), ...unsent.map(entryLine)].join('')
    const next = `${this.#path}.new`
    const { descriptor, size } = replaceFile(this.#folder, this.#path, { text, next })
    fileSystem.closeSync(this.#descriptor)
    this.#descriptor = descriptor
    this.#size = size
    this.#isTorn = false
  }
}

/** The content of an earlier process's file, and the file itself, in which what is sent is marked. */
export interface Recovered extends SpoolContent {
  readonly file: SpoolFile
}

export interface RecoveryDeps {
  readonly folder: SpoolFolder
  readonly clock: Clock
  /** Called with the reason when a file cannot be read. */
  readonly onTrouble: (reason: string) => void
}

/** Takes over the files of processes that have ended. */
export function recoverSpools({ folder, clock, onTrouble }: RecoveryDeps): readonly Recovered[] {
  const now = clock.now()
  const given = { folder, extension: '.ndjson', now, onTrouble } as const
  const recovered = takeOver(given, (taken) => {
    const content = readSpool(taken.text)
    if (content === undefined) {
      folder.fileSystem.renameSync(taken.path, join(folder.path, `${taken.name}.aside`))
      onTrouble(`${taken.name} cannot be read; set aside`)
      return undefined
    }
    const file = SpoolFile.adopt(folder, taken, content.entries)
    file.touch(now)
    if (file.isEmpty) file.close(now)
    return { ...content, file }
  })
  return recovered.filter((each) => each !== undefined)
}
