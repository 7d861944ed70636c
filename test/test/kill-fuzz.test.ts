import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { planKill } from './fuzz/kill-plan.ts'
import { runKill, type KillResult } from './fuzz/kill-run.ts'
import { describeRun } from './fuzz/timeline.ts'

// They mostly wait.
vi.setConfig({ maxConcurrency: 10 })

/** `npm run fuzz -- kill` sets the first seed and the number of runs. */
const isFullFuzz = process.env['FUZZ'] === 'kill'
const firstSeed = Number(process.env['FUZZ_SEED'] ?? 1)
const runs = Number(process.env['FUZZ_RUNS'] ?? 10)
const seeds = Array.from({ length: runs }, (_, index) => firstSeed + index)

test.concurrent.each(seeds)(
  'after three processes, of which two died, Slack names each problem once (seed %i)',
  { timeout: 240_000 },
  async (seed) => {
    const result = await runKill(planKill(seed))

    if (isFullFuzz) report(seed, result)
    else if (result.violations.length > 0) console.error(describeRun(result))
    expect(result.violations).toEqual([])
  },
)

/** Writes a row for the table of `npm run fuzz`, and the timeline of a run that failed or ran alone. */
function report(seed: number, result: KillResult): void {
  const { evidence, violations, tookMs } = result
  const { logger, hasHistory, processes } = evidence.plan
  mkdirSync('.reports', { recursive: true })
  const ends = processes.flatMap(({ end }) => end?.how ?? [])
  const row = { seed, logger, hasHistory, ends, violations, tookMs }
  appendFileSync('.reports/kill-fuzz.ndjson', `${JSON.stringify(row)}\n`)
  if (violations.length > 0 || runs === 1)
    writeFileSync(`.reports/kill-fuzz-${seed}.txt`, `${describeRun(result)}\n`)
}
