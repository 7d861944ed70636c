import { isOfServer } from '../event/error/stack-origin.ts'
import type { StackFrame } from '../event/log-event.ts'
import { isMinifiedName } from '../event/stack.ts'

/** Where an error was thrown, and on which way through the program. */
export interface Place {
  /** As in `'charge (billing)'` or `'OrderController.show'`, the innermost first. */
  readonly frames: readonly string[]
  /** Whether the innermost frame is a function of the program with a name: without one, many places look alike. */
  readonly isKnown: boolean
}

/** Owners that depend on how a function was called and not on where it stands. */
const callersOwners = new Set(
  (
    'Object Module module exports constructor Function Array Map Set Promise process global globalThis self window' +
    ' Timeout Immediate EventEmitter Server Socket TLSSocket IncomingMessage ServerResponse ClientRequest' +
    ' Readable Writable Duplex Transform ReadStream WriteStream Worker MessagePort AsyncResource Runtime'
  ).split(' '),
)

/** Names that Node, bundlers and loaders of modules give to functions without one. */
const givenNames = new Set(
  (
    '<anonymous> <computed> anonymous eval async _onTimeout _onImmediate listener then catch finally default' +
    ' __webpack_require__ __webpack_modules__ __require __esm __commonJS __init _compile'
  ).split(' '),
)

/**
 * Names of what compilers put around a function: TypeScript, Babel with and without regenerator, swc; zone.js wraps callbacks. An
 * anonymous function called by one is the function's own body.
 */
const compilersNames = new Set(
  (
    '__awaiter __generator fulfilled rejected' +
    ' asyncGeneratorStep _next _throw _asyncToGenerator _async_to_generator _wrapAsyncGenerator tryCatch maybeInvokeDelegate' +
    ' _invoke _ts_generator _regenerator _regeneratorDefine callInvokeWithMethodAndArg' +
    ' _iterable_to_array _iterableToArray _to_consumable_array _toConsumableArray __spreadArray __read __values' +
    ' _callSuper _call_super _construct _super _createSuperInternal Wrapper' +
    ' onInvoke onInvokeTask invokeTask runTask runGuarded'
  ).split(' '),
)

/** As they call the parts of a function. */
const compilersCalls =
  /^(?:Object|Generator|AsyncGenerator)\.(?:next|throw|invoke)$|^(?:Async)?Generator\.<anonymous>$/

/** Where their helpers are if they are not in the file itself. */
const helpersFile =
  /[/\\]node_modules[/\\](?:tslib|@babel[/\\]runtime|@swc[/\\]helpers|regenerator-runtime|zone\.js)[/\\]/

/** Babel's names for the bodies of functions, and names of bundlers for what a module exports by default. */
const generatedName = /^_callee\d*\$?$|_default\d*$|^__WEBPACK_DEFAULT_EXPORT__$/

/** What TypeScript makes of `#rename` for older targets: `Order._Order_rename`. */
const loweredPrivate = /^(\w+)\._\1_(\w+)$/

/** Words that programs call functions by. */
const shortNames = new Set(['of', 'on', 'go', 'up', 'to'])

/** File names that identify a file only together with its folder. */
const commonFiles = new Set(
  (
    'index main app server client api mod module core common base utils util helpers helper lib types type constants config' +
    ' route routes router page layout template loading error not-found middleware middlewares proxy instrumentation' +
    ' +page +layout +server +page.server +layout.server +error hooks hooks.server entry handler handlers' +
    ' service services controller controllers model models repository repositories repo dao resolver resolvers schema schemas' +
    ' entity entities dto guard provider providers store stores reducer actions action loader loaders query command' +
    ' db database validator validators validation serializer mapper view job worker task' +
    ' consumer producer processor listener subscriber gateway adapter plugin errors'
  ).split(' '),
)

/** Folders that builds put code into, or that stand above every program. */
const buildFolders = new Set(
  (
    'dist build out lib src esm cjs es umd node bundle bundles output .output server app .next chunks .svelte-kit .nuxt .webpack' +
    ' release releases current source compiled generated tmp . ..'
  ).split(' '),
)

/** A commit, a date, a number, a drive; a version or a release. */
const releaseFolder =
  /^(?:(?=.*\d)[\da-f]{7,64}|[\W\d_]*|\w:|(?:releases?|rel|v|version|build|rev)?\d[\w.-]*|.*[-_]v?\d+(?:\.\d+)*)$/i

/** Next's route groups and dynamic segments say more with the folder above. */
const routeSegment = /^[[(@]/

/** How many folders follow these before a program begins: `/srv/shop`, `/home/deploy/shop`. */
const foldersAbove: Readonly<Record<string, number>> = {
  ...Object.fromEntries(['home', 'Users'].map((name) => [name, 2])),
  ...Object.fromEntries(
    (
      'srv opt www wwwroot tmp data mnt root code work projects repos workspaces snapshot' +
      ' usr var local private inetpub'
    )
      .split(' ')
      .map((name) => [name, 1]),
  ),
}

/** Folders that are programs: `/app`, `/usr/src/app`, `/var/task`. */
const programFolders = new Set('app src task html workspace'.split(' '))

/**
 * `'Object.charge'` and `'new Order.charge'` are `'charge'` and `'Order.charge'`; `undefined` for anonymous functions, module
 * bodies, and names that a minifier chose, since the next build has others.
 */
function functionKey(name: string | undefined): string | undefined {
  if (name === undefined) return undefined
  // With source maps a getter is `Order.get total`, else `get total`.
  let rest = name.replace(/^(?:async |new |(?:\w+\.)?[gs]et )+/, '')
  for (let dot = rest.indexOf('.'); dot > 0; dot = rest.indexOf('.')) {
    const owner = rest.slice(0, dot)
    if (!callersOwners.has(owner) && !isMinifiedName(owner)) break
    rest = rest.slice(dot + 1)
  }
  const last = rest.slice(rest.lastIndexOf('.') + 1)
  const word = last.replace('#', '')
  if (word === '' || givenNames.has(word) || generatedName.test(word)) return undefined
  // Where the class has its name, the method has it, too.
  if (isMinifiedName(word) && last === rest && !shortNames.has(word)) return undefined
  return last.startsWith('#')
    ? last
    : rest
        .replace(loweredPrivate, '#$2')
        .replace(/^_(?=[A-Z]\w*\.)/, '')
        // A source map names an arrow function `Order.charge`, and Node puts the class in front of it.
        .replace(/^(\w+\.)\1/, '$1')
}

/** With the layers of Next: `webpack-internal:///(rsc)/./src/orders.ts`. */
const scheme = /^(?!\w:)[a-z][\w+.-]*:(?:\/\/[^/\\]*)?[/\\]*(?:\([\w-]+\)\/\.\/)?/i

/** `'/srv/app/dist/assets/app.3f2a9c1d.js?v=2'` is `'app'`, `'/srv/shop/orders/index.js'` is `'orders/index'`. */
function fileKey(file = ''): string {
  const path = file.replace(scheme, '')
  const end = path.search(/[?#]/)
  const segments = (end < 0 ? path : path.slice(0, end)).split(/[\\/]/)
  const name = segments.pop() ?? ''
  const stem = stemOf(name)
  // A name with a hash is a bundle's, and its folder a build's.
  if (!commonFiles.has(stem) || withoutExtensions(name) !== stem) return stem
  const folder = folderOf(segments)
  return folder === undefined ? stem : `${folder}/${stem}`
}

/** The nearest folder that says what a file is about; `undefined` in the root of the program. */
function folderOf(segments: readonly string[]): string | undefined {
  const isAbsolute = segments[0] === '' || /^\w:$/.test(segments[0] ?? '')
  const inProgram = isAbsolute ? segments.slice(countAbove(segments)) : segments
  const at = inProgram.findLastIndex((name) => !buildFolders.has(name) && !releaseFolder.test(name))
  const name = inProgram[at]
  if (name === undefined || !routeSegment.test(name)) return name
  const above = inProgram[at - 1]
  return above === undefined || buildFolders.has(above) ? name : `${above}/${name}`
}

/** How many segments of a path belong to the place where the program is installed. */
function countAbove(segments: readonly string[]): number {
  let expected = 1
  for (const [index, segment] of segments.entries()) {
    if (index === 0) continue
    if (programFolders.has(segment)) return index + 1
    if (expected === 0) return index
    expected = foldersAbove[segment] ?? expected - 1
  }
  return segments.length
}

function stemOf(name: string): string {
  const stem = withoutExtensions(name)
  const parts = stem.split('.').filter((part, index) => index === 0 || !isContentHash(part))
  const kept = withoutHashSuffix(parts.join('.'))
  // Numbers of webpack's chunks.
  return /^\d+$/.test(kept) || isContentHash(kept) ? '' : kept
}

const withoutExtensions = (name: string): string =>
  name.replace(/^node:/, '').replace(/(?:\.(?:[cm]?[jt]sx?|map|min|bundle|chunk|vue|svelte))+$/, '')

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

const maxFrames = 8

/** Node's functions change from version to version and with the moment, its public modules hardly do. */
const publicModule = /^node:(?!internal\/|events$)/

/** The place that a stack shows: the program's own frames, else those of installed packages, else a module of Node. */
export function placeOf(stack: readonly StackFrame[]): Place {
  const inApp = withoutCompilersFrames(framesInApp(stack))
  if (inApp.length > 0) return placeInApp(inApp)
  const installed = stack.filter(({ file }) => file?.includes('node_modules') ?? false)
  const nodeModules = stack.flatMap(({ file = '' }) => (publicModule.test(file) ? [file] : []))
  const frames = installed.length > 0 ? installed.map(printFrame) : nodeModules.slice(0, 1)
  return { frames: [...new Set(frames)].slice(0, maxFrames), isKnown: false }
}

/** Which middlewares a request passed before its handler says nothing about the problem. */
function framesInApp(stack: readonly StackFrame[]): readonly StackFrame[] {
  const start = stack.findIndex((frame) => frame.isInApp)
  if (start < 0) return []
  const end = stack.findIndex((frame, index) => index > start && isOfServer(frame))
  return stack
    .slice(start, end < 0 ? undefined : end)
    .filter((frame) => frame.isInApp || isHelperElsewhere(frame))
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

/** What a compiler adds for an older target, and the constructors of the error itself, are no places of the program. */
function withoutCompilersFrames(stack: readonly StackFrame[]): readonly StackFrame[] {
  const start = stack.findIndex(
    (frame, index) => !isConstructorOfError(frame) && !isOfCompiler(stack, index),
  )
  const rest = start < 0 ? [] : stack.slice(start)
  let isInHelper = false
  const written = rest.filter((frame, index) => {
    if (isOfCompiler(rest, index)) isInHelper = true
    else if (functionKey(frame.function) !== undefined) isInHelper = false
    // The body of a function above its helper, and anonymous parts of the helper.
    else return !isInHelper && !isOfCompiler(rest, index + 1)
    return !isInHelper
  })
  // After the first `await` only the body of the function is left.
  return written.length > 0 ? written : rest.slice(0, 1)
}

const isConstructorOfError = ({ function: name = '' }: StackFrame): boolean =>
  /^new \w*(?:Error|Exception)$/.test(name)

function isOfCompiler(stack: readonly StackFrame[], index: number): boolean {
  const frame = stack[index]
  if (frame === undefined) return false
  // A program may have a function of this name.
  if (frame.function === 'step') return [1, 2].some((below) => isHelper(stack[index + below]))
  return isHelper(frame)
}

function isHelper(frame: StackFrame | undefined): boolean {
  if (frame === undefined) return false
  const name = frame.function ?? ''
  return isHelperElsewhere(frame) || compilersNames.has(name.slice(name.lastIndexOf('.') + 1))
}

/** Also where it has no file, or one of a package. */
function isHelperElsewhere({ function: name = '', file = '' }: StackFrame): boolean {
  return compilersCalls.test(name) || helpersFile.test(file)
}

/** The same in every build, and wherever in the function the frame is. */
function printFrame({ function: name, file }: StackFrame): string {
  const key = functionKey(name)
  if (key !== undefined && isOfTellingClass(key)) return key
  return `${key ?? '?'} (${fileKey(file)})`
}

/**
 * A program hardly has two classes `OrderController`: the name is enough, and stays if the class moves to another file or into a
 * bundle. It may have several of one word, as `Order`, and several whose words stand for a layer alone, as `AppService`.
 */
function isOfTellingClass(key: string): boolean {
  const owner = /^[A-Z]\w*(?=\.|$)/.exec(key)?.[0]
  const words = owner?.match(/[A-Z]+(?![a-z])|[A-Z][a-z\d]+/g) ?? []
  return words.length > 1 && words.some((word) => !commonFiles.has(word.toLowerCase()))
}
