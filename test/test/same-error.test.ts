import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { runApp } from './support/run-app.ts'
import { tempFolder } from './support/temp-folder.ts'

interface Note {
  readonly adapter: string
  readonly name: string
  readonly noted: unknown
}

/** What all adapters note of each error. */
async function notesOf(kind: 'fingerprint' | 'error'): Promise<readonly Note[]> {
  await using inbox = await startInbox()
  using folder = tempFolder()
  const file = join(folder.path, 'notes.jsonl')
  const run = await runApp('same-error.mjs', {
    apiUrl: inbox.apiUrl,
    env: { NOTES: file, NOTE: kind },
  })
  expect(run).toMatchObject({ code: 0, stdout: '' })
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Note)
}

/** What was noted of each error that not all adapters agree on, and how many there were. */
async function compare(
  kind: 'fingerprint' | 'error',
): Promise<{ differing: unknown; errors: number }> {
  const notes = await notesOf(kind)
  const names = [...new Set(notes.map(({ name }) => name))]
  const differing = names
    .map((each) => notes.filter(({ name }) => name === each))
    .filter((of) => new Set(of.map(({ noted }) => JSON.stringify(noted))).size > 1)
  return { differing, errors: names.length }
}

test('an error is the same problem in process, in a pino stream, in a pino worker and in winston', async () => {
  const { differing, errors } = await compare('fingerprint')

  expect(differing).toEqual([])
  expect(errors).toBeGreaterThan(100)
})

test('an error has the same class and message in all of them', async () => {
  const { differing } = await compare('error')

  expect(differing).toEqual([])
})

test('two services behind ports of a host with two addresses are two problems where two functions wrap the error', async () => {
  const notes = await notesOf('fingerprint')
  const name = 'node: fetch of two addresses'

  const byLedger = notes.filter((note) => note.name === `${name}, wrapped`)
  const byBank = notes.filter((note) => note.name === `${name}, wrapped elsewhere`)

  expect(byLedger.map(({ noted }) => noted)).toEqual(
    Array(4).fill(
      expect.arrayContaining(['AggregateError', 'ECONNREFUSED', 'askLedger (error-cases)']),
    ),
  )
  expect(byBank.map(({ noted }) => noted)).toEqual(
    Array(4).fill(
      expect.arrayContaining(['AggregateError', 'ECONNREFUSED', 'askBank (error-cases)']),
    ),
  )
})
