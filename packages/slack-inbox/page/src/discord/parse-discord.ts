import type { Inline, Style } from '../text/inline.ts'

/** A line or a block of Discord's markdown. */
export type DiscordBlock =
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'text' | 'quote' | 'heading' | 'small'; readonly pieces: readonly Inline[] }
  | { readonly kind: 'item'; readonly mark: string; readonly pieces: readonly Inline[] }

/** Separates code blocks from lines. */
export function parseDiscord(source: string): readonly DiscordBlock[] {
  const blocks: DiscordBlock[] = []
  let at = 0
  for (const fence of source.matchAll(/```(?:\w*\n)?([\s\S]*?)\n?```\n?/g)) {
    blocks.push(...linesOf(source.slice(at, fence.index).replace(/\n$/, '')))
    blocks.push({ kind: 'code', text: fence[1] ?? '' })
    at = fence.index + fence[0].length
  }
  return [...blocks, ...linesOf(source.slice(at))]
}

function linesOf(source: string): readonly DiscordBlock[] {
  return source === '' ? [] : source.split('\n').map(lineOf)
}

function lineOf(line: string): DiscordBlock {
  const [, small] = /^-# (.+)$/.exec(line) ?? []
  if (small !== undefined) return { kind: 'small', pieces: parseInlines(small) }
  const [, heading] = /^#{1,3} (.+)$/.exec(line) ?? []
  if (heading !== undefined) return { kind: 'heading', pieces: parseInlines(heading) }
  const [, quote] = /^>(?:>>)? (.+)$/.exec(line) ?? []
  if (quote !== undefined) return { kind: 'quote', pieces: parseInlines(quote) }
  const [, mark, item] = /^\s*([-*]|\d+\.) (.+)$/.exec(line) ?? []
  if (item !== undefined && mark !== undefined)
    return { kind: 'item', mark: /\d/.test(mark) ? mark : '•', pieces: parseInlines(item) }
  return { kind: 'text', pieces: parseInlines(line) }
}

interface Found {
  readonly pieces: readonly Inline[]
  readonly length: number
}

type Rule = readonly [pattern: RegExp, read: (match: RegExpExecArray) => readonly Inline[]]

const styled =
  (kind: Style) =>
  ([, inside = '']: RegExpExecArray): readonly Inline[] => [
    { kind, children: parseInlines(inside) },
  ]

/** Each matches where it starts; the first one that does wins. */
const rules: readonly Rule[] = [
  [/\\([^A-Za-z0-9\s])/y, ([, mark = '']) => [{ kind: 'text', text: mark }]],
  [/`([^`\n]+)`/y, ([, text = '']) => [{ kind: 'code', text }]],
  [
    /\[((?:\\.|[^\]\\\n])+)\]\((https?:\/\/[^\s)]+)\)/y,
    ([, label = '', url = '']) => [{ kind: 'link', url, label: unescaped(label) }],
  ],
  [/<(https?:\/\/[^\s>]+)>/y, ([, url = '']) => [{ kind: 'link', url, label: url }]],
  [/https?:\/\/[^\s<]*[^\s<.,:;"')\]]/y, ([url]) => [{ kind: 'link', url, label: url }]],
  [/<t:(-?\d{1,13})(?::([tTdDfFR]))?>/y, ([, time = '', format = 'f']) => [dateOf(time, format)]],
  [/<@!?(\d+)>/y, ([, id = '']) => [{ kind: 'mention', what: 'user', id, label: id }]],
  [/<@&(\d+)>/y, ([, id = '']) => [{ kind: 'mention', what: 'group', id, label: id }]],
  [/<#(\d+)>/y, ([, id = '']) => [{ kind: 'mention', what: 'channel', id, label: id }]],
  [/@(everyone|here)/y, ([, id = '']) => [{ kind: 'mention', what: 'broadcast', id, label: id }]],
  [/\*\*((?:\\.|[^\\\n])+?)\*\*/y, styled('bold')],
  [/~~((?:\\.|[^\\\n])+?)~~/y, styled('strike')],
  [/[*_]((?:\\.|[^\\\n*_])+?)[*_](?!\w)/y, styled('italic')],
]

function parseInlines(source: string): readonly Inline[] {
  const pieces: Inline[] = []
  let plain = ''
  for (let at = 0; at < source.length;) {
    const found = findAt(source, at)
    plain += found === undefined ? (source[at] ?? '') : ''
    at += found?.length ?? 1
    if (found === undefined && at < source.length) continue
    if (plain !== '') pieces.push({ kind: 'text', text: plain })
    plain = ''
    pieces.push(...(found?.pieces ?? []))
  }
  return pieces
}

function findAt(source: string, at: number): Found | undefined {
  if (!/[\\`[<h@*~_]/.test(source[at] ?? '')) return undefined
  for (const [pattern, read] of rules) {
    pattern.lastIndex = at
    const match = pattern.exec(source)
    if (match !== null) return { pieces: read(match), length: match[0].length }
  }
  return undefined
}

const dateFormats: Readonly<Record<string, string>> = {
  t: '{time}',
  T: '{time_secs}',
  d: '{date_slash}',
  D: '{date}',
  f: '{date} {time}',
  F: '{date_long} {time}',
  R: '{ago}',
}

function dateOf(time: string, format: string): Inline {
  const date = { timestamp: Number(time), format: dateFormats[format] ?? '{date}', fallback: time }
  return { kind: 'date', date: { ...date, link: undefined } }
}

function unescaped(label: string): string {
  return label.replace(/\\([^A-Za-z0-9\s])/g, '$1')
}
