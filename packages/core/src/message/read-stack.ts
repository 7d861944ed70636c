import type { ErrorDescription, StackFrame } from '../event/log-event.ts'
import { cleanText } from './clean-text.ts'

/** A frame with the lines that belong to it, or text between frames. */
export interface StackEntry {
  readonly frame: StackFrame | undefined
  readonly lines: readonly string[]
}

const maxStack = 100_000

/** A line of V8, or of a Python traceback. */
const frameLine = /^\s+at \S|^\s+File "/

/** The stack in entries: its header, frames with what stands below them (Python shows the source), text at the end. */
export function readStack(error: ErrorDescription): readonly StackEntry[] {
  const known = new Map<string, StackFrame>()
  for (const frame of error.frames) known.set(cleanText(frame.text).trim(), frame)
  const entries: { frame: StackFrame | undefined; lines: string[] }[] = []
  for (const line of cleanText(bounded(error.stack ?? '')).split('\n')) {
    const frame = known.get(line.trim()) ?? (frameLine.test(line) ? unknownFrame(line) : undefined)
    const last = entries.at(-1)
    if (frame !== undefined || last === undefined) entries.push({ frame, lines: [line] })
    else if (last.frame === undefined || /^\s/.test(line)) last.lines.push(line)
    else entries.push({ frame: undefined, lines: [line] })
  }
  return entries.filter(({ lines }) => lines.some((line) => line.trim() !== ''))
}

/** Events are bounded, but a hook may have put anything in their place. */
function bounded(stack: string): string {
  if (stack.length <= maxStack) return stack
  return `${stack.slice(0, maxStack / 2)}\n${stack.slice(-maxStack / 2)}`
}

/** A frame beyond those that were described. */
function unknownFrame(line: string): StackFrame {
  const text = line.trim()
  return {
    function: undefined,
    file: text,
    line: undefined,
    column: undefined,
    isInApp: !/node_modules|node:|site-packages|<anonymous>|\(native\)/.test(text),
    text,
  }
}
