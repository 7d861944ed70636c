import { LRUCache } from 'lru-cache'
import {
  type ErrorShape,
  chooseErrorType,
  codeInMessage,
  readCode,
  readErrorShape,
  readErrors,
  readNestedError,
  isEnumerable,
  readOwnMessage,
  readPrintedCause,
  shapeOfSections,
  shapeOfValue,
} from '../event/error/error-shape.ts'
import type { StackFrame } from '../event/log-event.ts'
import {
  type StackSection,
  findFirstFrame,
  parseStack,
  readStack,
  splitStack,
} from '../event/stack.ts'
import { classNameOf, isError, isList, isObject, readProperty } from '../redaction/safe-read.ts'

/** The part of a fingerprint that comes from an error. */
export interface ErrorKey {
  /** Type, type and code of the root cause, and the frames of the place, one a line. */
  readonly text: string
  readonly type: string
  readonly place: Place
}

/**
 * Everything that the key of an error depends on, without the values in its messages. Equal digests have equal keys, but a
 * digest is many times cheaper: no frame is parsed, and the stacks of causes are not read, since V8 builds the text of a stack
 * when it is read first. The frames stay a part of the stack, because joining them with the rest would copy them.
 */
interface Digest {
  /** Types and codes, of the causes first. */
  readonly kind: string
  readonly frames: string
}

interface KnownKey {
  readonly digest: Digest
  readonly key: ErrorKey
}

const maxStarts = 500

/** So many digests with one start are known: of errors thrown in one place that is reached in several ways. */
const maxAlike = 16

/** Digests are looked up by their start and compared: to hash a whole one takes longer than all the rest. */
const startLength = 120

const maxCauses = 20

const maxPrintedCauses = 100

/** The frames that count take less. */
const maxFramesLength = 16_000

/** Finds the keys of errors, and parses the stack of each kind of error once. */
export class ErrorKeys {
  readonly #byStart = new LRUCache<string, readonly KnownKey[]>({ max: maxStarts })

  keyOf(thrown: unknown): ErrorKey {
    if (!isObject(thrown)) return readKey(thrown)
    const digest = digestError(thrown)
    const { kind, frames } = digest
    const start = kind.slice(0, startLength) + frames.slice(0, startLength)
    const alike = this.#byStart.get(start) ?? []
    const known = alike.find(({ digest: other }) => other.frames === frames && other.kind === kind)
    if (known !== undefined) return known.key
    const key = readKey(thrown)
    this.#byStart.set(start, [{ digest, key }, ...alike.slice(0, maxAlike - 1)])
    return key
  }
}

function readKey(thrown: unknown): ErrorKey {
  const shape = readShape(thrown)
  const { type, stack = '' } = shape
  const root = findRoot(thrown, shape)
  const rootCode = root.code ?? codeInMessage(root.message ?? '') ?? ''
  // A message of any length does not push the frames out; frames of other languages stand anywhere.
  const start = findFirstFrame(stack)
  const frames = start === stack.length ? stack : stack.slice(start)
  const place = placeOf(parseStack(frames.slice(0, maxFramesLength)))
  return { text: [type, root.type ?? 'Error', rootCode, ...place.frames].join('\n'), type, place }
}

/** The message of a thrown thing, without the messages of its causes that serializers append; empty if it has none. */
export function readErrorMessage(thrown: unknown): string {
  return readShape(thrown).message ?? ''
}

/**
 * The last cause, as far as every logger keeps it, so that an error is the same problem whichever way it took. pino prints the stacks
 * of causes below the error's own and drops the rest of them: their class and code, their errors, and causes without a message. What
 * an error has under other names, and the errors of an AggregateError, it keeps whole.
 */
function findRoot(thrown: unknown, first: ErrorShape): Omit<StackSection, 'text'> {
  let link = thrown
  let shape = first
  for (let depth = 0; depth < maxCauses; depth += 1) {
    const printed = shape.printedCauses.at(-1)
    if (printed !== undefined) return printed
    const cause = isObject(link) ? readPrintedCause(link) : undefined
    if (cause !== undefined) return printRoot(cause, link)
    // An AggregateError without a cause has its first error as one.
    const next = isObject(link) ? (readNestedError(link) ?? readFirstError(link, shape)) : undefined
    if (next === undefined) break
    link = next
    shape = readShape(link)
  }
  const isCodeKept = !isObject(link) || isEnumerable(link, 'code')
  return isCodeKept ? shape : { ...shape, code: splitStack(shape.stack ?? '')[0]?.code }
}

/** Of a validator, which has its errors by name, serializers keep no errors. */
function readFirstError(value: object, { errors }: ErrorShape): unknown {
  const isListed = isList(readProperty(value, 'errors'))
  return isListed || isList(readProperty(value, 'aggregateErrors')) ? errors[0] : undefined
}

/** The last cause as it is printed. */
function printRoot(cause: object, parent: unknown): Omit<StackSection, 'text'> {
  const seen = new Set([parent])
  let last = cause
  for (let next: object | undefined = cause; next !== undefined; next = readPrintedCause(last)) {
    if (seen.has(next) || seen.size > maxPrintedCauses) break
    seen.add(next)
    last = next
  }
  const section = splitStack(readStack(last) ?? '').at(-1)
  return section ?? { type: undefined, code: undefined, message: readOwnMessage(last) }
}

function readShape(thrown: unknown): ErrorShape {
  if (isObject(thrown)) return readErrorShape(thrown)
  if (typeof thrown !== 'string') return shapeOfValue(thrown, '')
  const [own, ...printedCauses] = splitStack(thrown)
  const isStack = own !== undefined && parseStack(own.text).length > 0
  return isStack ? shapeOfSections(own, printedCauses) : shapeOfValue(thrown, thrown)
}

function digestError(error: object): Digest {
  const { kind, frames } = digestLink(error, readStack(error))
  let kinds = kind
  let link: unknown = error
  for (let depth = 0; depth < maxCauses && isObject(link); depth += 1) {
    const cause = readPrintedCause(link) ?? readNestedError(link)
    link = cause ?? readErrors(link).errors[0]
    if (link === undefined) break
    // A printed cause counts more than one of several errors.
    const origin = cause === undefined ? 'errors' : 'cause'
    kinds = `${origin} ${digestCause(link)}\n${kinds}`
  }
  return { kind: kinds, frames }
}

function digestCause(cause: unknown): string {
  if (isObject(cause)) {
    const { kind, frames } = digestLink(cause, isError(cause) ? undefined : readStack(cause))
    return kind + frames
  }
  if (typeof cause !== 'string') return shapeOfValue(cause, '').type
  return cause.includes('\n') ? digestStack(cause, true) : `string ${codeInMessage(cause) ?? ''}`
}

function digestLink(error: object, stack: string | undefined): Digest {
  const type = chooseErrorType(error)
  const message = readOwnMessage(error)
  const code = readCode(error) ?? (message === undefined ? '' : (codeInMessage(message) ?? ''))
  return {
    kind: `${type ?? classNameOf(error) ?? ''}\n${code}\n`,
    frames:
      stack === undefined ? '' : digestStack(stack, type === undefined || message === undefined),
  }
}

const firstFrame = '\n    at '
const causeMarker = '\ncaused by: '

/** The frames, and the header of each cause printed below; the own header only if the key depends on it. */
function digestStack(stack: string, isHeaderRead: boolean): string {
  if (!stack.includes(causeMarker)) return digestSection(stack, isHeaderRead)
  const sections = stack.split(causeMarker)
  return sections.map((section) => digestSection(section, true)).join(causeMarker)
}

function digestSection(text: string, isHeaderRead: boolean): string {
  const start = text.indexOf(firstFrame)
  // Stacks of other languages have their messages elsewhere.
  if (start < 0) return text.slice(0, maxFramesLength)
  const frames = text.slice(start, start + maxFramesLength)
  return isHeaderRead ? digestHeader(text) + frames : frames
}

/** Type and code of `TypeError [ERR_X]: …` or `Error: connect ECONNREFUSED …`. */
function digestHeader(stack: string): string {
  const newline = stack.indexOf('\n')
  const line = newline < 0 ? stack : stack.slice(0, newline)
  const colon = line.indexOf(':')
  const type = colon < 0 ? line : line.slice(0, colon)
  return `${type} ${codeInMessage(line.slice(colon + 2)) ?? ''}`
}

/** Owners that depend on how a function was called and not on where it stands. */
const callersOwners = new Set(
  (
    'Object Module module exports Function Array Map Set Promise process global globalThis self window' +
    ' Timeout Immediate EventEmitter Server Socket TLSSocket IncomingMessage ServerResponse ClientRequest' +
    ' Readable Writable Duplex Transform ReadStream WriteStream Worker MessagePort AsyncResource'
  ).split(' '),
)

/** Names that Node and transpilers give to functions without one. */
const givenNames = new Set(
  (
    '<anonymous> <computed> anonymous eval _onTimeout _onImmediate listener then catch finally' +
    ' __awaiter fulfilled rejected step adopt asyncGeneratorStep _next _throw default'
  ).split(' '),
)

/** Minifiers choose such names anew in every build. */
const minifiedName = /^[A-Za-z_$][\w$]?$/

/** File names that identify a file only together with its folder. */
const commonFiles = new Set('index handler route page layout'.split(' '))

/** Folders that builds put code into. */
const buildFolders = new Set(
  'dist build out lib src esm cjs es umd node bundle bundles output server app .next chunks'.split(
    ' ',
  ),
)

/** A commit, a date, a number, or a drive. */
const releaseFolder = /^(?:(?=.*\d)[\da-f]{7,64}|[\W\d_]*|\w:)$/i

/**
 * `'Object.charge'` and `'new Order.charge'` are `'charge'` and `'Order.charge'`; `undefined` for anonymous functions, module
 * bodies and what transpilers put around async functions.
 */
function functionKey(name: string | undefined): string | undefined {
  if (name === undefined) return undefined
  let rest = name.replace(/^(?:async |new |get |set )+/, '')
  for (let dot = rest.indexOf('.'); dot > 0; dot = rest.indexOf('.')) {
    const owner = rest.slice(0, dot)
    if (!callersOwners.has(owner) && !minifiedName.test(owner)) break
    rest = rest.slice(dot + 1)
  }
  const last = rest.slice(rest.lastIndexOf('.') + 1)
  return last === '' || givenNames.has(last) ? undefined : rest
}

/** `'/srv/app/dist/assets/app.3f2a9c1d.js?v=2'` is `'app'`, `'/srv/app/orders/index.js'` is `'orders/index'`. */
function fileKey(file = ''): string {
  const end = file.search(/[?#]/)
  const segments = (end < 0 ? file : file.slice(0, end)).split(/[\\/]/)
  const stem = stemOf(segments.pop() ?? '')
  if (!commonFiles.has(stem)) return stem
  const folder = segments.findLast((name) => !buildFolders.has(name) && !releaseFolder.test(name))
  return folder === undefined ? stem : `${folder}/${stem}`
}

function stemOf(name: string): string {
  const stem = name
    .replace(/^node:/, '')
    .replace(/(?:\.(?:[cm]?[jt]sx?|map|min|bundle|chunk))+$/, '')
  const parts = stem.split('.').filter((part, index) => index === 0 || !isContentHash(part))
  return withoutHashSuffix(parts.join('.'))
}

/** Rollup's and Vite's hashes follow a hyphen and may hold one: `'index-B_x-9aQZ'`. */
function withoutHashSuffix(stem: string): string {
  const cut = stem.length - 9
  if (cut > 0 && stem[cut] === '-' && isContentHash(stem.slice(cut + 1))) return stem.slice(0, cut)
  const hyphen = stem.lastIndexOf('-')
  return hyphen > 0 && isContentHash(stem.slice(hyphen + 1)) ? stem.slice(0, hyphen) : stem
}

/** Hexadecimal with a digit, esbuild's eight capitals and digits, or Rollup's eight characters of base64. */
function isContentHash(part: string): boolean {
  if (/^[\da-f]{6,64}$/i.test(part)) return /\d/.test(part)
  if (!/^[\w-]+$/.test(part)) return false
  if (part.length !== 8) return part.length > 15 && /\d/.test(part)
  // Words of a file's name have at most one capital, Rollup's hashes begin with A to D.
  return /[\d_-]|[A-Z].*[A-Z]|^[A-D][a-z]+$/.test(part)
}

/** Where an error was thrown, and on which way through the program. */
export interface Place {
  /** As in `'charge (billing)'`, the innermost first. */
  readonly frames: readonly string[]
  /** Whether the innermost frame is a function of the program with a name: without one, many places look alike. */
  readonly isKnown: boolean
}

const maxFrames = 8

/** Node's functions change from version to version and with the moment, its public modules hardly do. */
const publicModule = /^node:(?!internal\/|events$)/

/** The place that a stack shows: the program's own frames, else those of installed packages, else a module of Node. */
export function placeOf(stack: readonly StackFrame[]): Place {
  const inApp = stack.filter((frame) => frame.isInApp)
  if (inApp.length > 0) return placeInApp(inApp)
  const installed = stack.filter(({ file }) => file?.includes('node_modules') ?? false)
  const nodeModules = stack.flatMap(({ file = '' }) => (publicModule.test(file) ? [file] : []))
  const frames = installed.length > 0 ? installed.map(printFrame) : nodeModules.slice(0, 1)
  return { frames: [...new Set(frames)].slice(0, maxFrames), isKnown: false }
}

function placeInApp(stack: readonly StackFrame[]): Place {
  const frames: string[] = []
  for (const frame of stack) {
    // Which anonymous functions are below depends on whether the way there was synchronous.
    if (frames.length > 0 && functionKey(frame.function) === undefined) continue
    const printed = printFrame(frame)
    // Below a recursion V8's limit decides how much of the stack is left.
    if (frames.length === maxFrames || frames.includes(printed)) break
    frames.push(printed)
  }
  return { frames, isKnown: functionKey(stack[0]?.function) !== undefined }
}

/** The same in every build, and wherever in the function the frame is. */
const printFrame = ({ function: name, file }: StackFrame): string =>
  `${functionKey(name) ?? '?'} (${fileKey(file)})`
