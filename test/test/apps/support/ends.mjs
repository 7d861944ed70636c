import { writeSync } from 'node:fs'

const stayAlive = () => setTimeout(() => {}, 20_000)

/** The ways in which a process exits. */
const ends = {
  natural: () => {},
  exit: () => process.exit(1),
  exception: () => {
    throw new Error('uncaught')
  },
  rejection: () => void Promise.reject(new Error('unhandled')),
  SIGTERM: () => void (stayAlive(), process.kill(process.pid, 'SIGTERM')),
  'SIGTERM handled': () => {
    process.on('SIGTERM', () => process.exit(0))
    stayAlive()
    process.kill(process.pid, 'SIGTERM')
  },
  SIGKILL: () => process.kill(process.pid, 'SIGKILL'),
  abort: () => process.abort(),
  'out of memory': () => {
    for (const kept = []; ;) kept.push(Array.from({ length: 100_000 }, Math.random))
  },
}

/** Prints the time and ends the process. */
export function endProcess(end) {
  writeSync(1, `${Date.now()}\n`)
  ends[end]()
}

/** The ways in which a worker thread ends. */
const threadEnds = {
  'thread exit': () => process.exit(1),
  'thread exception': () => {
    throw new Error('uncaught')
  },
  'thread rejection': () => void Promise.reject(new Error('unhandled')),
  'thread terminated': (thread) => void thread.terminate(),
}

/** Prints the time and ends a thread: the current one, unless another one is given. */
export function endThread(end, thread) {
  writeSync(1, `${Date.now()}\n`)
  threadEnds[end](thread)
}
