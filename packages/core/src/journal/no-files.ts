import type { Stats } from 'node:fs'
import type { FileSystem } from '../environment.ts'

/** Takes files and keeps none: for a journal that is kept elsewhere too, where there is no disk. */
export const noFiles: FileSystem = {
  openSync: () => 0,
  writeSync: (_descriptor: number, text: unknown) => Buffer.byteLength(String(text)),
  closeSync: ignore,
  fstatSync: (() => found) as unknown as FileSystem['fstatSync'],
  lstatSync: (() => found) as unknown as FileSystem['lstatSync'],
  mkdirSync: () => undefined,
  readdirSync: () => [],
  readFileSync: (() => '') as unknown as FileSystem['readFileSync'],
  renameSync: ignore,
  unlinkSync: ignore,
  utimesSync: ignore,
  futimesSync: ignore,
}

const found: Partial<Stats> = {
  nlink: 1,
  uid: process.getuid?.() ?? 0,
  mode: 0o700,
  isSymbolicLink: () => false,
  isDirectory: () => true,
}

function ignore(): void {
  // There is nothing to change.
}
