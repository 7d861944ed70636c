import { decodeEntities } from './decode-entities.ts'

/** What mrkdwn consists of at the top. */
export type Paragraph =
  | { readonly kind: 'text'; readonly source: string }
  | { readonly kind: 'quote'; readonly source: string }
  | { readonly kind: 'code'; readonly text: string }

/** Takes fenced code and quotes apart from the rest. */
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
    // The line that a fence ends goes on below it anyway.
    if (source[at] === '\n') at += 1
  }
  paragraphs.push(...parseQuotes(source.slice(at)))
  return paragraphs
}

const fence = '```'

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
