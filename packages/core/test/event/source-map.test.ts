import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { describeError } from '../../src/event/error/normalize-error.ts'

const run = promisify(execFile)

/** In parts, because the test runner looks for such a comment too. */
const comment = ['//#', 'sourceMappingURL=charge.js.map'].join(' ')

/** The second line of charge.js is the fourth of charge.ts: `[0,0,3,0]` in the map. */
const compiled = `function charge() {
  throw new TypeError('card refused')
}
try { charge() } catch (error) { console.log(JSON.stringify({ stack: error.stack })) }
${comment}
`
const map = {
  version: 3,
  file: 'charge.js',
  sources: ['../src/billing/charge.ts'],
  names: [],
  mappings: 'AAAA;AAGA;AACA;AACA',
}

test('with source maps on, the culprit is the line of the source', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'source-map-'))
  await writeFile(join(folder, 'charge.js'), compiled)
  await writeFile(join(folder, 'charge.js.map'), JSON.stringify(map))

  const { stdout } = await run(process.execPath, [
    '--enable-source-maps',
    join(folder, 'charge.js'),
  ])

  await rm(folder, { recursive: true })
  const { type, culprit } = describeError(JSON.parse(stdout))
  expect(type).toBe('TypeError')
  expect(culprit?.file).toMatch(/src\/billing\/charge\.ts$/)
  expect(culprit?.line).toBe(4)
})
