import type { StackFrame } from '../event/log-event.ts'

/** What a frame says about the place in the source, the same in every build and on every path to it. */
export interface FrameKey {
  /** `undefined` for anonymous functions, module bodies and what transpilers put around async functions. */
  readonly function: string | undefined
  /** The file's name without folder, extension and content hash. */
  readonly file: string
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

/** Every build gives classes such names anew. */
const minifiedName = /^[A-Za-z_$][\w$]?$/

/** File names that say something only together with their folder. */
const commonFiles = new Set('index handler route page layout'.split(' '))

/** Folders that builds put code into. */
const buildFolders = new Set(
  'dist build out lib src esm cjs es umd node bundle bundles output server app .next chunks'.split(
    ' ',
  ),
)

/** A commit, a date, a number, or a drive. */
const releaseFolder = /^(?:(?=.*\d)[\da-f]{7,64}|[\W\d_]*|\w:)$/i

/** Where a frame is, without line and column. */
export function frameKey(frame: Pick<StackFrame, 'function' | 'file'>): FrameKey {
  return {
    function: frame.function === undefined ? undefined : functionKey(frame.function),
    file: frame.file === undefined ? '' : fileKey(frame.file),
  }
}

/** `'Object.charge'` and `'async Order.charge'` are `'charge'` and `'Order.charge'`. */
function functionKey(name: string): string | undefined {
  let rest = name.replace(/^(?:async |new |get |set )+/, '')
  const alias = rest.indexOf(' [as ')
  if (alias > 0) rest = rest.slice(0, alias)
  for (let dot = rest.indexOf('.'); dot > 0; dot = rest.indexOf('.')) {
    const owner = rest.slice(0, dot)
    if (!callersOwners.has(owner) && !minifiedName.test(owner)) break
    rest = rest.slice(dot + 1)
  }
  const last = rest.slice(rest.lastIndexOf('.') + 1)
  return last === '' || givenNames.has(last) ? undefined : rest
}

/** `'/srv/app/dist/assets/app.3f2a9c1d.js?v=2'` is `'app'`, `'/srv/app/orders/index.js'` is `'orders/index'`. */
function fileKey(file: string): string {
  const end = file.search(/[?#]/)
  const segments = (end < 0 ? file : file.slice(0, end)).split(/[\\/]/)
  const stem = stemOf(segments.pop() ?? '')
  if (!commonFiles.has(stem)) return stem
  const folder = segments.findLast((name) => isTellingFolder(name))
  return folder === undefined ? stem : `${folder}/${stem}`
}

const isTellingFolder = (name: string): boolean =>
  !buildFolders.has(name) && !releaseFolder.test(name)

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
