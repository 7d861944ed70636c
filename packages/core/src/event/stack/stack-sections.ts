import { redactBeginning } from '../../redaction/bounded-text.ts'
import { isList, isObject, readProperty } from '../../redaction/safe-read.ts'
import { parseStack } from './parse-stack.ts'

/** One error as a stack prints it: its first lines, `TypeError: …`, and what follows. */
export interface StackSection {
  readonly type: string | undefined
  /** As in `Error [ERR_INVALID_URL]: …`. */
  readonly code: string | undefined
  /** `undefined` if the section begins with frames at once. */
  readonly message: string | undefined
  readonly text: string
}

/** What pino, Java and others put between an error and its cause. */
const causeMarker = /\n[ \t]{0,8}caused by: ?/gi
const mayHoldCause = /caused by:/i

/** What Python puts between an error and the one that came of it. */
const pythonMarker =
  /\n+(?:The above exception was the direct cause of the following exception|During handling of the above exception, another exception occurred):\n+/g

/** Pino's note under a cause that was there before. */
const circularNote = '\ncauses have become circular...'

const pythonStart = 'Traceback (most recent call last):'

/** `TypeError: …`, `Error [ERR_X]: …`, `MongoServerError: …`, `app.errors.Broken: …`, `Errno::EPIPE: …`. */
const header =
  /^(?:Uncaught )?([A-Za-z_$][\w$.]{0,127}(?:::\w{1,64}){0,4})(?: \[([^\]\n]{1,64})\])?(?:: ?|$)/

const maxSections = 100

/** True for a traceback as Python prints it. */
export function isPythonStack(stack: string): boolean {
  return stack.includes(pythonStart)
}

/** Parts a stack at the causes printed into it, the outermost error first. */
export function splitStack(printed: string): readonly StackSection[] {
  const stack = printed.includes('\r') ? printed.replaceAll('\r\n', '\n') : printed
  if (stack === '') return []
  if (isPythonStack(stack)) {
    return stack.split(pythonMarker, maxSections).toReversed().map(readPythonSection)
  }
  if (!mayHoldCause.test(stack) && !stack.endsWith(circularNote)) return [readSection(stack)]
  if (!stack.endsWith(circularNote)) return stack.split(causeMarker, maxSections).map(readSection)
  const parts = stack.slice(0, -circularNote.length).split(causeMarker, maxSections)
  return parts.slice(0, -1).map(readSection)
}

/** Everything before the first frame is the header: a message may have several lines. */
function readSection(text: string): StackSection {
  const { type, code, message } = readHeader(text.slice(0, findFirstFrame(text)))
  return { type, code, message, text }
}

/** Where the newline before the first frame stands; the end of the text if there is no frame. */
export function findFirstFrame(stack: string): number {
  if (/^[ \t]{0,16}at /.test(stack)) return 0
  const index = stack.search(/\n[ \t]{1,16}at /)
  return index < 0 ? stack.length : index
}

/** In Python the error stands under its frames. */
function readPythonSection(text: string): StackSection {
  const body = text.trimEnd()
  const lastFrame = body.lastIndexOf('\n  File "')
  const lines = body.slice(lastFrame + 1).split('\n')
  const start = lines.findIndex((line, index) => index > 0 && /^\S/.test(line))
  return { ...readHeader(start < 0 ? '' : lines.slice(start).join('\n')), text: body }
}

const noHeader = { type: undefined, code: undefined, message: undefined }

/** Reads `TypeError: it is not a function`. */
function readHeader(head: string): Omit<StackSection, 'text'> {
  if (head === '') return noHeader
  const match = header.exec(head)
  if (match === null) return { ...noHeader, message: head }
  return { type: match[1], code: match[2], message: head.slice(match[0].length) }
}

/** The header of a stack inside a text: `Error: …`, `TypeError [ERR_X]: …`. */
const loggedHeader =
  /(?<![\w$.])[A-Z]?[\w$.]{0,100}(?:Error|Exception)(?: \[\w{1,64}\])?(?::|(?=\s*\n))/

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
  const index = head.slice(offset).search(loggedHeader)
  return index < 0 ? 0 : offset + index
}

/** Names under which loggers, other languages and log schemas keep a stack. */
export const stackKeys: readonly string[] = [
  'stack',
  'stack_trace',
  'stacktrace',
  'stackTrace',
  'traceback',
  'backtrace',
  'exc_info',
  'exc_text',
  'exception.stacktrace',
  'error.stack',
  'error.stack_trace',
]
/** The text of a stack, also where it came as a list of lines or call sites. */
export function readStack(value: object): string | undefined {
  for (const key of stackKeys) {
    const stack = readProperty(value, key)
    if (typeof stack === 'string' && stack !== '') return stack
    const lines = isList(stack) ? readLines(stack) : []
    if (lines.length > 0) return lines.join('\n')
  }
  return undefined
}

const maxLines = 500

function readLines(stack: readonly unknown[]): readonly string[] {
  const lines: string[] = []
  for (let index = 0; index < Math.min(stack.length, maxLines); index += 1) {
    const line = readProperty(stack, index)
    if (typeof line === 'string') lines.push(line)
    else if (isObject(line) && typeof readProperty(line, 'getFileName') === 'function') {
      lines.push(`    at ${printCallSite(line)}`)
    }
  }
  return lines
}

/** With `Error.prepareStackTrace` overridden a stack may be a list of V8's call sites. */
function printCallSite(site: object): string {
  const print = readProperty(site, 'toString')
  try {
    return typeof print === 'function' ? String(Reflect.apply(print, site, [])) : '<anonymous>'
  } catch {
    // A frame of which nothing can be told is one all the same.
    return '<anonymous>'
  }
}

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
