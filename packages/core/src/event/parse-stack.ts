import type { StackFrame } from './log-event.ts'
import { parsePythonFrame } from './python-frame.ts'
import { parseV8Frame } from './v8-frame.ts'

/** Recursion without a limit on its stack still leaves enough to tell what happened. */
const maxFrames = 500

const maxStackLength = 256_000

/** No line of a stack is that long; what is longer is data. */
const maxLineLength = 2_000

/**
 * The frames of a stack as V8, JavaScriptCore, Java and Python print it, the innermost first.
 *
 * Lines that are no frames, the error's own among them, are passed over.
 */
export function parseStack(stack: string): readonly StackFrame[] {
  const frames: StackFrame[] = []
  const pythonFrames: StackFrame[] = []
  for (const line of linesOf(stack)) {
    const frame = parseV8Frame(line)
    if (frame !== undefined) frames.push(frame)
    const pythonFrame = frame === undefined ? parsePythonFrame(line) : undefined
    if (pythonFrame !== undefined) pythonFrames.push(pythonFrame)
    if (frames.length >= maxFrames) break
  }
  // Python prints the innermost frame last.
  return frames.length > 0 ? frames : pythonFrames.toReversed().slice(0, maxFrames)
}

function* linesOf(stack: string): Generator<string> {
  const end = Math.min(stack.length, maxStackLength)
  for (let start = 0; start < end;) {
    const newline = stack.indexOf('\n', start)
    const lineEnd = newline < 0 || newline > end ? end : newline
    if (lineEnd - start <= maxLineLength) yield stack.slice(start, lineEnd).trim()
    start = lineEnd + 1
  }
}
