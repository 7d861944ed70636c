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
