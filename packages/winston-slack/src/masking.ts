type Info = Readonly<Record<string | symbol, unknown>>

/**
 * What a format masked stays masked: winston and formats make copies of a text, and a format may mask only one of them. The
 * Error itself is still there as it was thrown, and the finished line is in the info beside the message.
 *
 * @returns the text as it is in a copy where the rest of the text stands around masks; the text itself in any other case
 */
export function maskAs(copy: string | undefined, text: string): string {
  if (copy === undefined || copy.includes(text) || text.length > maxLength) return text
  // The line may be JSON.
  const isJson = copy.startsWith('{')
  const masked = findMasked(copy, isJson ? JSON.stringify(text).slice(1, -1) : text)
  if (masked === undefined) return text
  return isJson ? String(JSON.parse(`"${masked}"`)) : masked
}

const maxLength = 4000
const maxMask = 80
const maxStarts = 5

/** What people write in the place of what they hide, and between words also a name in brackets. */
const maskPattern =
  /[*•●█#]{2,}|[xX]{3,}|redacted|masked|censored|[[<(](?:hidden|filtered|removed)/i
const namePattern = /[[<({][\w -]{1,30}[\]>)}]/

function isMask(text: string): boolean {
  return (maskPattern.test(text) || namePattern.test(text)) && !/["\\]/.test(text)
}

function findMasked(copy: string, text: string): string | undefined {
  if (!maskPattern.test(copy) && !namePattern.test(copy)) return undefined
  const parts = partsIn(copy, text)
  const [first = ''] = parts
  if (parts.length < 2 || parts.join('').trim() === '') return undefined
  let start = copy.indexOf(first)
  for (let tries = 0; start >= 0 && tries < maxStarts; tries += 1) {
    const masked = followParts(copy, parts, start)
    if (masked !== undefined) return masked
    start = copy.indexOf(first, start + 1)
  }
  return undefined
}

/** The parts of a text around the words that the copy lacks. */
function partsIn(copy: string, text: string): readonly string[] {
  const parts: string[] = []
  let part = ''
  for (const piece of text.split(/([\p{L}\p{N}_]+)/u)) {
    if (copy.includes(piece)) part += piece
    else if (parts.length > 0 && !/[\p{L}\p{N}]/u.test(part)) part = ''
    else {
      parts.push(part)
      part = ''
    }
  }
  return [...parts, part]
}

/** The copy from one place on, if it has all parts, and a mask between each two. */
function followParts(copy: string, parts: readonly string[], start: number): string | undefined {
  let end = start + (parts[0] ?? '').length
  for (const part of parts.slice(1)) {
    const [word = ''] = /^[^\s"]*/.exec(copy.slice(end, end + maxMask)) ?? []
    const gap = part === '' ? word.length : copy.indexOf(part, end) - end
    if (gap < 0 || gap > maxMask || !isMask(copy.slice(end, end + gap))) return undefined
    end += gap + part.length
  }
  return copy.slice(start, end)
}

const lineKey = Symbol.for('message')

/** The line that the logger's format made for other transports. */
export function lineOf(info: Info): string | undefined {
  const line = info[lineKey]
  return typeof line === 'string' ? line : undefined
}

/** The fields without what is masked in a line of JSON. */
export function maskFields(
  line: string | undefined,
  fields: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (line?.startsWith('{') !== true) return fields
  const masked: [string, string][] = []
  for (const key of Object.keys(fields)) {
    const value = fields[key]
    if (typeof value !== 'string' || line.includes(value)) continue
    const start = `"${key}":"`
    const property = findMasked(line, `${start}${JSON.stringify(value).slice(1)}`)
    if (property !== undefined) masked.push([key, property.slice(start.length, -1)])
  }
  return masked.length === 0 ? fields : { ...fields, ...Object.fromEntries(masked) }
}

/** An Error as winston has it. */
interface Thrown {
  readonly name?: unknown
  readonly message?: unknown
  readonly stack?: unknown
  readonly cause?: unknown
}

/**
 * The error as it may be shown: itself, or a copy with what the user's formats left of it.
 *
 * @param isCopied whether winston copied the message and the stack of the error to the info
 */
export function maskError(error: Thrown, info: Info, isCopied: boolean): Thrown {
  const { message, stack } = error
  if (typeof message !== 'string' || typeof stack !== 'string' || message === '') return error
  const copy = readCopy(info, isCopied) ?? stack
  if (copy === stack && isAsThrown(message, stack) && isShown(error, info, isCopied)) return error
  const head = headOf(copy)
  let shown = copy === stack ? ownMessage(message, head) : messageOf(head)
  if (isCopied) shown = maskAsCopied(String(info['message']), shown)
  shown = maskAs(lineOf(info), shown)
  const isUnchanged =
    shown === message &&
    copy === stack &&
    head.includes(message) &&
    !(isCopied && arePropertiesChanged(error, info))
  return isUnchanged ? error : copyOf(error, { shown, stack: copy, info, isCopied })
}

/** A shortcut for most errors: their stack begins with `TypeError: ` and the message. */
function isAsThrown(message: string, stack: string): boolean {
  return stack.startsWith(message, stack.indexOf(': ') + 2)
}

/** Whether the copies of an error are as it is. */
function isShown(error: Thrown, info: Info, isCopied: boolean): boolean {
  const message = String(error.message)
  const line = lineOf(info)
  if (isCopied && !String(info['message']).includes(message)) return false
  if (line !== undefined && maskAs(line, message) !== message) return false
  return !isCopied || !arePropertiesChanged(error, info)
}

/** What winston does not copy as it is, or writes itself. */
const ownKeys: ReadonlySet<string> = new Set(['level', 'message', 'stack', 'cause'])

/** winston copies the properties of an error, but for those of an uncaught one. */
function arePropertiesChanged(error: Thrown, info: Info): boolean {
  if ('cause' in info && info['cause'] !== error.cause) return true
  const isUncaught = info['exception'] === true || info['rejection'] === true
  return Object.keys(error).some(
    (key) =>
      !ownKeys.has(key) && (key in info || !isUncaught) && info[key] !== error[key as 'name'],
  )
}

function readCopy({ stack }: Info, isCopied: boolean): string | undefined {
  return isCopied && typeof stack === 'string' && stack !== '' ? stack : undefined
}

/** A format may change the Error in place, its message or its stack. */
function ownMessage(message: string, head: string): string {
  return head.includes(message) ? message : maskAsCopied(head, message)
}

/** Whether a copy of a text has masks. */
export function hasMasked(copy: string, text: string): boolean {
  return maskAsCopied(copy, text) !== text
}

/** As {@link maskAs}, where nothing of the text may be left. */
function maskAsCopied(copy: string, text: string): string {
  const masked = maskAs(copy, text)
  const [mask] = masked === text && !copy.includes(text) ? (maskPattern.exec(copy) ?? []) : []
  return mask === undefined ? masked : messageOf(copy)
}

/** A stack without its frames: the class and the message. */
export function headOf(stack: string): string {
  const frames = stack.search(/\n[ \t]{1,16}at /)
  return frames < 0 ? stack : stack.slice(0, frames)
}

export function messageOf(head: string): string {
  return head.replace(/^[\w$.]+(?: \[\w+\])?: /, '')
}

function copyOf(
  error: Thrown,
  given: {
    readonly shown: string
    readonly stack: string
    readonly info: Info
    readonly isCopied: boolean
  },
): Thrown {
  const { shown, stack, info, isCopied } = given
  const head = headOf(stack)
  const name = classOf(error, head)
  const cause = isCopied && 'cause' in info ? info['cause'] : error.cause
  return {
    // winston copies its own properties, so that formats see them there.
    ...(!isCopied && error),
    name,
    message: shown,
    stack: `${name}: ${shown}${stack.slice(head.length)}`,
    ...(cause !== undefined && { cause }),
  }
}

/** A class that sets no name has that of Error. */
function classOf(
  { name, constructor }: Thrown & { readonly constructor?: unknown },
  head: string,
): string {
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name
  const { name: className } = constructor as { readonly name?: unknown }
  if (typeof className === 'string' && className !== 'Object' && className !== 'Error') {
    return className
  }
  return /^([\w$.]+)(?: \[\w+\])?:/.exec(head)?.[1] ?? 'Error'
}
