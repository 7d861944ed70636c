// `npm run environments`: installs the packed packages as users do, with real package managers, bundlers, compilers, test runners and
// versions of Node, and in Bun and Deno; runs services there, and prints a table. `npm run environments -- deno bundlers` runs some: what follows
// are parameters of vitest.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { prepare, run } from './prepare.mjs'

const report = fileURLToPath(new URL('../test/.reports/environments.json', import.meta.url))

prepare()
rmSync(report, { force: true })
// `run` exits if a test fails, and the table shows which one.
process.once('exit', printTable)
// Vitest would take `bun` for `bundlers`, too.
const chosen = process.argv.slice(2).map((name) => {
  const file = `environments/${name}.test.ts`
  return existsSync(new URL(`../test/${file}`, import.meta.url)) ? file : name
})
const flags = ['--config', 'environments.config.ts', ...chosen]
run('npm', ['exec', '-w', 'test', '--', 'vitest', 'run', ...flags])

function printTable() {
  if (!existsSync(report)) return
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  const rows = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed' || status === 'failed')
    .map(rowOf)
  const all = [['environment', 'version', 'what', 'time', 'ok'], ...rows]
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)))
  for (const row of all)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
}

function rowOf({ ancestorTitles, title, meta, duration = 0, status }) {
  const time = `${(duration / 1000).toFixed(1)} s`
  return [
    ancestorTitles.join(', '),
    meta.version ?? '',
    title,
    time,
    status === 'passed' ? 'yes' : 'NO',
  ]
}
