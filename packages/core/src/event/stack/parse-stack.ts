import type { StackFrame } from '../log-event.ts'

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

interface Location {
  readonly file: string | undefined
  readonly line: number | undefined
  readonly column: number | undefined
}

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

/** Node's own, bundlers' run-time, package stores, and the standard libraries of Java. */
const foreignFile =
  /^(?:node:|bun:|ext:|deno:|wasm:|evalmachine\.|internal\/|native$|<)|node_modules|[/\\]\.yarn[/\\]|[/\\]\.pnp\.c?js$|[/\\]webpack[/\\](?:bootstrap|runtime)|^webpack[/\\](?:bootstrap|runtime)/

const foreignFunction = /^(?:java|javax|jdk|sun|com\.sun)\.|^java\.base\//

/** Reads a line of a stack: `at async Order.charge (file:///srv/app/order.js:42:11)`; `undefined` for any other line. */
export function parseV8Frame(text: string): StackFrame | undefined {
  if (!text.startsWith('at ')) return parseAtSign(text)
  const call = stripAsync(text.slice(3))
  const open = text.endsWith(')') ? findOpening(call) : -1
  const location = readLocation(open < 0 ? call : call.slice(open + 1, -1))
  if (location === undefined) return undefined
  return toFrame(text, open < 0 ? '' : call.slice(0, open), location)
}

/** JavaScriptCore and SpiderMonkey, as in errors that browsers report: `charge@https://shop.example/app.js:42:11`. */
function parseAtSign(text: string): StackFrame | undefined {
  const at = text.indexOf('@')
  if (at < 0 || !/:\d+:\d+$/.test(text.slice(-24)) || /\s/.test(text.slice(0, at))) return undefined
  const location = readLocation(text.slice(at + 1))
  return location === undefined ? undefined : toFrame(text, text.slice(0, at), location)
}

function toFrame(text: string, name: string, location: Location): StackFrame {
  const { file, line, column } = location
  const functionName = cleanName(name)
  return {
    function: functionName,
    file,
    line,
    column,
    isInApp:
      file !== undefined && !foreignFile.test(file) && !foreignFunction.test(functionName ?? ''),
    text,
  }
}

function stripAsync(call: string): string {
  return call.startsWith('async ') ? call.slice('async '.length) : call
}

/** Without V8's note that a method was called by another name: `Order.charge [as pay]`. */
function cleanName(name: string): string | undefined {
  const alias = name.indexOf(' [as ')
  const clean = (alias < 0 ? name : name.slice(0, alias)).trim()
  return clean === '' || anonymousNames.has(clean) ? undefined : clean
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
  if (file === '' || placeless.test(file)) return nowhere
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
export function parsePythonFrame(text: string): StackFrame | undefined {
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
