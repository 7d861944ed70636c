import { ellipsize, type Span } from '@slack-logger/core'

/**
 * Text without any effect in Discord: no formatting, no link, masked or not, no mention, no emoji, no time. A backslash takes the effect
 * of marks; a zero-width space stands inside what could call people even where Discord reads no formatting.
 */
export function deadMarkdown(text: string): string {
  return (
    text
      .replace(/\p{Surrogate}/gu, '\ufffd')
      .replace(/[\\*_~`|[\]<]/g, '\\$&')
      .replace(/^(\s*)([-+>#])/gm, '$1\\$2')
      .replace(/^(\s*\d+)\./gm, '$1\\.')
      // A link, and the name of an emoji, as in the line numbers of `app.js:100:7`.
      .replace(/:(?=\/\/|[\w+-]+:)/g, '\\:')
      .replace(/@(?=everyone|here)/g, '@\u200b')
      .replace(/<(?=[@#])/g, '<\u200b')
  )
}

/** A text without effect in a code block: what would end the block is broken up. */
function deadCode(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/`(?=`)/g, '`\u200b')
    .replace(/@(?=everyone|here)/g, '@\u200b')
    .replace(/<(?=[@#])/g, '<\u200b')
}

/** As much of a text as fits into `max` characters once it has no effect. */
export function markdown(text: string, max: number): string {
  return fitted(text, max, deadMarkdown)
}

/** A code block of at most `max` characters; empty for a text that is. */
export function codeBlock(text: string, max: number): string {
  const trimmed = text.replace(/^\n+|\s+$/g, '')
  const inside = fitted(trimmed, max - '```\n\n```'.length, deadCode)
  return inside === '' ? '' : `\`\`\`\n${inside}\n\`\`\``
}

/** A text in the font of code, on one line. */
export function code(text: string, max: number): string {
  const inside = fitted(text.replaceAll('`', "'").replace(/\s+/g, ' ').trim(), max - 2, deadCode)
  return inside === '' ? '' : `\`${inside}\``
}

/** Plain text where Discord reads no formatting, as in a footer or the name of a thread. */
export function plain(text: string, max: number): string {
  return fitted(text, max, deadCode)
}

/** Cuts the text, never what was added to it. */
function fitted(text: string, max: number, write: (text: string) => string): string {
  let cut = ellipsize(text, Math.max(0, Math.floor(max)))
  for (;;) {
    const written = write(cut)
    if (written.length <= max) return written
    if (cut.length <= 3) return ''
    cut = ellipsize(text, Math.max(3, Math.floor((cut.length * max) / written.length) - 1))
  }
}

/** Discord's letters for the formats. */
const timeFormats = { time: 't', seconds: 'T', date: 'f' } as const

/** A moment, which Discord shows in each reader's time zone; `?` for one that no calendar has. */
export function time(at: number, format: keyof typeof timeFormats): string {
  return Math.abs(at) <= 8.64e15 ? `<t:${Math.floor(at / 1000)}:${timeFormats[format]}>` : '?'
}

export function spans(line: readonly Span[], max: number): string {
  return joined(
    line.map((span) => {
      if ('at' in span) return time(span.at, span.format)
      return span.style === 'code' ? code(span.text, max) : markdown(span.text, max)
    }),
    '',
    max,
  )
}

/** A link with its label; empty where the address is none. */
export function link(label: string, url: string): string {
  if (!URL.canParse(url) || !/^https?:/.test(url)) return ''
  // What would end the address, or keep its end from being one.
  const address = new URL(url).href.replace(
    /[()<>\\]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  )
  // A bracket in a label keeps the link from being one, with a backslash before it, too.
  const text = label.replaceAll('[', '(').replaceAll(']', ')').replace(/\s+/g, ' ').trim()
  const shown = markdown(text, 240)
  return `[${shown === '' ? '↗' : shown}](${address})`
}

/** As many whole parts as fit: one that was cut could lose the end of its markup. */
export function joined(parts: readonly string[], separator: string, max: number): string {
  let text = ''
  for (const part of parts) {
    if (part === '') continue
    const longer = text === '' ? part : text + separator + part
    if (longer.length <= max) text = longer
  }
  return text
}
