import { redactBeginning } from '../redaction/bounded-text.ts'
import {
  callMethod,
  isList,
  isObject,
  readFirstText,
  readProperty,
} from '../redaction/safe-read.ts'
import type { StackFrame } from './log-event.ts'

/** Of a recursion. */
const maxFrames = 500

const maxStackLength = 256_000

/** No line of a stack is that long; what is longer is data. */
const maxLineLength = 2_000

/** The folder of the program, from which on culprits are shown. */
export function appRoot(): { readonly appRoot?: string } {
  try {
    return { appRoot: process.cwd() }
  } catch {
    // The folder was removed under the program.
    return {}
  }
}

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

type Location = Pick<StackFrame, 'file' | 'line' | 'column'>

const nowhere: Location = { file: undefined, line: undefined, column: undefined }

/** Locations without a file. */
const placeless =
  /^(?:native|native code|<anonymous>|anonymous|unknown location|Unknown Source|Native Method|index \d{1,9})$/

const anonymousNames: ReadonlySet<string> = new Set([
  '<anonymous>',
  'Object.<anonymous>',
  'anonymous',
  'eval',
  '?',
])

/** Node's own, AWS Lambda's and bundlers' run-time, package stores, and the standard libraries of Java. */
const foreignFile =
  /^\/var\/runtime\/|^(?:node:|bun:|ext:|deno:|wasm:|evalmachine\.|internal\/|native$|<)|node_modules|[/\\]\.yarn[/\\]|[/\\]\.pnp\.c?js$|[/\\]webpack[/\\](?:bootstrap|runtime)|^webpack[/\\](?:bootstrap|runtime)/

const foreignFunction = /^(?:java|javax|jdk|sun|com\.sun)\.|^java\.base\//

/**
 * True for names as minifiers choose them, anew in every build: of one or two letters, and of three that are neither a word nor
 * an abbreviation, as `'t'`, `'_a'`, `'e2'`, `'kOt'`.
 */
export function isMinifiedName(name: string): boolean {
  if (name.length > 3) return false
  return /^[\w$]{1,3}$/.test(name) && !/^(?:[A-Za-z][a-z]{2}|[A-Z]{3})$/.test(name)
}

/** Reads a line of a stack: `at async Order.charge (file:///srv/app/order.js:42:11)`; `undefined` for any other line. */
function parseV8Frame(text: string): StackFrame | undefined {
  if (!text.startsWith('at ')) return parseAtSign(text)
  const call = text.slice(text.startsWith('at async ') ? 9 : 3)
  const open = text.endsWith(')') ? findOpening(call) : -1
  const location = readLocation(open < 0 ? call : call.slice(open + 1, -1))
  if (location === undefined) return undefined
  return toFrame(text, open < 0 ? '' : call.slice(0, open), location)
}

/**
 * JavaScriptCore and SpiderMonkey, as in errors that browsers report: `charge@https://shop.example/app.js:42:11`,
 * `async*charge@…`, `global code@…`, `forEach@[native code]`.
 */
function parseAtSign(text: string): StackFrame | undefined {
  const at = text.indexOf('@')
  if (at < 0) return undefined
  const called = text.slice(0, at)
  const isPlace = nativePlace.test(text) || /:\d{1,9}:\d{1,9}$/.test(text.slice(-24))
  if (!isPlace || (/\s/.test(called) && !spacedName.test(called))) return undefined
  const place = text.slice(at + 1).replace(codeInText, '')
  const location = nativePlace.test(text) ? nowhere : readLocation(place)
  return location === undefined ? undefined : toFrame(text, nameBeforeAt(called), location)
}

const nativePlace = /@\[(?:native|wasm) code\]$/

/** Safari's names for code without a function, and Firefox's notes how an asynchronous call came about. */
const spacedName = /^(?:(?:global|module|eval|function) code|[\w. ]{1,60}\*[^\s]*)$/

/** Firefox's note where code was evaluated. */
const codeInText = /(?: line \d+ > (?:eval|Function|new Function))+(?=:\d+:\d+$)/

/** `charge/<` is an anonymous function in `charge`, `charge/reserve` a named one. */
function nameBeforeAt(called: string): string {
  const name = called.slice(called.lastIndexOf('*') + 1)
  if (name.endsWith('<') || name.endsWith(' code')) return ''
  return name.slice(name.lastIndexOf('/') + 1)
}

function toFrame(text: string, name: string, location: Location): StackFrame {
  const { file } = location
  const functionName = cleanName(name)
  return {
    function: functionName,
    ...location,
    isInApp:
      file !== undefined && !foreignFile.test(file) && !foreignFunction.test(functionName ?? ''),
    text,
  }
}

/** Without V8's note that a method was called by another name: `Order.charge [as pay]`. Of a minified function that is the name. */
function cleanName(name: string): string | undefined {
  const alias = name.indexOf(' [as ')
  const own = (alias < 0 ? name : name.slice(0, alias)).trim()
  const clean =
    alias > 0 && isMinifiedMethod(own) ? name.slice(alias + 5, name.indexOf(']', alias)) : own
  return clean === '' || anonymousNames.has(clean) ? undefined : clean
}

/** `Object.t [as reserve]` */
function isMinifiedMethod(name: string): boolean {
  const last = name.slice(name.lastIndexOf('.') + 1)
  return isMinifiedName(last)
}

/** The parenthesis that the last one closes: paths may hold pairs of them, `/app/(shop)/page.js`. */
function findOpening(call: string): number {
  let depth = 0
  for (let at = call.length - 1; at >= 0; at -= 1) {
    const character = call[at]
    if (character === ')') depth += 1
    if (character === '(') depth -= 1
    if (depth === 0) return at
  }
  return -1
}

function readLocation(text: string): Location | undefined {
  if (placeless.test(text)) return nowhere
  if (text.startsWith('eval at ')) return readEvalLocation(text)
  const match = /^(.*?)(?::(\d{1,9}))(?::(\d{1,9}))?$/.exec(text)
  if (match === null) return undefined
  const [, file = '', line, column] = match
  if (file === '' || placeless.test(file) || /^\d+$/.test(file)) return nowhere
  return {
    file: stripFileScheme(file),
    line: Number(line),
    column: column === undefined ? undefined : Number(column),
  }
}

/** For `eval at run (/srv/app/rules.js:7:3), <anonymous>:1:1` the place that called `eval`. */
function readEvalLocation(text: string): Location | undefined {
  const open = text.indexOf('(')
  if (open < 0) return nowhere
  const inner = text.slice(open + 1)
  if (inner.startsWith('eval at ')) return readEvalLocation(inner)
  return readLocation(inner.slice(0, Math.max(0, inner.indexOf(')')))) ?? nowhere
}

/** `file:///srv/app/a.js` and `file:///C:/app/a.js`. */
function stripFileScheme(file: string): string {
  if (!file.startsWith('file://')) return file
  const path = file.slice('file://'.length)
  return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path
}

const frameLine = /^File "([^"]{1,1024})", line (\d{1,9})(?:, in ([^\s].{0,255}))?$/

/** The standard library, installed packages and code without a file. */
const foreignPythonFile =
  /^<|[/\\](?:site-packages|dist-packages)[/\\]|[/\\]lib(?:64)?[/\\]python\d(?:\.\d{1,2})?[/\\]|[/\\]Python\d{2,3}[/\\]Lib[/\\]/

/** Reads `File "/srv/app/orders.py", line 42, in charge`. */
function parsePythonFrame(text: string): StackFrame | undefined {
  const match = frameLine.exec(text)
  if (match === null) return undefined
  const [, file = '', line, name] = match
  return {
    function: name === '<module>' || name === '<lambda>' ? undefined : name,
    file,
    line: Number(line),
    column: undefined,
    isInApp: !foreignPythonFile.test(file),
    text,
  }
}

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

/** What Python puts between an error and the one it caused. */
const pythonMarker =
  /\n+(?:The above exception was the direct cause of the following exception|During handling of the above exception, another exception occurred):\n+/g

/** Pino's note under a cause that was there before. */
export const circularNote = '\ncauses have become circular...'

const pythonStart = 'Traceback (most recent call last):'

/** `TypeError: …`, `Error [ERR_X]: …`, `MongoServerError: …`, `app.errors.Broken: …`, `Errno::EPIPE: …`. */
const header =
  /^(?:Uncaught )?([A-Za-z_$][\w$.]{0,127}(?:::\w{1,64}){0,4})(?: \[([^\]\n]{1,64})\])?(?:: ?|$)/

const maxSections = 100

/** True for a traceback as Python prints it. */
function isPythonStack(stack: string): boolean {
  return stack.includes(pythonStart)
}

/** Parts a stack at the causes printed into it, the outermost error first. */
export function splitStack(printed: string): readonly StackSection[] {
  const stack = printed.includes('\r') ? printed.replaceAll('\r\n', '\n') : printed
  if (stack === '') return []
  if (isPythonStack(stack)) {
    return stack.split(pythonMarker, maxSections).toReversed().map(readPythonSection)
  }
  // A shortcut for most headers.
  if (!stack.includes('\n')) return [readSection(stack)]
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
  if (stack.includes('@') && atSignFrame.test(stack)) return 0
  const index = stack.search(/\n[ \t]{1,16}at /)
  return index < 0 ? stack.length : index
}

/** Stacks of other engines have no header. */
const atSignFrame =
  /^[^\n@]{0,200}@(?:https?:|file:|webpack|\[native code\]|\/)[^\n]{0,2000}(?:\n|$)/

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

const stackFrameLine = /\n[ \t]{1,16}at |Traceback \(most recent call last\):/

/** Parts a logged text from the stack that was logged in it: `logger.error('failed: ' + error.stack)`. */
export function splitLoggedStack(
  logged: string,
): { readonly text: string; readonly stack: string } | undefined {
  if (typeof logged !== 'string' || !logged.includes('\n')) return undefined
  const firstFrame = logged.search(stackFrameLine)
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
    const stack = readStackAt(value, key)
    if (stack !== undefined) return stack
  }
  return undefined
}

/** The same of one property, whatever its name is. */
export function readStackAt(value: object, key: string): string | undefined {
  const stack = readProperty(value, key)
  if (typeof stack === 'string') return stack === '' ? undefined : stack
  const lines = isList(stack) ? readLines(stack) : []
  return lines.length > 0 ? lines.join('\n') : undefined
}

const maxLines = 500

function readLines(stack: readonly unknown[]): readonly string[] {
  const lines: string[] = []
  for (let index = 0; index < Math.min(stack.length, maxLines); index += 1) {
    const line = readProperty(stack, index)
    if (typeof line === 'string') lines.push(line)
    else if (isObject(line)) {
      const site = siteOf(line)
      if (site !== undefined) lines.push(`    at ${site}`)
    }
  }
  return lines
}

/** Of a list of V8's call sites, for an overridden `Error.prepareStackTrace`, or of parsed frames, as tslog and parsers of stacks have them. */
function siteOf(frame: object): string | undefined {
  if (typeof readProperty(frame, 'getFileName') === 'function') {
    const site = callMethod(frame, 'toString')
    return typeof site === 'string' ? site : '<anonymous>'
  }
  const name = readFirstText(frame, ['method', 'function', 'functionName', 'methodName'])
  const file = readFirstText(frame, ['fullFilePath', 'filename', 'fileName', 'file'])
  if (file === undefined) return undefined
  const positions = [
    ['lineno', 'lineNumber'],
    ['colno', 'columnNumber', 'column'],
  ].map((keys) => keys.map((key) => readProperty(frame, key)).find((at) => typeof at === 'number'))
  const place = [file, ...positions.filter((at) => at !== undefined)].join(':')
  return name === undefined || name === '[undefined]' ? place : `${name} (${place})`
}

const maxHeaderLength = 10_000
const maxFramesLength = 48_000

/** Beyond what is kept of a Python traceback this much more is redacted, so that a secret at the cut is seen whole. */
const overlapLength = 4_096

/** Redacts a stack and bounds it, keeping the error line and the innermost frames. */
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
