import { readFileSync } from 'node:fs'

/** CPU time of this process's main thread so far, in nanoseconds; of the whole process where Linux does not tell. */
export function mainThreadCpu() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0])
  } catch {
    const { user, system } = process.cpuUsage()
    return (user + system) * 1000
  }
}

/** Logs `RECORDS` identical errors, a thousand a turn, and gives the CPU per record until `drain` is done. */
export async function storm(log, drain) {
  const records = Number(process.env.RECORDS)
  for (let warm = 0; warm < Math.min(1000, records); warm += 1) log()
  await new Promise((resolve) => setTimeout(resolve, 200))
  const before = mainThreadCpu()
  for (let logged = 0; logged < records; logged += 1000) {
    for (let i = 0; i < 1000; i += 1) log()
    await new Promise((resolve) => setImmediate(resolve))
  }
  await drain()
  process.send({ value: (mainThreadCpu() - before) / records })
  process.disconnect()
}

export function failure() {
  return new Error('the card was refused')
}
