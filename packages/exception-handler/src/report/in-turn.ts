import { AsyncResource } from 'node:async_hooks'

const maxWaiting = 100

// Kept, since a service's tests may put another in its place that never fires.
const atEndOfTurn = globalThis.setImmediate

let isTurnOpen = false
let isExitHooked = false
const waiting: (() => void)[] = []

/**
 * Runs the first task of a turn of the event loop at once, and those that follow in the same turn together at its end, at the end
 * of the process at the latest: a busy service pays half for code that has just run. Each runs in its caller's async context.
 *
 * @param onLateFailure Takes what a task throws at the turn's end, and must not throw. One that runs at once throws it here.
 */
export function runInTurn(task: () => void, onLateFailure: (failure: unknown) => void): void {
  if (!isTurnOpen) {
    isTurnOpen = true
    atEndOfTurn(endTurn)
    task()
    return
  }
  hookExit()
  const context = new AsyncResource('slack-logger.report')
  waiting.push(() => {
    try {
      context.runInAsyncScope(task)
    } catch (failure) {
      onLateFailure(failure)
    }
  })
  if (waiting.length === maxWaiting) runWaiting()
}

/** Runs what waits for the end of the turn, for whoever cannot. */
export function runWaiting(): void {
  // One by one, since a task may end the process, whose end runs those that are left.
  for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) task()
}

function endTurn(): void {
  isTurnOpen = false
  runWaiting()
}

/** Before the loggers' own exit hooks, all of which are there once something is logged. */
function hookExit(): void {
  if (isExitHooked) return
  isExitHooked = true
  process.prependListener('exit', runWaiting)
}
