import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createRedactor } from '../../src/redaction/redactor.ts'
import { readLabelledLogs } from '../grouping/accuracy.ts'
import { namedShapes, prefixedShapes } from './published-shapes.ts'
import { prose } from './prose.ts'
import { measureRecall, type Recall, shareOf } from './recall.ts'

/** What `npm run secrets` asks for: `print`, or `write` to put the table into the documentation as well. */
const report = process.env['SECRETS_REPORT']
const page = fileURLToPath(new URL('../../../../docs/privacy.md', import.meta.url))
const { bare, named } = measureRecall(report === undefined ? 4 : 20)

test('hides tokens as vendors publish them, bare and under a name, in every form', () => {
  if (report !== undefined) printTable()

  expect(shareOf(bare)).toBeGreaterThanOrEqual(0.97)
  expect(shareOf(named)).toBeGreaterThanOrEqual(0.995)
  for (const recall of [...bare, ...named]) expect(shareOf([recall])).toBeGreaterThan(0.95)
})

function printTable(): void {
  const table = toTable()
  const missed = [...bare, ...named].flatMap(({ form, missed: kinds }) =>
    [...new Set(kinds)].map((kind) => `${kind} (${form})`),
  )
  console.log(`${table}\nNot always hidden: ${missed.join(', ') || 'none'}`)
  if (report === 'write') write(table)
}

function toTable(): string {
  const { text } = createRedactor()
  const logLines = readLabelledLogs().flatMap(({ lines }) => lines.map(({ message }) => message))
  const proseLines = Object.values(prose).flat()
  const changed = (lines: readonly string[]): string =>
    `${lines.filter((line) => text(line) !== line).length} of ${lines.length.toLocaleString('en-US')}`
  return [
    '| tokens hidden | share |',
    '| --- | ---: |',
    `| **bare**: ${prefixedShapes.length} kinds with a shape of their own | **${percent(bare)}** |`,
    ...bare.map((recall) => `| … ${recall.form} | ${percent([recall])} |`),
    `| **under a name**: these and ${namedShapes.length} kinds without | **${percent(named)}** |`,
    ...named.map((recall) => `| … ${recall.form} | ${percent([recall])} |`),
    '',
    '| harmless lines changed | lines |',
    '| --- | ---: |',
    `| of eight real logs (Loghub) | ${logLines.length === 0 ? 'not at hand' : changed(logLines)} |`,
    `| of messages of ${Object.keys(prose).join(', ')} | ${changed(proseLines)} |`,
    '',
  ].join('\n')
}

function percent(recalls: readonly Recall[]): string {
  return `${(Math.floor(shareOf(recalls) * 1000) / 10).toFixed(1)} %`
}

function write(table: string): void {
  const marks = ['<!-- secrets -->\n', '<!-- /secrets -->\n'] as const
  const content = readFileSync(page, 'utf8')
  const start = content.indexOf(marks[0])
  const end = content.indexOf(marks[1])
  if (start < 0 || end < start) throw new Error(`${page} has no markers for the table`)
  const before = content.slice(0, start + marks[0].length)
  writeFileSync(page, `${before}\n${table}\n${content.slice(end)}`)
}
