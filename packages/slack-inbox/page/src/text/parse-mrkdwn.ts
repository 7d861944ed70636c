import type { Inline, Mentioned, Style } from './inline.ts'
import { plainInlines } from './plain-inlines.ts'

const fence = '```'

/** A top-level part of mrkdwn. */
export type Paragraph =
  | { readonly kind: 'text'; readonly source: string }
  | { readonly kind: 'quote'; readonly source: string }
  | { readonly kind: 'code'; readonly text: string }

/** Separates fenced code and quotes from text. */
export function parseParagraphs(source: string): readonly Paragraph[] {
  const paragraphs: Paragraph[] = []
  let at = 0
  while (at < source.length) {
    const open = source.indexOf(fence, at)
    const close = open === -1 ? -1 : source.indexOf(fence, open + fence.length)
    if (close === -1) break
    paragraphs.push(...parseQuotes(withoutLastBreak(source.slice(at, open))))
    const code = source
      .slice(open + fence.length, close)
      .replace(/^\n/, '')
      .replace(/\n$/, '')
    paragraphs.push({ kind: 'code', text: decodeEntities(code) })
    at = close + fence.length
    // The fence ends its line, so the break after it adds none.
    if (source[at] === '\n') at += 1
  }
  paragraphs.push(...parseQuotes(source.slice(at)))
  return paragraphs
}

function parseQuotes(source: string): readonly Paragraph[] {
  if (source === '') return []
  const paragraphs: { kind: 'text' | 'quote'; lines: string[] }[] = []
  for (const line of source.split('\n')) {
    const quoted = /^(?:&gt;|>) ?(.*)$/s.exec(line)?.[1]
    const kind = quoted === undefined ? 'text' : 'quote'
    const last = paragraphs.at(-1)
    if (last?.kind === kind) last.lines.push(quoted ?? line)
    else paragraphs.push({ kind, lines: [quoted ?? line] })
  }
  return paragraphs.map(({ kind, lines }) => ({ kind, source: lines.join('\n') }))
}

function withoutLastBreak(source: string): string {
  return source.endsWith('\n') ? source.slice(0, -1) : source
}

export interface MrkdwnOptions {
  /** Whether bare addresses become links; not with `verbatim`. */
  readonly linksAddresses: boolean
}

const styles: Readonly<Record<string, Style>> = { '*': 'bold', _: 'italic', '~': 'strike' }

/** Parses one paragraph of mrkdwn, in time linear in its length. */
export function parseInlines(source: string, options: MrkdwnOptions): readonly Inline[] {
  return new InlineParser(source, options).parse(0, source.length, new Set())
}

/**
 * Invariant: for each closing character, `#next` holds the nearest position at or after each index, so that no search
 * runs twice over the same text.
 */
class InlineParser {
  readonly #source: string
  readonly #options: MrkdwnOptions
  readonly #next: Readonly<Record<string, Int32Array>>

  constructor(source: string, options: MrkdwnOptions) {
    this.#source = source
    this.#options = options
    this.#next = {
      '\n': nextPlaces(source, (at) => source[at] === '\n'),
      '<': nextPlaces(source, (at) => source[at] === '<'),
      '>': nextPlaces(source, (at) => source[at] === '>'),
      '`': nextPlaces(source, (at) => source[at] === '`'),
      '*': nextPlaces(source, (at) => closes(source, at, '*')),
      _: nextPlaces(source, (at) => closes(source, at, '_')),
      '~': nextPlaces(source, (at) => closes(source, at, '~')),
    }
  }

  parse(from: number, to: number, active: ReadonlySet<Style>): readonly Inline[] {
    const pieces: Inline[] = []
    let plainFrom = from
    let at = from
    while (at < to) {
      const found = this.#special(at, to, active)
      if (found === undefined) {
        at += 1
        continue
      }
      pieces.push(...this.#plain(plainFrom, at), found.piece)
      at = found.end
      plainFrom = at
    }
    pieces.push(...this.#plain(plainFrom, to))
    return pieces
  }

  #special(
    at: number,
    to: number,
    active: ReadonlySet<Style>,
  ): { readonly piece: Inline; readonly end: number } | undefined {
    const mark = this.#source[at] ?? ''
    if (mark === '<') return this.#control(at, to)
    if (mark === '`') return this.#code(at, to)
    const style = styles[mark]
    if (style === undefined || active.has(style) || !opens(this.#source, at)) return undefined
    const end = this.#find(mark, at + 2, to)
    if (end === undefined || this.#find('\n', at, end) !== undefined) return undefined
    const children = this.parse(at + 1, end, new Set([...active, style]))
    return { piece: { kind: style, children }, end: end + 1 }
  }

  #control(at: number, to: number): { readonly piece: Inline; readonly end: number } | undefined {
    const end = this.#find('>', at + 1, to)
    if (end === undefined || this.#find('<', at + 1, end) !== undefined) return undefined
    const piece = parseControl(this.#source.slice(at + 1, end))
    return piece === undefined ? undefined : { piece, end: end + 1 }
  }

  #code(at: number, to: number): { readonly piece: Inline; readonly end: number } | undefined {
    const end = this.#find('`', at + 1, to)
    if (end === undefined || end === at + 1) return undefined
    if (this.#find('\n', at, end) !== undefined) return undefined
    const text = decodeEntities(this.#source.slice(at + 1, end))
    return { piece: { kind: 'code', text }, end: end + 1 }
  }

  #find(mark: string, from: number, to: number): number | undefined {
    const place = this.#next[mark]?.[from] ?? -1
    return place === -1 || place >= to ? undefined : place
  }

  #plain(from: number, to: number): readonly Inline[] {
    return plainInlines(decodeEntities(this.#source.slice(from, to)), this.#options)
  }
}

function nextPlaces(source: string, isPlace: (at: number) => boolean): Int32Array {
  const places = new Int32Array(source.length + 3).fill(-1)
  for (let at = source.length - 1; at >= 0; at -= 1)
    places[at] = isPlace(at) ? at : (places[at + 1] ?? -1)
  return places
}

/** A mark opens a style before a word, but not inside one: `a*b` has no style. */
function opens(source: string, at: number): boolean {
  return !isWord(source[at - 1]) && !isSpace(source[at + 1]) && source[at + 1] !== source[at]
}

function closes(source: string, at: number, mark: string): boolean {
  return source[at] === mark && !isSpace(source[at - 1]) && !isWord(source[at + 1])
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character)
}

function isSpace(character: string | undefined): boolean {
  return character === undefined || /\s/.test(character)
}

/**
 * Parses the text between `<` and `>`: `#C…`, `@U…`, `!…`, else a link.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text
 */
function parseControl(content: string): Inline | undefined {
  const bar = content.indexOf('|')
  const target = bar === -1 ? content : content.slice(0, bar)
  const label = bar === -1 ? '' : decodeEntities(content.slice(bar + 1))
  switch (target[0]) {
    case '#':
      return mention('channel', target.slice(1), label)
    case '@':
      return mention('user', target.slice(1), label)
    case '!':
      return parseSpecial(target.slice(1), label)
    default:
      return isAddress(target) ? { kind: 'link', url: decodeEntities(target), label } : undefined
  }
}

function parseSpecial(target: string, label: string): Inline | undefined {
  if (target.startsWith('subteam^')) return mention('group', target.slice(8), label)
  if (target.startsWith('date^')) return parseDate(target, label)
  if (['here', 'channel', 'everyone'].includes(target)) return mention('broadcast', target, target)
  return label === '' ? undefined : { kind: 'text', text: label }
}

function parseDate(target: string, label: string): Inline {
  const [, timestamp = '', format = '', link] = target.split('^')
  return {
    kind: 'date',
    date: {
      timestamp: timestamp === '' ? Number.NaN : Number(timestamp),
      format: decodeEntities(format),
      link: link === undefined ? undefined : decodeEntities(link),
      fallback: label,
    },
  }
}

function mention(what: Mentioned, id: string, label: string): Inline {
  return { kind: 'mention', what, id, label }
}

function isAddress(target: string): boolean {
  return /^[a-z][a-z\d+.-]{0,30}:\S/i.test(target)
}

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' }

/** Reverses Slack's escaping, once: `&amp;lt;` becomes `&lt;`. */
function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt);/g, (entity) => entities[entity] ?? entity)
}
