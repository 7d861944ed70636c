import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/** CPU time of this process's main thread so far, in nanoseconds; of the whole process where the system does not tell. */
export function mainThreadCpu() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0])
  } catch {
    return processCpu()
  }
}

/** CPU time of all threads of this process so far, in nanoseconds. */
export function processCpu() {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1000
}

/** The most memory this process ever held, in megabytes. */
export function peakRssMb() {
  return process.resourceUsage().maxRSS / 1024
}

/** Milliseconds since 1970 with fractions, the same in every process of a machine. */
export function wallMs() {
  return performance.timeOrigin + performance.now()
}

export const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

/** Hands figures to the harness and lets the process end. */
export function report(figures) {
  process.send(figures, () => process.disconnect())
}
