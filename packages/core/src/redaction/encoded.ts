import { redacted } from './bounded-text.ts'

const words = /[^\s"'<>`]+/g

const escapes = /(?:%[\da-f]{2})+/gi

/** An address in an address in an address. */
const maxDepth = 3

/**
 * Redacts what stands percent-encoded in a text, as an address in the query of another does. A word is left as it is where nothing
 * in it is secret, and else shown decoded.
 */
export function redactPercentEncoded(text: string, redact: (text: string) => string): string {
  if (!/%[2-7][\da-f]/i.test(text)) return text
  return text.replace(words, (word) => {
    const decoded = word.includes('%') ? decode(word) : word
    if (decoded === word) return word
    const hidden = redact(decoded)
    return hidden === decoded ? word : hidden
  })
}

function decode(word: string): string {
  let decoded = word
  for (let depth = 0; depth < maxDepth && decoded.includes('%'); depth += 1) {
    decoded = decoded.replace(escapes, decodeRun)
  }
  return decoded
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run)
  } catch {
    // No text in UTF-8: it stays as it was written.
    return run
  }
}

/** JSON and PEM in Base64, by the beginnings of objects, of lists and of `-----BEGIN`. */
const base64 =
  /(?<![A-Za-z\d+/])(?:eyJ|eyA|eyI|ewo|ew0K|W3s|WyJ|Wwo|LS0tLS|Ci0tLS0t)[\w+/-]{12,}={0,2}/g

/** Redacts JSON and PEM in Base64 as a whole if something in it is secret. */
export function redactBase64(text: string, redact: (text: string) => string): string {
  return text.replace(base64, (found) => {
    const decoded = Buffer.from(found, 'base64').toString('utf8')
    return redact(decoded) === decoded ? found : redacted
  })
}
