import { inspect } from 'node:util'
import { wordsFor, type Words } from './locale/locale.ts'
import type { Locale, SanitizeSettings, Span } from './notification.ts'

/* oxlint-disable no-control-regex -- control characters are what this file removes */

/** Colors, cursor movements (`ESC [ … m`) and titles or links (`ESC ] … BEL`) for terminals, and any other escape sequence. */
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
  // True for most texts, and quick to test.
  if (!/[^\t\n -~]/.test(text)) return text
  return text
    .replace(ansiCodes, '')
    .replace(lineEnds, '\n')
    .replace(controlCharacters, '')
    .replace(bidiControls, showCodePoint)
    .replace(loneSurrogates, '\ufffd')
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

/** The parts that are not empty; with `max`, as many whole ones as fit, for parts that hold markup, which must not be cut. */
export function joinTexts(
  parts: readonly (string | undefined)[],
  separator: string,
  max: number = Infinity,
): string {
  let text = ''
  for (const part of parts) {
    if (part === undefined || part === '') continue
    const longer = text === '' ? part : text + separator + part
    if (longer.length <= max) text = longer
  }
  return text
}

/** Most texts have no such character and need no sanitizing. */
const unusual = /[^ !#-&(-~]/

/** A text for titles, notifications and one-line fields: clean, sanitized as the settings demand, trimmed, at most `max` characters. */
export function shortText(
  text: string,
  settings: SanitizeSettings,
  max: number = Infinity,
): string {
  if (!unusual.test(text)) return ellipsize(text.trim(), max)
  const clean = cleanText(text).trim()
  const unquoted = settings.quotes === 'remove' ? removeQuotes(clean) : clean
  return ellipsize(newlineRules[settings.newlines](unquoted), max)
}

const newlineRules: Readonly<Record<SanitizeSettings['newlines'], (text: string) => string>> = {
  space: (text) => text.replace(/[\n\r\u2028\u2029]+/g, ' '),
  escape: (text) => replaceNewlines(text, '\\n'),
  keep: (text) => text,
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
    if (hasOwnText(value)) return String(value)
  } catch {
    // What follows needs no code of the value.
  }
  try {
    return inspect(value, inspectOptions)
  } catch {
    return `[${typeof value}]`
  }
}

/** Objects and arrays without a text of their own would read `[object Object]`. */
function hasOwnText(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  const { toString } = value as { toString?: unknown }
  return toString !== Object.prototype.toString && toString !== Array.prototype.toString
}

/** How {@link sanitizeText} treats line ends. */
export interface SanitizeTextOptions {
  /**
   * Whether line ends stay visible, as the two characters `\n`; otherwise they are removed.
   *
   * @default true
   */
  readonly allowNewlines?: boolean | undefined
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

function removeQuotes(text: string): string {
  return text.replace(/["']/g, '')
}

/** The text with each line end, however it is written, replaced. */
export function replaceNewlines(text: string, replacement: string): string {
  return text.replace(/\r\n|[\n\r\u2028\u2029]/g, replacement)
}

/** How {@link limitLength} words what it left out. */
export interface LimitLengthOptions {
  /**
   * The language of the omission mark.
   *
   * @default 'en'
   */
  readonly locale?: Locale | undefined
}

/**
 * Shortens a text: keeps the last `limit` characters of a traceback, after an omission mark, and the first ones of anything else,
 * followed by `...`. A text of up to `limit` characters is returned as it is.
 *
 * Characters are code points. The mark comes on top of `limit`, so callers with a hard limit subtract it.
 */
export function limitLength(
  text: string,
  limit: number,
  { locale = 'en' }: LimitLengthOptions = {},
): string {
  const max = limit > 0 ? Math.floor(limit) : 0
  if (text.length <= max) return text
  // Enough for one character more than the limit, each being at most two units long.
  const units = 2 * max + 1
  const head = Array.from(text.slice(0, units))
  if (head.length <= max) return text
  if (!isTraceback(text)) return `${head.slice(0, max).join('')}...`
  const tail = Array.from(text.slice(-units))
  return wordsFor(locale).omissionMark + tail.slice(tail.length - max).join('')
}

/** Whether a text holds a Python traceback, or the frame lines of a JavaScript stack, escaped line ends included. */
export function isTraceback(text: string): boolean {
  if (text.includes('Traceback')) return true
  if (!text.includes('at ')) return false
  return text.split(/\n|\\n/).some(isFrameLine)
}

/** Whether a line is a frame of a JavaScript stack with its location: `at charge (/app/charge.js:42:13)`. */
function isFrameLine(line: string): boolean {
  const text = line.trim()
  if (!text.startsWith('at ')) return false
  const end = text.slice(-60)
  if (text.endsWith(')')) return /:\d+\)$|\((?:<anonymous>|native|index \d+)\)$/.test(end)
  // A line of prose may end in a time; a path has a letter.
  return /:\d+:\d+$/.test(end) && /[a-z]/i.test(text.slice(3))
}

const thousands = /\B(?=(?:\d{3})+$)/g

/** A number of occurrences: `1,204`. */
export function showCount(count: number): string {
  if (Math.abs(count) < 999) return String(Math.round(count))
  // `toLocaleString` loads a locale at its first call, which takes longer than all else of a process's first message.
  return String(Math.round(count)).replace(thousands, ',')
}

const msOf = { seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 }
const units = ['days', 'hours', 'minutes', 'seconds'] as const

/** A duration in its two largest units: `1 h 39 min`. */
export function showDuration(durationMs: number, words: Words['duration']): string {
  const ms = Math.max(0, durationMs)
  const index = units.findIndex((unit) => ms >= msOf[unit])
  const [large, small] = [units[index], units[index + 1]]
  if (large === undefined || small === undefined) return `${Math.round(ms / 1000)}${words.seconds}`
  const larges = Math.floor(ms / msOf[large])
  const smalls = Math.floor((ms % msOf[large]) / msOf[small])
  const head = `${showCount(larges)}${words[large]}`
  // Seconds do not matter from ten minutes on.
  return smalls === 0 || (small === 'seconds' && larges >= 10)
    ? head
    : `${head} ${smalls}${words[small]}`
}

/** Occurrences per unit of time, in the unit that gives a number from 1 up: `3.1/s`, `12/min`. */
export function showRate(count: number, spanMs: number, words: Words): string {
  const perSecond = (count * 1000) / Math.max(spanMs, 1000)
  if (perSecond >= 1) return `${shortNumber(perSecond)}${words.rate.second}`
  if (perSecond * 60 >= 1) return `${shortNumber(perSecond * 60)}${words.rate.minute}`
  return `${shortNumber(perSecond * 3600)}${words.rate.hour}`
}

function shortNumber(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : showCount(value)
}

const bars = '▁▂▃▄▅▆▇█'
const maxColumns = 12

/**
 * How often something happened, as a row of bars, the latest on the right; empty if there is nothing to compare. As many
 * minutes share a column as it takes to fit a phone.
 */
export function sparkline(perMinute: readonly number[]): string {
  const first = perMinute.findIndex((count) => count > 0)
  if (first < 0) return ''
  const minutes = perMinute.slice(first)
  if (minutes.length < 2) return ''
  const columns = inColumns(minutes)
  const highest = Math.max(...columns)
  return columns.map((count) => bars[barIndex(count, highest)]).join('')
}

/** The first column has what does not fill one. */
function inColumns(minutes: readonly number[]): readonly number[] {
  const perColumn = Math.ceil(minutes.length / maxColumns)
  const columns: number[] = []
  for (let end = minutes.length; end > 0; end -= perColumn) {
    columns.unshift(sumOf(minutes.slice(Math.max(0, end - perColumn), end)))
  }
  return columns
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}

/** The lowest bar means none. */
function barIndex(count: number, highest: number): number {
  return count <= 0 ? 0 : Math.max(1, Math.round((count / highest) * (bars.length - 1)))
}

const dayMs = 86_400_000

/** How a moment is shown: `14:02 UTC`, `14:02:07 UTC` or `2026-11-29 14:02 UTC`. */
export type TimeFormat = Extract<Span, { readonly at: number }>['format']

/** A moment in UTC; `?` for one that no calendar has. */
export function utcTime(time: number, format: TimeFormat): string {
  if (!isDate(time)) return '?'
  const [date = '', clock = ''] = new Date(time).toISOString().split('T')
  if (format === 'seconds') return `${clock.slice(0, 8)} UTC`
  return format === 'time' ? `${clock.slice(0, 5)} UTC` : `${date} ${clock.slice(0, 5)} UTC`
}

/** The ends of a span of time, for a sentence that has both: `14:02` and `14:17 UTC`, with dates if they differ. */
export function utcRange(from: number, to: number): readonly [from: string, to: string] {
  const format = isSameUtcDay(from, to) ? 'time' : 'date'
  const [start, end] = [utcTime(from, format), utcTime(to, format)]
  return start === end ? [end, end] : [start.replace(/ UTC$/, ''), end]
}

/** Whether both moments are on one day in UTC. */
function isSameUtcDay(a: number, b: number): boolean {
  return Math.floor(a / dayMs) === Math.floor(b / dayMs)
}

/** Whether a time is within the range of `Date`. */
export function isDate(time: number): boolean {
  return Math.abs(time) <= 8.64e15
}
