import type { SanitizeSettings } from './settings.ts'
import { inspect } from 'node:util'

/* oxlint-disable no-control-regex -- control characters are what this file removes */

/** Colours, cursor movements (`ESC [ … m`) and titles or links (`ESC ] … BEL`) for terminals, and any other escape sequence. */
const ansiCodes =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]/g

const lineEnds = /\r\n|[\r\u0085\u2028\u2029]/g

/** All but the tab and the newline. */
const controlCharacters = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** They reorder what a reader sees, so that `exe.txt` can stand for `txt.exe`. */
const bidiControls = /[\u202a-\u202e\u2066-\u2069]/g

/** Half a character: @slack/web-api throws on one before it sends anything. */
const loneSurrogates = /\p{Surrogate}/gu

/**
 * The text as a reader sees it, and as Slack takes it: no control characters and ANSI codes, line ends as `\n`, reordering
 * made visible, lone surrogates replaced.
 */
export function cleanText(text: string): string {
  if (isPlain(text)) return text
  return text
    .replace(ansiCodes, '')
    .replace(lineEnds, '\n')
    .replace(controlCharacters, '')
    .replace(bidiControls, showCodePoint)
    .replace(loneSurrogates, '\ufffd')
}

/** Most text is, and is quickly known to be. */
function isPlain(text: string): boolean {
  return !/[^\t\n -~]/.test(text)
}

function showCodePoint(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}]`
}

/** Looked at before and after a cut; most graphemes are far shorter. */
const window = 32

/** Made when it is first needed, since it takes milliseconds. */
let segmenter: Intl.Segmenter | undefined

/** The longest beginning of at most `max` characters that splits no code point, entity or grapheme. */
export function headOf(text: string, max: number): string {
  return text.slice(0, cutBefore(text, max))
}

/** The text itself if it has at most `max` characters, else a beginning that ends in `...`. */
export function ellipsize(text: string, max: number): string {
  return text.length <= max ? text : `${headOf(text, max - 3)}...`
}

/** The text itself if it has at most `max` characters, else its end behind `...`. */
export function ellipsizeFront(text: string, max: number): string {
  return text.length <= max ? text : `...${tailOf(text, max - 3)}`
}

/** The longest end of at most `max` characters that splits no code point or entity. */
function tailOf(text: string, max: number): string {
  const from = text.length - Math.max(0, max)
  const inside = cutBefore(text, from)
  if (inside === from) return text.slice(from)
  return text.slice(from).replace(/^(?:[a-z]{0,3};|[\udc00-\udfff])/, '')
}

/** The last index up to `index` at which the text may be cut. */
export function cutBefore(text: string, index: number): number {
  if (index >= text.length) return text.length
  if (index <= 0) return 0
  return beforeEntity(text, beforeGrapheme(text, index))
}

function beforeEntity(text: string, index: number): number {
  const start = text.lastIndexOf('&', index - 1)
  if (start < 0 || start < index - 4) return index
  const entity = /^&(?:amp|lt|gt);/.exec(text.slice(start, start + 5))?.[0]
  return entity !== undefined && start + entity.length > index ? start : index
}

function beforeGrapheme(text: string, index: number): number {
  if (text.charCodeAt(index - 1) < 0x80 && text.charCodeAt(index) < 0x80) return index
  const from = beforeLowSurrogate(text, Math.max(0, index - window))
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  const segments = segmenter.segment(text.slice(from, index + window))
  const start = from + (segments.containing(index - from)?.index ?? index - from)
  // A grapheme that began before the window is cut inside: no stack of accents may cost the whole text.
  return start > from ? start : beforeLowSurrogate(text, index)
}

function beforeLowSurrogate(text: string, index: number): number {
  return index > 0 && (text.codePointAt(index - 1) ?? 0) > 0xffff ? index - 1 : index
}

/** As many whole parts as fit, for parts that hold markup, which must not be cut. */
export function joinWithin(parts: readonly string[], separator: string, max: number): string {
  let text = ''
  for (const part of parts.filter((candidate) => candidate !== '')) {
    const longer = text === '' ? part : text + separator + part
    if (longer.length <= max) text = longer
  }
  return text
}

/** Anything but what stands in a line as it is, which is most of what is shown. */
const unusual = /[^ !#-&(-~]/

/** A text for titles, notifications and one-line fields: clean, sanitised as the settings say, trimmed at both ends. */
export function shortText(text: string, settings: SanitizeSettings): string {
  if (!unusual.test(text)) return text.trim()
  const clean = cleanText(text).trim()
  const unquoted = settings.quotes === 'remove' ? removeQuotes(clean) : clean
  return settings.newlines === 'escape' ? replaceNewlines(unquoted, '\\n') : unquoted
}

const inspectOptions = {
  breakLength: Infinity,
  customInspect: false,
  depth: 4,
  maxStringLength: 10_000,
}

/** The text of any value; never throws, whatever the value's own code does. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return hasOwnText(value) ? String(value) : inspect(value, inspectOptions)
  } catch {
    return describeUnprintable(value)
  }
}

/** Objects and arrays without a text of their own would read `[object Object]`. */
function hasOwnText(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  const { toString } = value as { toString?: unknown }
  return toString !== Object.prototype.toString && toString !== Array.prototype.toString
}

/** The value's own code failed, so its kind is all that can be told. */
function describeUnprintable(value: unknown): string {
  try {
    return inspect(value, inspectOptions)
  } catch {
    return `[${typeof value}]`
  }
}

/** How {@link sanitizeText} treats line ends. */
export interface SanitizeTextOptions {
  /**
   * Whether line ends stay visible, as the two characters `\n`; otherwise they are removed.
   *
   * @default true
   */
  readonly allowNewlines?: boolean
}

/**
 * The text of any value on one line and without quotes, so that it stands safely in a title, a notification or a template.
 *
 * Both `"` and `'` are removed; line ends become the two characters `\n`.
 *
 * @example
 * sanitizeText(`can't read "id"\nof undefined`) // 'cant read id\\nof undefined'
 */
export function sanitizeText(
  value: unknown,
  { allowNewlines = true }: SanitizeTextOptions = {},
): string {
  return replaceNewlines(removeQuotes(textOf(value)), allowNewlines ? '\\n' : '')
}

/** The text without `"` and `'`. */
export function removeQuotes(text: string): string {
  return text.replace(/["']/g, '')
}

/** The text with each line end, however it is written, replaced. */
export function replaceNewlines(text: string, replacement: string): string {
  return text.replace(/\r\n|[\n\r\u2028\u2029]/g, replacement)
}
