import { basename, join } from 'node:path'
import type { Clock } from '../environment.ts'
import { findOrphans, isTrusted, ownPath, type SpoolFolder } from './folder.ts'
import { readSpool, type SpoolContent } from './records.ts'
import { SpoolFile } from './spool-file.ts'

/** What an earlier process left, and the file in which it is ticked off. */
export interface Recovered extends SpoolContent {
  readonly file: SpoolFile
}

/** What recovery works with. */
export interface RecoveryParts {
  readonly folder: SpoolFolder
  readonly clock: Clock
  /** Tells this sink's files from those of others in this process. */
  readonly serial: string
  /** Told in words what cannot be read. */
  readonly onTrouble: (reason: string) => void
}

/** A spool never grows beyond a part of this, in bytes; what does is not ours. */
const maxBytes = 20_000_000

/** Takes over what dead processes left to tell. Each file goes to one process only, since a rename has one winner. */
export function recoverSpools(parts: RecoveryParts): readonly Recovered[] {
  const { folder, clock, onTrouble } = parts
  try {
    return findOrphans(folder, clock.now()).flatMap((path, index) => {
      try {
        return takeOver(parts, path, index) ?? []
      } catch (error) {
        // Most often another process of the same service was faster.
        if (codeOf(error) !== 'ENOENT') onTrouble(`${basename(path)}: ${codeOf(error)}`)
        return []
      }
    })
  } catch (error) {
    // Where there is no folder yet, nothing was left.
    if (codeOf(error) !== 'ENOENT') onTrouble(`the spool cannot be read: ${codeOf(error)}`)
    return []
  }
}

function takeOver(parts: RecoveryParts, path: string, index: number): Recovered | undefined {
  const { folder, clock, serial, onTrouble } = parts
  const { fileSystem } = folder
  if (!isTrusted(folder, path)) {
    onTrouble(`${basename(path)} is not this service's; left as it is`)
    return undefined
  }
  const taken = ownPath(folder, `${serial}-late${index}`)
  fileSystem.renameSync(path, taken)
  const { size } = fileSystem.lstatSync(taken)
  const content = size > maxBytes ? undefined : readSpool(fileSystem.readFileSync(taken, 'utf8'))
  if (content === undefined) {
    fileSystem.renameSync(taken, join(folder.path, `${basename(path)}.aside`))
    onTrouble(`${basename(path)} cannot be read; set aside`)
    return undefined
  }
  const file = SpoolFile.adopt(folder, taken, { size, open: content.entries.map(({ id }) => id) })
  file.touch(clock.now())
  if (file.isEmpty) file.close()
  return { ...content, file }
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}
