import { basename } from 'node:path'
import {
  createSerial,
  findOrphans,
  freePath,
  isTrusted,
  openFile,
  ownPath,
  prepareFolder,
  writeWhole,
  type SpoolFolder,
} from './spool-folder.ts'

/** What a state file works with. */
export interface StateFileParts {
  readonly folder: SpoolFolder
  /** In milliseconds since 1970. */
  readonly now: () => number
  /** Told in words why something is not kept or cannot be read. */
  readonly onTrouble: (reason: string) => void
}

const extension = '.state.json'
/** No process writes more; what is larger is not ours. */
const maxBytes = 20_000_000

/** A small file of this process, written whole each time, and those that dead processes left. */
export class StateFile {
  readonly #parts: StateFileParts
  readonly #serial = createSerial()
  #adopted = 0
  #isOff = false
  #hasFile = false

  constructor(parts: StateFileParts) {
    this.#parts = parts
  }

  /** Puts a text in the place of the last one. */
  write(text: string): void {
    if (this.#isOff) return
    const { folder, onTrouble } = this.#parts
    const refusal = this.#hasFile ? undefined : prepareFolder(folder)
    if (refusal === undefined) {
      this.#try(() => this.#replace(text))
      return
    }
    this.#isOff = true
    onTrouble(
      `the next start will alert everything again, since ${folder.path} cannot be used: ${refusal}; set \`spoolDir\` to another folder, or to false`,
    )
  }

  /** Takes over what dead processes left. Each file goes to one process only, since a rename has one winner. */
  adopt(): readonly string[] {
    const { folder, now } = this.#parts
    const orphans = this.#try(() => findOrphans(folder, now(), extension)) ?? []
    return orphans.flatMap((path) => this.#try(() => this.#takeOver(path)) ?? [])
  }

  /** The process ends: what was written is there for the next one. */
  close(): void {
    if (this.#hasFile) {
      const { folder } = this.#parts
      const path = freePath(folder, this.#serial, extension)
      this.#try(() => folder.fileSystem.renameSync(this.#path, path))
    }
    this.#hasFile = false
    this.#isOff = true
  }

  get #path(): string {
    return ownPath(this.#parts.folder, this.#serial, extension)
  }

  #replace(text: string): void {
    const { folder } = this.#parts
    const { fileSystem } = folder
    const path = ownPath(folder, `${this.#serial}-next`, extension)
    const descriptor = openFile(folder, path, true)
    try {
      writeWhole(fileSystem, descriptor, text)
    } catch (error) {
      fileSystem.unlinkSync(path)
      throw error
    } finally {
      fileSystem.closeSync(descriptor)
    }
    fileSystem.renameSync(path, this.#path)
    this.#hasFile = true
  }

  #takeOver(path: string): string | undefined {
    const { folder, onTrouble } = this.#parts
    const { fileSystem } = folder
    if (!isTrusted(folder, path)) {
      onTrouble(`${basename(path)} is not this service's; left as it is`)
      return undefined
    }
    this.#adopted += 1
    const taken = ownPath(folder, `${this.#serial}-adopted${this.#adopted}`, extension)
    fileSystem.renameSync(path, taken)
    const { size } = fileSystem.lstatSync(taken)
    const text = size > maxBytes ? undefined : fileSystem.readFileSync(taken, 'utf8')
    fileSystem.unlinkSync(taken)
    return text
  }

  #try<Value>(use: () => Value): Value | undefined {
    try {
      return use()
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      // Where there is no folder yet nothing was left, and what is gone another process was faster to take.
      if (code !== 'ENOENT') this.#parts.onTrouble(`incidents cannot be kept: ${code ?? message}`)
      return undefined
    }
  }
}
