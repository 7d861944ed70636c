import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/** CPU time of this process's main thread in nanoseconds; of the whole process if the system does not report threads. */
export function mainThreadCpu() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0])
  } catch {
    return processCpu()
  }
}

/** CPU time of all threads of this process in nanoseconds. */
export function processCpu() {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1000
}

/** Peak memory of this process in megabytes. */
export function peakRssMb() {
  return process.resourceUsage().maxRSS / 1024
}

/** Milliseconds since 1970 with fractions, the same in every process of a machine. */
export function wallMs() {
  return performance.timeOrigin + performance.now()
}

export const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

/** Sends figures to the harness and lets the process exit. */
export function report(figures) {
  process.send(figures, () => process.disconnect())
}
