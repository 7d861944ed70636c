import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))

test('imports nothing but what core exports, Node and its own files', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const imported = files.flatMap((file) =>
    [...readFileSync(join(src, file), 'utf8').matchAll(/ from '([^']+)'/g)].map(
      ([, from = '']) => from,
    ),
  )

  const others = imported.filter((from) => !from.startsWith('.') && !from.startsWith('node:'))
  expect(new Set(others)).toEqual(new Set(['@slack-logger/core']))
})
