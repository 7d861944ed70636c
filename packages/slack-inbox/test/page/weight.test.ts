import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '#package-root'
import { expect, test } from 'vitest'

const folder = join(packageRoot, 'dist', 'page')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map((name) => join(folder, name))
  .filter((path) => statSync(path).isFile())

test('the whole page weighs at most 420 kB', () => {
  const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0)

  expect(bytes).toBeLessThan(420_000)
})

test('no file of the page loads anything from another address', () => {
  const loads = /(?:src|href)="https?:|url\(\s*["']?https?:|import\(\s*["'`]https?:/

  expect(files.filter((path) => loads.test(readFileSync(path, 'utf8')))).toEqual([])
})
