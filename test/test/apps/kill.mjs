import { openSync, writeSync } from 'node:fs'
import { createLogger, workerOf } from './support/create-logger.mjs'
import { reportProblem } from './support/report-problem.mjs'
import { whenPromised } from './support/worker-promise.mjs'

const { KIND, PLAN, PROGRESS } = process.env
const { steps, end } = JSON.parse(PLAN)
const progress = openSync(PROGRESS, 'a')
// A line is complete on disk before the next statement runs, whatever ends the process.
const note = (what, name = '') => writeSync(progress, `${what} ${Date.now()} ${name}\n`)
const ends = {
  exit: () => process.exit(1),
  throw: () => {
    throw new Error('uncaught')
  },
  abort: () => process.abort(),
}

const logger = createLogger(KIND)
await workerOf(logger)
for (const { atMs, problems } of steps) setTimeout(() => void logAll(problems), atMs)
if (end?.how in ends) setTimeout(() => (note('end'), ends[end.how]()), end.atMs)
note('ready')
console.log('ready')
process.stdin.resume()

async function logAll(problems) {
  for (const problem of problems) reportProblem(KIND, logger, problem, note)
  if (KIND !== 'worker') return
  await whenPromised()
  for (const { name } of problems) note('promised', name)
}
