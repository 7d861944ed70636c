import type { FileSystem } from '../environment.ts'
import { openFile, type SpoolFolder, writeWhole } from './folder.ts'
import { toldLine } from './records.ts'

/** An append-only file of one process. */
export class SpoolFile {
  /** In bytes. */
  size: number
  readonly #folder: SpoolFolder
  readonly #headerSize: number
  /** Entries that are not told yet. */
  readonly #open: Set<number>
  readonly #descriptor: number
  #path: string
  /** Whether the last write broke off, so that the next must not continue its line. */
  #isTorn = false

  private constructor(folder: SpoolFolder, file: OpenFile) {
    this.#folder = folder
    this.#path = file.path
    this.#descriptor = file.descriptor
    this.#headerSize = file.headerSize
    this.#open = new Set(file.open)
    this.size = file.size
  }

  /** @throws what the file system throws */
  static create(folder: SpoolFolder, path: string, header: string): SpoolFile {
    const { fileSystem } = folder
    const descriptor = openFile(folder, path, true)
    try {
      const size = writeWhole(fileSystem, descriptor, header)
      return new SpoolFile(folder, { path, descriptor, headerSize: size, size, open: [] })
    } catch (error) {
      discard(fileSystem, { path, descriptor })
      throw error
    }
  }

  /**
   * Goes on with a file that another process left.
   *
   * @throws what the file system throws
   */
  static adopt(
    folder: SpoolFolder,
    path: string,
    found: { size: number; open: readonly number[] },
  ): SpoolFile {
    const descriptor = openFile(folder, path, false)
    const file = new SpoolFile(folder, { path, descriptor, headerSize: 0, ...found })
    // The process may have died in the middle of a line.
    file.#isTorn = true
    return file
  }

  get isEmpty(): boolean {
    return this.#open.size === 0
  }

  get path(): string {
    return this.#path
  }

  has(id: number): boolean {
    return this.#open.has(id)
  }

  /** @throws what the file system throws, and nothing is kept then */
  append(id: number, line: string): void {
    this.#write(line)
    this.#open.add(id)
  }

  /** @throws what the file system throws */
  note(line: string): void {
    this.#write(line)
  }

  /** @throws what the file system throws; the entries count as told here all the same */
  tell(ids: readonly number[]): void {
    const known = ids.filter((id) => this.#open.delete(id))
    if (known.length === 0) return
    if (this.isEmpty && this.#headerSize > 0) {
      this.#folder.fileSystem.ftruncateSync(this.#descriptor, this.#headerSize)
      this.size = this.#headerSize
      this.#isTorn = false
    } else this.#write(toldLine(known))
  }

  /** Says that the process lives. */
  touch(now: number): void {
    this.#folder.fileSystem.futimesSync(this.#descriptor, now / 1000, now / 1000)
  }

  /** Closes the file, and takes it away if everything in it is told. */
  close(free?: { readonly path: string; readonly lastLine: string }): void {
    const { fileSystem } = this.#folder
    if (!this.isEmpty && free !== undefined) this.#write(free.lastLine)
    fileSystem.closeSync(this.#descriptor)
    if (this.isEmpty) fileSystem.unlinkSync(this.#path)
    else if (free !== undefined) fileSystem.renameSync(this.#path, free.path)
  }

  /** Closes the file and takes it away, whatever is in it. */
  discard(): void {
    discard(this.#folder.fileSystem, { path: this.#path, descriptor: this.#descriptor })
  }

  /** Takes the place of a file that has more than this needs. */
  replace(other: SpoolFile): void {
    this.#folder.fileSystem.renameSync(this.#path, other.#path)
    this.#folder.fileSystem.closeSync(other.#descriptor)
    this.#path = other.#path
  }

  #write(line: string): void {
    const text = this.#isTorn ? `\n${line}` : line
    this.#isTorn = true
    this.size += writeWhole(this.#folder.fileSystem, this.#descriptor, text)
    this.#isTorn = false
  }
}

function discard(
  fileSystem: FileSystem,
  { path, descriptor }: Pick<OpenFile, 'path' | 'descriptor'>,
): void {
  fileSystem.closeSync(descriptor)
  fileSystem.unlinkSync(path)
}

interface OpenFile {
  readonly path: string
  readonly descriptor: number
  readonly headerSize: number
  readonly size: number
  readonly open: readonly number[]
}
