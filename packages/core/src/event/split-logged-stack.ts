import { parseStack } from './parse-stack.ts'
import { isPythonStack } from './stack-sections.ts'

/** The header of a stack inside a text: `Error: …`, `TypeError [ERR_X]: …`. */
const header = /(?<![\w$.])[A-Z]?[\w$.]{0,100}(?:Error|Exception)(?: \[\w{1,64}\])?(?::|(?=\s*\n))/

const maxHeadLength = 10_000

const frameLine = /\n[ \t]{1,16}at |Traceback \(most recent call last\):/

/** Parts a logged text from the stack that was logged in it: `logger.error('failed: ' + error.stack)`. */
export function splitLoggedStack(
  logged: string,
): { readonly text: string; readonly stack: string } | undefined {
  if (typeof logged !== 'string') return undefined
  const firstFrame = logged.search(frameLine)
  if (firstFrame < 0 || parseStack(logged.slice(firstFrame)).length === 0) return undefined
  const start = isPythonStack(logged) ? firstFrame : findHeader(logged.slice(0, firstFrame))
  const text = logged.slice(0, start).replace(/[\s:,-]{1,20}$/, '')
  return { text, stack: logged.slice(start) }
}

/** The first header in the text begins the stack, since a message may quote another. */
function findHeader(head: string): number {
  const offset = Math.max(0, head.length - maxHeadLength)
  const index = head.slice(offset).search(header)
  return index < 0 ? 0 : offset + index
}
