import type { StackFrame } from '../event/log-event.ts'
import { frameKey } from './frame-key.ts'

/** Where an error was thrown, and on which way through the program. */
export interface Place {
  /** As in `'charge (billing)'`, the innermost first. */
  readonly frames: readonly string[]
  /** Whether a function of the program is among the frames: without one, many places look alike. */
  readonly isKnown: boolean
}

const maxFrames = 8

/** The place that a stack tells: the program's own frames; all if it has none of its own. */
export function placeOf(stack: readonly StackFrame[]): Place {
  const inApp = stack.filter((frame) => frame.isInApp)
  if (inApp.length > 0) return placeInApp(inApp)
  const installed = stack.filter(({ file }) => file?.includes('node_modules') ?? false)
  const frames = installed.length > 0 ? installed.map(showFrame) : stack.flatMap(showNodeModule)
  return { frames: [...new Set(frames)].slice(0, maxFrames), isKnown: false }
}

function placeInApp(stack: readonly StackFrame[]): Place {
  const frames: string[] = []
  let isKnown = false
  for (const frame of stack) {
    const key = frameKey(frame)
    // Which anonymous functions are below depends on whether the way there was synchronous.
    if (key.function === undefined && frames.length > 0) continue
    const shown = showFrame(frame)
    // Below a recursion V8's limit decides how much of the stack is left.
    if (frames.length === maxFrames || frames.includes(shown)) break
    isKnown ||= key.function !== undefined
    frames.push(shown)
  }
  return { frames, isKnown }
}

function showFrame(frame: StackFrame): string {
  const { function: name, file } = frameKey(frame)
  return `${name ?? '?'} (${file})`
}

/** Node's functions change their names from version to version, its modules hardly do. */
function showNodeModule({ file }: StackFrame): readonly string[] {
  if (file === undefined || /^node:(?:internal\/|events$)/.test(file)) return []
  return [file]
}
