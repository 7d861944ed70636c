import * as fs from 'node:fs'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FileSystem } from '../../src/environment.ts'
import { StateFile } from '../../src/journal/state-file.ts'

let root: string
let troubles: string[]

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slack-logger-state-'))
  troubles = []
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

function stateFileOf(pid: number, fileSystem: FileSystem = fs): StateFile {
  return new StateFile({
    folder: {
      path: join(root, 'spool'),
      owner: 'checkout',
      fileSystem,
      process: {
        pid,
        host: 'web-1',
        startedAt: 1_000_000,
        uid: process.getuid?.(),
        isAlive: () => false,
      },
    },
    now: () => Date.now(),
    onTrouble: (text) => troubles.push(text),
  })
}

test('the next process takes over what a process wrote last, once', () => {
  const file = stateFileOf(1)
  file.write('first')
  file.write('second')

  expect(stateFileOf(2).adopt()).toEqual(['second'])
  expect(stateFileOf(3).adopt()).toEqual([])
})

test.each([
  [
    'writes nothing',
    () => {
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
    },
  ],
  [
    'writes a part',
    (descriptor: number, text: string) => fs.writeSync(descriptor, text.slice(0, 3)),
  ],
])(
  'a full disk that %s keeps the old content, and the file is written again later',
  (_how, writeLess) => {
    let isFull = false
    const writeSync = ((descriptor: number, text: string) =>
      isFull
        ? writeLess(descriptor, text)
        : fs.writeSync(descriptor, text)) as FileSystem['writeSync']
    const file = stateFileOf(1, { ...fs, writeSync })
    file.write('first')
    isFull = true
    file.write('second')
    expect(troubles).toHaveLength(1)
    expect(readdirSync(join(root, 'spool'))).toHaveLength(1)
    expect(stateFileOf(2).adopt()).toEqual(['first'])

    isFull = false
    file.write('third')

    expect(troubles).toHaveLength(1)
    expect(stateFileOf(3).adopt()).toEqual(['third'])
  },
)
