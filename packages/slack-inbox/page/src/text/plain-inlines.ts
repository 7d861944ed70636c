import type { Inline } from './inline.ts'

/** An emoji's name between colons, or an address. */
const special = /:([a-z\d_+'-]{1,100}):(?::skin-tone-[2-6]:)?|https?:\/\/[^\s<>|]{1,2000}/g

/** Text without marks: only emoji, and addresses where they are wanted, are more than letters. */
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

/** In plain_text nothing but emoji is read. */
export function plainText(text: string, isEmojiRead: boolean): readonly Inline[] {
  return isEmojiRead ? plainInlines(text, { linksAddresses: false }) : plain(text)
}

function plain(text: string): readonly Inline[] {
  return text === '' ? [] : [{ kind: 'text', text }]
}

function emoji(name: string): Inline | undefined {
  // `12:30:45` is a time.
  return /^\d+$/.test(name) ? undefined : { kind: 'emoji', name }
}

/** What ends a sentence is not part of the address before it. */
function linkTo(address: string, isWanted: boolean): Inline | undefined {
  let length = address.length
  while (length > 0 && '.,;:!?)]}\'"'.includes(address[length - 1] ?? '')) length -= 1
  const url = address.slice(0, length)
  return isWanted ? { kind: 'link', url, label: '' } : undefined
}
