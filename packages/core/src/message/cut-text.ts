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
