import { AsyncResource } from 'node:async_hooks'

const maxDeferred = 100

// The original function: tests of a service may replace it by one that never fires.
const atEndOfTurn = globalThis.setImmediate

/** Which tasks of this turn ran at once. */
const turn = { isOpen: false, hasUrgent: false }
let isExitHooked = false
const deferred: (() => void)[] = []

/**
 * Runs the first task of an event-loop turn at once, and the first urgent one; defers the others to the end of the turn, or of the
 * process. Run together, tasks cost a busy service half as much. Each runs in its caller's async context.
 *
 * @param onFailure Called with what a deferred task throws; must not throw. A task that runs at once throws to the caller.
 */
export function runOrDefer(
  task: () => void,
  onFailure: (failure: unknown) => void,
  { isUrgent }: { readonly isUrgent: boolean } = { isUrgent: false },
): void {
  if (!turn.isOpen || (isUrgent && !turn.hasUrgent)) {
    if (!turn.isOpen) atEndOfTurn(endTurn)
    turn.isOpen = true
    turn.hasUrgent ||= isUrgent
    task()
    return
  }
  hookExit()
  const context = new AsyncResource('slack-logger.report')
  deferred.push(() => {
    try {
      context.runInAsyncScope(task)
    } catch (failure) {
      onFailure(failure)
    }
  })
  if (deferred.length === maxDeferred) runDeferred()
}

export function runDeferred(): void {
  // One by one: a task may end the process, and the exit listener then runs the rest.
  for (let task = deferred.shift(); task !== undefined; task = deferred.shift()) task()
}

function endTurn(): void {
  turn.isOpen = false
  turn.hasUrgent = false
  runDeferred()
}

/** Before the loggers' exit listeners, which have all been added once something is logged. */
function hookExit(): void {
  if (isExitHooked) return
  isExitHooked = true
  process.prependListener('exit', runDeferred)
}
