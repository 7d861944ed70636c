import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

/** How far a pino worker may be behind, in milliseconds. */
const promisedAfterMs = 50

/** Resolves after that time, not counting the time in which threads of this process waited for a processor. */
export async function whenPromised() {
  let waited = waitedMs()
  for (let leftMs = promisedAfterMs; leftMs > 1;) {
    await setTimeout(leftMs)
    const waitedBefore = waited
    waited = waitedMs()
    leftMs = waited - waitedBefore
  }
}

/** Known on Linux only, and 0 elsewhere. */
function waitedMs() {
  try {
    const threads = readdirSync('/proc/self/task')
    const lines = threads.map((id) => readFileSync(`/proc/self/task/${id}/schedstat`, 'utf8'))
    return lines.reduce((sum, line) => sum + Number(line.split(' ')[1]) / 1e6, 0)
  } catch {
    return 0
  }
}
