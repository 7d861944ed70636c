import type { StackFrame } from '../event/log-event.ts'
import { frameKey, type FrameKey } from './frame-key.ts'

/** Where an error was thrown, and on which way through the program. */
export interface Place {
  /** As in `'charge (billing)'`, the innermost first. */
  readonly frames: readonly string[]
  /** Whether the innermost frame is a function of the program with a name: without one, many places look alike. */
  readonly isKnown: boolean
}

const maxFrames = 8

/** The place that a stack tells: the program's own frames; all if it has none of its own. */
export function placeOf(stack: readonly StackFrame[]): Place {
  const inApp = stack.filter((frame) => frame.isInApp)
  if (inApp.length > 0) return placeInApp(inApp)
  const installed = stack.filter(({ file }) => file?.includes('node_modules') ?? false)
  const frames = installed.length > 0 ? installed.map(showFrame) : nodeModuleOf(stack)
  return { frames: [...new Set(frames)].slice(0, maxFrames), isKnown: false }
}

function placeInApp(stack: readonly StackFrame[]): Place {
  const keys = stack.map(frameKey)
  const frames: string[] = []
  for (const key of keys) {
    // Which anonymous functions are below depends on whether the way there was synchronous.
    if (key.function === undefined && frames.length > 0) continue
    const shown = showKey(key)
    // Below a recursion V8's limit decides how much of the stack is left.
    if (frames.length === maxFrames || frames.includes(shown)) break
    frames.push(shown)
  }
  return { frames, isKnown: keys[0]?.function !== undefined }
}

const showKey = ({ function: name, file }: FrameKey): string => `${name ?? '?'} (${file})`

const showFrame = (frame: StackFrame): string => showKey(frameKey(frame))

/** Node's functions change from version to version and with the moment, its modules hardly do. */
function nodeModuleOf(stack: readonly StackFrame[]): readonly string[] {
  const files = stack.flatMap(({ file = '' }) => (isPublicModule(file) ? [file] : []))
  return files.slice(0, 1)
}

const isPublicModule = (file: string): boolean => /^node:(?!internal\/|events$)/.test(file)
