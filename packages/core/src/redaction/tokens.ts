import { redacted, redactRanges, type TextRange } from './bounded-text.ts'
import { alphabets, tokenKinds } from './token-kinds.ts'
import { looksGenerated, looksRandom } from './values.ts'

const keyBegin = '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----'
const keyEnd = '-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----'

/** A key without its end runs to the end of the text, one without its beginning from the start: the text was cut. */
const privateKeys = new RegExp(
  `${keyBegin}[^]*?(?:${keyEnd}|$)|^(?:(?!${keyBegin})[^])*?${keyEnd}`,
  'g',
)

export function redactPrivateKeys(text: string): string {
  return text.includes('-----') ? text.replace(privateKeys, redacted) : text
}

/** A part of a shape: characters of an alphabet, or one of several texts. */
export type ShapePart =
  | { readonly alphabet: string; readonly min: number; readonly max: number }
  | { readonly texts: readonly string[] }

const shapeParts = /\{(\d+)(\+|-\d+)? (\w+)\}|\(([^)]*)\)|([^{(]+)/g

/** Reads a shape of `token-kinds.ts`. */
export function parseShape(shape: string): readonly ShapePart[] {
  return [...shape.matchAll(shapeParts)].map(([, min, more, alphabet, choices, literal]) => {
    if (alphabet === undefined) return { texts: choices?.split('|') ?? [literal ?? ''] }
    const max = more === '+' ? Infinity : Number(more?.slice(1) ?? min)
    return { alphabet, min: Number(min), max }
  })
}

/** No token begins inside a word. */
const beginning = '(?<![A-Za-z0-9])'

/** What does not end before another character of a word was meant to be something longer. */
const ending = '(?![\\w-]|\\.\\w)'

/** How far what makes a run mixed is looked for. */
const maxBeforeMixed = 64

interface TokenKind {
  /** The texts by which the kind is found: its first ones, or those in its middle. */
  readonly anchors: readonly string[]
  readonly isLeading: boolean
  /** Whether a run of any length stands in its middle. */
  readonly isOpenInside: boolean
  /** Matches from the anchor on; what stands in front of the anchor is its first group. */
  readonly pattern: RegExp
}

/** Reads a line of the table. */
function toKind(shape: string): TokenKind {
  const parts = parseShape(shape)
  const isLeading = parts[0] !== undefined && 'texts' in parts[0]
  const anchorAt = isLeading ? 0 : parts.indexOf(longestText(parts))
  const rest = parts.slice(anchorAt)
  const firstRun = rest.findIndex((part) => 'alphabet' in part)
  const anchorParts = firstRun < 0 ? rest : rest.slice(0, firstRun)
  const before = parts.slice(0, anchorAt).map(toSource).join('')
  const last = parts.at(-1)
  const isExact = last !== undefined && !('alphabet' in last && last.max === Infinity)
  const lookBehind = isLeading ? '()' : `(?<=${beginning}(${before}))`
  return {
    anchors: combine(anchorParts),
    isLeading,
    isOpenInside: parts.slice(0, -1).some((part) => 'alphabet' in part && part.max === Infinity),
    pattern: new RegExp(lookBehind + rest.map(toSource).join('') + (isExact ? ending : ''), 'y'),
  }
}

function longestText(parts: readonly ShapePart[]): ShapePart {
  const lengthOf = (part: ShapePart): number =>
    'texts' in part ? Math.min(...part.texts.map((text) => text.length)) : 0
  return parts.reduce((one, other) => (lengthOf(other) > lengthOf(one) ? other : one))
}

function combine(parts: readonly ShapePart[]): readonly string[] {
  let texts = ['']
  for (const part of parts) {
    const next = 'texts' in part ? part.texts : []
    texts = texts.flatMap((text) => next.map((more) => text + more))
  }
  return texts
}

function toSource(part: ShapePart): string {
  if ('texts' in part) return `(?:${part.texts.map(escape).join('|')})`
  const characters = alphabets[part.alphabet] ?? ''
  const count = `{${part.min},${part.max === Infinity ? '' : part.max}}`
  const letters = characters.replace('\\w', 'A-Za-z_').replace('0-9', '')
  const mixed = `(?=[${letters}]{0,${maxBeforeMixed}}(?:\\d|[A-Z]{2}))`
  return `${part.alphabet.startsWith('mixed') ? mixed : ''}[${characters}]${count}`
}

function escape(text: string): string {
  return text.replace(/[$.*+?^()|[\]{}\\/]/g, '\\$&')
}

const kinds = tokenKinds.map(([, shape]) => toKind(shape))

/** All kinds that an anchor may begin: `sk-ant-` begins what `sk-` does, too. */
const kindsByAnchor: ReadonlyMap<string, readonly TokenKind[]> = new Map(
  kinds
    .flatMap((kind) => kind.anchors)
    .map((anchor) => [
      anchor,
      kinds.filter((kind) => kind.anchors.some((start) => anchor.startsWith(start))),
    ]),
)

/** Finds the anchors, the longest first, in one pass: whatever is not in it is no token of any kind. */
const anchors = new RegExp(`${beginning}(?:${anchorsOf(true)})|${anchorsOf(false)}`, 'g')

function anchorsOf(isLeading: boolean): string {
  const texts = kinds.filter((kind) => kind.isLeading === isLeading).flatMap((kind) => kind.anchors)
  const unique = [...new Set(texts)].toSorted((one, other) => other.length - one.length)
  return unique.map(escape).join('|')
}

/** The line breaks of JSON, which end in a letter, as spaces. */
function withoutLineBreaks(text: string): string {
  return text.includes('\\') ? text.replace(/\\[nrt]/g, '  ') : text
}

function* findTokens(text: string): Iterable<TextRange> {
  const failedUpTo = new Map<TokenKind, number>()
  for (let from = 0; ;) {
    anchors.lastIndex = from
    const hit = anchors.exec(text)
    if (hit === null) return
    const token = findToken(text, hit, failedUpTo)
    if (token !== undefined) yield token
    from = token?.end ?? hit.index + 1
  }
}

const run = /[\w-]*/y

/** A run in which a kind was not found, although its first characters were there, is not read again for each anchor inside it. */
function findToken(
  text: string,
  { 0: anchor, index }: RegExpExecArray,
  failedUpTo: Map<TokenKind, number>,
): TextRange | undefined {
  for (const kind of kindsByAnchor.get(anchor) ?? []) {
    if (index < (failedUpTo.get(kind) ?? 0)) continue
    kind.pattern.lastIndex = index
    const found = kind.pattern.exec(text)
    if (found !== null) {
      const end = index + found[0].replace(/\.+$/, '').length
      return { start: index - (found[1]?.length ?? 0), end }
    }
    if (kind.isOpenInside) {
      run.lastIndex = index
      run.exec(text)
      failedUpTo.set(kind, run.lastIndex)
    }
  }
  return undefined
}

/** `Bearer …` and the like, if what follows looks like a credential and not like a word. */
const schemes =
  /(?<![A-Za-z])((?:bearer|basic|negotiate|digest|token|apikey|ssws)[ \t]{1,4})([A-Za-z0-9._~+/=-]{8,})/gi

/** Redacts what has the form of a credential. */
export function redactTokens(text: string): string {
  return redactRanges(text, findTokens(withoutLineBreaks(text))).replace(
    schemes,
    (found, scheme: string, value: string) =>
      isCredential(scheme.trim().toLowerCase(), value) ? scheme + redacted : found,
  )
}

/** Other words than `bearer` stand in many sentences: `token count=512`, `basic auth/v1`. */
function isCredential(scheme: string, value: string): boolean {
  const bare = value.replace(/[.=]+$/, '')
  if (scheme === 'bearer') return looksRandom(bare) && !bare.includes('=')
  if (scheme === 'basic') return Buffer.from(value, 'base64').toString('latin1').includes(':')
  return looksGenerated(bare)
}
