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

/** What was noted of each error that not all adapters agree on, and how many there were. */
async function compare(
  kind: 'fingerprint' | 'error',
): Promise<{ differing: unknown; errors: number }> {
  await using inbox = await startInbox()
  using folder = tempFolder()
  const file = join(folder.path, 'notes.jsonl')
  const run = await runApp('same-error.mjs', {
    apiUrl: inbox.apiUrl,
    env: { NOTES: file, NOTE: kind },
  })
  expect(run).toMatchObject({ code: 0, stdout: '' })
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  const notes = lines.map((line) => JSON.parse(line) as Note)
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
