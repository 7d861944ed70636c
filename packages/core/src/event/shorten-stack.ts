import { redactBeginning } from './bounded-text.ts'
import { findFirstFrame, isPythonStack } from './stack-sections.ts'

const maxHeaderLength = 10_000
const maxFramesLength = 48_000

/** Beyond what is kept of a Python traceback this much more is redacted, so that a secret at the cut is seen whole. */
const overlapLength = 4_096

/** Redacts a stack and bounds it, keeping what tells: the error line and the innermost frames. */
export function shortenStack(stack: string, redact: (text: string) => string): string {
  if (isPythonStack(stack)) return keepEnd(stack, redact)
  // Cut apart, so that a long message does not push the frames out.
  const firstFrame = findFirstFrame(stack)
  const frames = redactBeginning(stack.slice(firstFrame), maxFramesLength, redact)
  return redactBeginning(stack.slice(0, firstFrame), maxHeaderLength, redact) + frames
}

/** Python prints the innermost frame and the error last. */
function keepEnd(stack: string, redact: (text: string) => string): string {
  if (stack.length <= maxFramesLength) return redact(stack)
  const redacted = redact(stack.slice(-maxFramesLength - overlapLength))
  const end = redacted.slice(Math.min(overlapLength, redacted.length / 2))
  return `...\n${end.slice(end.indexOf('\n') + 1)}`
}
