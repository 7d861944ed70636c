// `npm run bench [-- NAME…]`: the cost of the transports, each compared with a baseline from the same run. A name selects all rows that
// begin with it, and `exception-handler FRAMEWORK…` selects frameworks. `--pairs N` sets the number of pairs, `--json FILE` writes all
// measurements, `--charts` redraws docs/charts.
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeCharts } from './harness/charts.mjs'
import { describeMachine } from './harness/machine.mjs'
import { measureRow } from './harness/measure-row.mjs'
import { packagesAdded } from './harness/packages.mjs'
import { rows } from './harness/rows.mjs'
import { showRow } from './harness/show.mjs'

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: 'string' },
    json: { type: 'string' },
    charts: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
})
const isSmoke = process.env.BENCH_SMOKE === 'true'
const smokeEnv = { RECORDS: '1000', CALLS: '3' }

/** Separate programs that print their own tables. */
const programs = ['grouping', 'way', 'exception-handler', 'flood', 'fleet', 'fleet-redis'].filter(
  (name) => existsSync(new URL(`${name}.mjs`, import.meta.url)),
)
const known = [...rows.map(({ name }) => name), 'packages', ...programs]
/** Arguments of a separate program. */
const details = names.filter((name) => !known.some((other) => other.startsWith(name)))
const isWanted = (name) => names.length === 0 || names.some((wanted) => name.startsWith(wanted))

if (options.list) console.log(known.join('\n'))
else await runAll()

async function runAll() {
  const machine = describeMachine()
  console.log(`Node ${machine.node}, ${machine.cpus}, load ${machine.load.join(' ')}`)
  console.log('ours and the baseline in turns; medians (smallest – largest)\n')
  const results = []
  for (const row of rows.filter(({ name }) => isWanted(name))) {
    results.push(await run(row))
    save({ machine, results })
  }
  if (isWanted('packages')) showPackages()
  for (const name of programs) if (isWanted(name)) runProgram(name)
  if (options.charts) writeCharts({ machine, results })
}

async function run(row) {
  const pairs = isSmoke ? 1 : Number(options.pairs ?? row.pairs ?? 5)
  const result = await measureRow(row, { pairs, env: isSmoke ? smokeEnv : {} })
  console.log(`${showRow(result)}\n`)
  return result
}

function save(all) {
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`)
}

function showPackages() {
  console.log('packages · how many a project adds')
  const table = [
    ['@slack/web-api alone', packagesAdded('@slack/web-api', [])],
    ['winston-slack, with winston', packagesAdded('@slack-logger/winston-slack', ['winston'])],
    ['pino-slack, with pino', packagesAdded('@slack-logger/pino-slack', ['pino'])],
  ]
  for (const [what, count] of table) console.log(`  ${what.padEnd(32)}${count}`)
  console.log('')
}

function runProgram(name) {
  console.log(name)
  const path = fileURLToPath(new URL(`${name}.mjs`, import.meta.url))
  const { status } = spawnSync(process.execPath, [path, ...details], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
