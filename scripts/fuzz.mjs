// `npm run fuzz -- kill`: lets services die at random moments while Slack fails at random, and checks what is in Slack at the end.
// `npm run fuzz -- fleet`: the same with four processes of one service, which are killed, stopped, closed and exit.
// `--runs NUMBER` runs that many seeds from `--seed NUMBER` on; a seed determines all random choices of its run.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { prepare, run } from './prepare.mjs'

const kinds = {
  kill: { test: 'kill-fuzz', report: reportKill },
  // The test runner's own output says all.
  fleet: { test: 'fleet-fuzz', report: () => undefined },
}
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
  },
})
const [name = ''] = positionals
const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
const [runs, seed] = [options.runs, options.seed].map(Number)
if (kind === undefined || !(runs >= 1) || !(seed >= 0)) {
  console.error(`Usage: npm run fuzz -- ${Object.keys(kinds).join('|')} [--runs 40] [--seed 1]`)
  process.exit(1)
}

const reports = fileURLToPath(new URL('../test/.reports/', import.meta.url))
const rowsFile = `${reports}${kind.test}.ndjson`

prepare()
removeReports()
// `run` exits if a run fails, and the table shows which one.
process.once('exit', () => kind.report(readRows()))
run('npm', ['exec', '-w', 'test', '--', 'vitest', 'run', kind.test], {
  FUZZ: name,
  FUZZ_SEED: String(seed),
  FUZZ_RUNS: String(runs),
})

function removeReports() {
  if (!existsSync(reports)) return
  const old = readdirSync(reports).filter((file) => file.startsWith(kind.test))
  for (const file of old) rmSync(reports + file)
}

function readRows() {
  if (!existsSync(rowsFile)) return []
  const lines = readFileSync(rowsFile, 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line)).toSorted((a, b) => a.seed - b.seed)
}

/** How many runs failed, by kind, and how to repeat each of them. */
function reportKill(rows) {
  const failed = rows.filter(({ violations }) => violations.length > 0)
  console.log(`${failed.length} of ${rows.length} runs failed`)
  const found = failed.flatMap(({ violations }) => violations.map((violation) => violation.kind))
  for (const each of new Set(found)) {
    const isKind = (violation) => violation.kind === each
    const inRuns = failed.filter(({ violations }) => violations.some(isKind)).length
    const times = found.filter((other) => other === each).length
    console.log(`  ${each}: in ${inRuns} runs, ${times} times`)
  }
  for (const { seed: failedSeed, logger, hasHistory, ends, violations } of failed) {
    const first = `${violations[0].kind}: ${violations[0].text}`.split('\n')[0]
    const what = `${logger}, ${hasHistory ? 'with' : 'without'} history, ${ends.join(', ')}`
    console.log(`npm run fuzz -- ${name} --seed ${failedSeed} --runs 1  # ${what}; ${first}`)
    console.log(`  timeline: test/.reports/${kind.test}-${failedSeed}.txt`)
  }
}
