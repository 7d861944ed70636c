import type { Inline, Style } from './inline.ts'
import { decodeEntities } from './decode-entities.ts'
import { parseControl } from './parse-control.ts'
import { plainInlines } from './plain-inlines.ts'

/** How mrkdwn is read. */
export interface MrkdwnOptions {
  /** Whether bare addresses become links, which `verbatim` turns off. */
  readonly linksAddresses: boolean
}

const styles: Readonly<Record<string, Style>> = { '*': 'bold', _: 'italic', '~': 'strike' }

/** The formatted pieces of one paragraph of mrkdwn, in time linear in its length. */
export function parseInlines(source: string, options: MrkdwnOptions): readonly Inline[] {
  return new InlineParser(source, options).parse(0, source.length, new Set())
}

/**
 * Invariant: `#next` holds, for each character that ends something and the closing mark of each style, the nearest
 * place at or after each index, so that no search runs twice over the same text.
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

/** A mark opens a style before a word and not inside one: `a*b` stays as it is. */
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
