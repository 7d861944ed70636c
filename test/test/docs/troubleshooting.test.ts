import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { documentedErrors } from '../support/documented-errors.ts'
import { pageOf, root } from './pages.ts'

const { text } = pageOf('docs/troubleshooting.md')

function sourcesOf(name: string): string {
  const folder = join(root, 'packages', name, 'src')
  const files = readdirSync(folder, { recursive: true }).map(String)
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n')
}

test('every error code that Slack documents is on the page', () => {
  expect(documentedErrors.filter((code) => !text.includes(`\`${code}\``))).toEqual([])
})

test('every error code for which the command line has a cure is on the page', () => {
  const [, cures = ''] = /const cures[^{]*\{(.*?)\n\}/s.exec(sourcesOf('cli')) ?? []
  const codes = [...cures.matchAll(/^ {2}(\w+):/gm)].map(([, code]) => code)

  expect(codes).toContain('not_in_channel')
  expect(codes.filter((code) => !text.includes(`\`${code}\``))).toEqual([])
})

test('every failure of its own that a transport reports is on the page', () => {
  const reports = sourcesOf('core').matchAll(
    /\.(?:broke|lost)\(\s*'([^']+)'|health\.(?:gaveUp|spooled)\(\s*'([^']+)'/g,
  )
  const failures = [...reports].map(([, failed, given]) => failed ?? given ?? '')

  expect(failures).toContain('the sink is closed')
  expect(failures.filter((failure) => !text.includes(failure))).toEqual([])
})
