import { readKeptStatus } from '../event/error/http-status.ts'
import { codeInMessage, readTextFacts, type TextFacts } from '../event/error/error-text.ts'
import {
  type ErrorShape,
  chooseErrorType,
  readCode,
  readErrorList,
  readErrorShape,
  readNestedError,
  readOwnMessage,
  readPrintedCause,
  shapeOfSections,
  shapeOfValue,
  typeOfSection,
} from '../event/error/error-shape.ts'
import {
  type StackSection,
  circularNote,
  findFirstFrame,
  parseStack,
  readStack,
  splitStack,
} from '../event/stack.ts'
import { classNameOf, isEnumerable, isError, isObject } from '../redaction/safe-read.ts'
import { type Place, placeOf } from './place.ts'

/** The part of a fingerprint that comes from an error. */
interface ErrorKey {
  /** Class of the error, class and code of its root cause, what else identifies that, and the frames of the place, one a line. */
  readonly text: string
  readonly type: string
  readonly place: Place
  /** Whether there is a root cause without a code: its text counts, since one place may wrap several. */
  readonly isRootTextRead: boolean
}

/** The key of an error, and the text of its root cause, in which errors with one key may differ. */
interface KeyedError {
  readonly key: ErrorKey
  /** `undefined` where only {@link readRootMessage} finds it. */
  readonly rootMessage: string | undefined
}

/**
 * Everything that the key of an error depends on, without the values in its messages. Equal digests have equal keys, but a
 * digest is many times cheaper: no frame is parsed, and of a chain of causes only the last stack is read, since V8 builds the text
 * of a stack when it is read first. The frames stay a part of the stack, because joining them with the rest would copy them.
 */
interface Digest {
  readonly type: string
  readonly code: string
  /** Those in the text. */
  readonly facts: string
  readonly status: number | undefined
  /** Of what is printed before the frames, where the properties do not say it all. */
  readonly header: string
  readonly frames: string
  readonly cause: CauseDigest
}

/** Of the last cause. */
interface CauseDigest {
  /** Also of what is between the error and its last cause. */
  readonly kind: string
  readonly frames: string
  /** No part of the digest, but read with it. */
  readonly message: string | undefined
}

interface KnownKey {
  readonly digest: Digest
  readonly key: ErrorKey
}

/** Keys that are kept. An error that has none takes ten times as long to read. */
const maxKnown = 1000

const maxCauses = 20

const maxPrintedCauses = 100

/** Aggregates of aggregates. */
const maxAggregateDepth = 2

/** The frames that count take less. */
const maxFramesLength = 16_000

/** Finds the keys of errors, and parses the stack of each kind of error once. */
export class ErrorKeys {
  /** By the lengths of their frames, the latest first: to make and hash a text for each error takes longer than to compare a few. */
  readonly #known = new Map<number, KnownKey[]>()
  #count = 0

  keyOf(thrown: unknown): KeyedError {
    if (!isObject(thrown)) return { key: readKey(thrown), rootMessage: undefined }
    const digest = digestError(thrown, outermost)
    const { frames, cause } = digest
    const lengths = frames.length + cause.frames.length * (maxFramesLength + 1)
    const known = this.#known.get(lengths)?.find((each) => isSame(each.digest, digest))
    const key = known?.key ?? readKey(thrown)
    if (known === undefined) this.#learn(lengths, { digest, key })
    return { key, rootMessage: cause.message }
  }

  #learn(lengths: number, known: KnownKey): void {
    if (this.#count >= maxKnown) {
      this.#known.clear()
      this.#count = 0
    }
    this.#count += 1
    const alike = this.#known.get(lengths)
    if (alike === undefined) this.#known.set(lengths, [known])
    else alike.unshift(known)
  }
}

function isSame(one: Digest, other: Digest): boolean {
  return (
    one.type === other.type &&
    one.code === other.code &&
    one.facts === other.facts &&
    one.status === other.status &&
    one.frames === other.frames &&
    one.header === other.header &&
    one.cause.frames === other.cause.frames &&
    one.cause.kind === other.cause.kind
  )
}

/** What is compared of a root cause. */
interface RootKind extends TextFacts {
  readonly type: string
  readonly place: Place
}

function readKey(thrown: unknown): ErrorKey {
  const shape = readShape(thrown)
  const { type } = shape
  const place = readPlace(shape.stack)
  const own = kindOfShape(thrown, shape, place)
  const { kinds, isAggregate } = readRootKinds(thrown, shape, 0)
  const [root = own, ...others] = kinds
  const facts = printFacts(root)
  const lines = [
    type,
    root.type,
    root.code ?? '',
    ...facts,
    // What the error itself says beside its cause.
    ...printFacts(own).filter((fact) => !facts.includes(fact)),
    // Elsewhere the whole text counts.
    ...(root === own && place.isKnown && own.property !== undefined
      ? [`property ${own.property}`]
      : []),
    ...place.frames,
    ...(root === own ? [] : printPlace(root, place)),
    ...others.map((kind) => `or ${printKind(kind)}`),
  ]
  const isRootTextRead = root !== own && !isAggregate && root.code === undefined
  return { text: lines.join('\n'), type, place, isRootTextRead }
}

/** A function on the way of the error itself says nothing more. */
function printPlace({ place }: RootKind, { frames }: Place): readonly string[] {
  const [frame = ''] = place.frames
  return place.isKnown && !frames.includes(frame) ? [`cause in ${frame}`] : []
}

function printKind(kind: RootKind): string {
  const place = kind.place.isKnown ? [`in ${kind.place.frames[0]}`] : []
  return [
    kind.type,
    ...(kind.code === undefined ? [] : [kind.code]),
    ...printFacts(kind),
    ...place,
  ].join(' ')
}

function printFacts({ port, host, status }: TextFacts): readonly string[] {
  return [
    ...(port === undefined ? [] : [`port ${port}`]),
    ...(host === undefined ? [] : [`host ${host}`]),
    ...(status === undefined ? [] : [`status ${status}`]),
  ]
}

function readPlace(stack = ''): Place {
  // A message of any length does not push the frames out; frames of other languages stand anywhere.
  const start = findFirstFrame(stack)
  const frames = start === stack.length ? stack : stack.slice(start)
  return placeOf(parseStack(frames.slice(0, maxFramesLength)))
}

/** The message of a thrown thing, without the messages of its causes that serializers append; empty if it has none. */
export function readErrorMessage(thrown: unknown): string {
  return readShape(thrown).message ?? ''
}

/** The message of the root cause; empty if it has none. */
export function readRootMessage(thrown: unknown): string {
  const { section, shape } = findRoot(thrown, readShape(thrown))
  return (section ?? shape).message ?? ''
}

/** The end of a chain of causes. */
interface Root {
  /** The last cause as it is printed. */
  readonly section?: Omit<StackSection, 'text'> & { readonly text?: string }
  /** The last error that serializers keep whole, the thrown one if it has no other. */
  readonly link: unknown
  readonly shape: ErrorShape
}

/**
 * The last cause, as far as every logger keeps it, so that an error is the same problem whichever way it took. pino prints the stacks
 * of causes below the error's own and drops the rest of them: their class and code, their errors, and causes without a message. What
 * an error has under other names it keeps whole.
 */
function findRoot(thrown: unknown, first: ErrorShape): Root {
  let link = thrown
  let shape = first
  for (let depth = 0; depth < maxCauses; depth += 1) {
    const printed = shape.printedCauses.at(-1)
    if (printed !== undefined) return { section: printed, link, shape }
    if (!isObject(link)) break
    const cause = readPrintedCause(link)
    if (cause !== undefined) return { section: printRoot(cause, link), link, shape }
    const next = readNestedError(link)
    if (next === undefined) break
    link = next
    shape = readShape(link)
  }
  return { link, shape }
}

interface RootKinds {
  /** None for an error that has no cause. */
  readonly kinds: readonly RootKind[]
  /** Whether they are those of the errors of an AggregateError: each kind once, in an order that is always the same. */
  readonly isAggregate: boolean
}

function readRootKinds(thrown: unknown, first: ErrorShape, depth: number): RootKinds {
  const { section, link, shape } = findRoot(thrown, first)
  if (section !== undefined) return { kinds: [kindOfSection(section)], isAggregate: false }
  const errors = isObject(link) && depth < maxAggregateDepth ? readErrorList(link) : []
  if (errors.length === 0) {
    const isOwn = link === thrown && depth === 0
    const isCoded = depth > 0 && codeInMessage(shape.message ?? '') !== undefined
    const place = isOwn || isCoded ? noPlace : readPlace(shape.stack)
    return { kinds: isOwn ? [] : [kindOfShape(link, shape, place)], isAggregate: false }
  }
  const kinds = errors.flatMap((error) => readRootKinds(error, readShape(error), depth + 1).kinds)
  const byText = new Map(kinds.map((kind) => [printKind(kind), kind]))
  const texts = [...byText.keys()].toSorted()
  return { kinds: texts.flatMap((text) => byText.get(text) ?? []), isAggregate: true }
}

function kindOfShape(link: unknown, shape: ErrorShape, place: Place): RootKind {
  const facts = readTextFacts(shape.message ?? '')
  const status = isObject(link) ? readKeptStatus(link) : undefined
  const isCodeKept = !isObject(link) || isEnumerable(link, 'code')
  const code = isCodeKept ? shape.code : splitStack(shape.stack ?? '')[0]?.code
  return {
    ...facts,
    type: shape.type,
    code: code ?? facts.code,
    status: status ?? facts.status,
    place,
  }
}

function kindOfSection(section: NonNullable<Root['section']>): RootKind {
  const facts = readTextFacts(section.message ?? '')
  if (facts.code !== undefined) return { ...facts, type: 'Error', place: noPlace }
  const type = typeOfSection(section) ?? 'Error'
  return { ...facts, type, code: section.code, place: readPlace(section.text) }
}

/** Of a cause with a code in its text, whose stack is not read. */
const noPlace: Place = { frames: [], isKnown: false }

/** The last cause as it is printed; of one with a code in its text the stack is not read. */
function printRoot(cause: object, parent: unknown): NonNullable<Root['section']> {
  const last = findLastCause(cause, parent)
  const message = readOwnMessage(last)
  const isRead = message === undefined || codeInMessage(message) === undefined
  const section = isRead ? splitStack(readStack(last) ?? '').at(-1) : undefined
  return section ?? { type: undefined, code: undefined, message }
}

function findLastCause(cause: object, parent: unknown): object {
  let next = readPrintedCause(cause)
  if (next === undefined) return cause
  const seen = new Set([parent, cause])
  let last = cause
  for (; next !== undefined; next = readPrintedCause(last)) {
    if (seen.has(next) || seen.size > maxPrintedCauses) break
    seen.add(next)
    last = next
  }
  return last
}

function readShape(thrown: unknown): ErrorShape {
  if (isObject(thrown)) return readErrorShape(thrown)
  if (typeof thrown !== 'string') return shapeOfValue(thrown, '')
  const [own, ...printedCauses] = splitStack(thrown)
  const isStack = own !== undefined && parseStack(own.text).length > 0
  return isStack ? shapeOfSections(own, printedCauses) : shapeOfValue(thrown, thrown)
}

/** How many causes and lists of errors an error is in. */
interface Depth {
  readonly causes: number
  readonly lists: number
}

const outermost: Depth = { causes: 0, lists: 0 }

function digestError(error: object, depth: Depth): Digest {
  const stack = isReadByText(error, depth) ? undefined : readStack(error)
  const type = chooseErrorType(error)
  const message = readOwnMessage(error)
  const printed = digestOwnStack(stack, type === undefined || message === undefined)
  return {
    type: type ?? classNameOf(error) ?? '',
    code: readCode(error) ?? '',
    facts: message === undefined ? '' : digestFacts(message),
    status: readKeptStatus(error),
    header: printed.header,
    frames: printed.frames,
    cause: printed.cause ?? digestCauses(error, depth),
  }
}

interface PrintedDigest extends Pick<Digest, 'header' | 'frames'> {
  readonly cause: CauseDigest | undefined
}

const nothingPrinted: PrintedDigest = { header: '', frames: '', cause: undefined }

/** The header counts where the properties of the error do not have all of it, and where loggers printed causes below it. */
function digestOwnStack(stack: string | undefined, isHeaderRead: boolean): PrintedDigest {
  if (stack === undefined) return nothingPrinted
  const marker = stack.indexOf(causeMarker)
  if (marker < 0 && !isHeaderRead) {
    const frames = framesOf(stack, stack.indexOf(firstFrame))
    return { header: '', frames, cause: undefined }
  }
  const { kind, frames } = digestSection(marker < 0 ? stack : stack.slice(0, marker))
  return { header: kind, frames, cause: marker < 0 ? undefined : digestPrintedCause(stack) }
}

const noCause: CauseDigest = { kind: '', frames: '', message: undefined }

function digestCauses(error: object, { causes, lists }: Depth): CauseDigest {
  const cause = readPrintedCause(error)
  if (cause !== undefined) return digestCause(findLastCause(cause, error))
  const nested = causes < maxCauses ? readNestedError(error) : undefined
  if (isObject(nested))
    return { ...noCause, kind: joinDigest(digestError(nested, { causes: causes + 1, lists })) }
  const errors = lists < maxAggregateDepth ? readErrorList(error) : []
  return errors.length === 0 ? noCause : { ...noCause, kind: digestErrors(errors, lists + 1) }
}

function joinDigest({ type, code, facts, status, header, frames, cause }: Digest): string {
  return `${cause.kind}${cause.frames}\n${type}\n${code} ${facts} ${status ?? ''}\n${header}\n${frames}`
}

/** Of the errors of an AggregateError those with a code in their text have no place. */
function isReadByText(error: object, { lists }: Depth): boolean {
  if (lists === 0 || !isError(error)) return false
  return codeInMessage(readOwnMessage(error) ?? '') !== undefined
}

function digestErrors(errors: readonly unknown[], lists: number): string {
  const digests = errors.map((error) =>
    isObject(error) ? joinDigest(digestError(error, { causes: 0, lists })) : digestValue(error),
  )
  return [...new Set(digests)].join('\nor ')
}

function digestValue(thrown: unknown): string {
  if (typeof thrown !== 'string') return shapeOfValue(thrown, '').type
  if (!thrown.includes('\n')) return `string ${digestFacts(thrown)}`
  const { kind, frames } = digestStack(thrown)
  return `${kind}${frames}`
}

function digestCause(cause: object): CauseDigest {
  const message = readOwnMessage(cause)
  const code = message === undefined ? undefined : codeInMessage(message)
  const stack = code === undefined ? readStack(cause) : undefined
  if (stack !== undefined) return digestStack(stack)
  return { kind: `cause ${digestFacts(message ?? '')}`, frames: '', message }
}

function digestFacts(message: string): string {
  const { code, port, host, status, property } = readTextFacts(message)
  if (property !== undefined) return property
  if (code === undefined && port === undefined && status === undefined) return ''
  return `${code ?? ''} ${port ?? ''} ${host ?? ''} ${status ?? ''}`
}

const firstFrame = '\n    at '
const causeMarker = '\ncaused by: '

/** A stack with the causes that are printed below it. */
function digestStack(stack: string): CauseDigest {
  const marker = stack.indexOf(causeMarker)
  if (marker < 0) return digestSection(stack)
  const own = digestSection(stack.slice(0, marker))
  const { kind, frames } = digestPrintedCause(stack)
  return { ...own, kind: `${kind}${frames}\n${own.kind}` }
}

/** The last of the causes that are printed below a stack. */
function digestPrintedCause(stack: string): CauseDigest {
  if (stack.endsWith(circularNote)) return { ...noCause, frames: stack }
  return digestSection(stack.slice(stack.lastIndexOf(causeMarker) + causeMarker.length))
}

function digestSection(text: string): CauseDigest {
  const start = text.indexOf(firstFrame)
  const sections = splitStack(start < 0 ? text : text.slice(0, start))
  let kind = 'cause'
  for (const { type, code, message } of sections)
    kind += ` ${type ?? ''} ${code ?? ''} ${digestFacts(message ?? '')}`
  return { kind, frames: framesOf(text, start), message: sections.at(-1)?.message }
}

/** Stacks of other languages have no such frame, and their messages elsewhere. */
function framesOf(stack: string, start: number): string {
  return stack.slice(Math.max(start, 0), Math.max(start, 0) + maxFramesLength)
}
