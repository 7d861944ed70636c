import type { Inline } from './inline.ts'

/** An emoji's name between colons, or an address. */
const special = /:([a-z\d_+'-]{1,100}):(?::skin-tone-[2-6]:)?|https?:\/\/[^\s<>|]{1,2000}/g

/** Parses text without markup: only emoji and, if `linksAddresses`, addresses. */
export function plainInlines(
  text: string,
  { linksAddresses }: { readonly linksAddresses: boolean },
): readonly Inline[] {
  const pieces: Inline[] = []
  let done = 0
  for (const match of text.matchAll(special)) {
    const [found, name] = match
    const piece = name === undefined ? linkTo(found, linksAddresses) : emoji(name)
    if (piece === undefined) continue
    pieces.push(...plain(text.slice(done, match.index)), piece)
    done = match.index + (piece.kind === 'link' ? piece.url.length : found.length)
  }
  pieces.push(...plain(text.slice(done)))
  return pieces
}

/** Parses the text of a plain_text object, which has no markup but emoji. */
export function plainText(text: string, hasEmoji: boolean): readonly Inline[] {
  return hasEmoji ? plainInlines(text, { linksAddresses: false }) : plain(text)
}

function plain(text: string): readonly Inline[] {
  return text === '' ? [] : [{ kind: 'text', text }]
}

function emoji(name: string): Inline | undefined {
  // `12:30:45` is a time, not an emoji.
  return /^\d+$/.test(name) ? undefined : { kind: 'emoji', name }
}

/** Punctuation after an address is not part of it. */
function linkTo(address: string, isLinked: boolean): Inline | undefined {
  let length = address.length
  while (length > 0 && '.,;:!?)]}\'"'.includes(address[length - 1] ?? '')) length -= 1
  const url = address.slice(0, length)
  return isLinked ? { kind: 'link', url, label: '' } : undefined
}
