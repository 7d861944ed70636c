/** More of a message tells no more about its origin. */
const maxCharacters = 1_000
const maxSearched = 4_000

// oxlint-disable-next-line no-control-regex -- terminal colours are made of control characters
const terminalColours = /\u001b\[[\d;]{0,20}m/g
const stackLine = /^\s*at /

/**
 * What of a message tells its origin: the first lines, which say what failed, and the last, which says why; no stack.
 *
 * Bounded, whatever the length of the message.
 */
export function headOfMessage(message: string): string {
  let text = message.length > maxSearched ? message.slice(0, maxSearched) : message
  if (text.includes('\u001b')) text = text.replace(terminalColours, '')
  if (text.includes('\n')) text = tellingLines(text, message.length <= maxSearched)
  return text.length > maxCharacters ? cutAtSpace(text) : text
}

function tellingLines(text: string, isWhole: boolean): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !stackLine.test(line))
  const last = isWhole && lines.length > 2 ? lines.slice(-1) : []
  return [...lines.slice(0, 2), ...last].join('\n')
}

/** A value cut in two could be taken for another one. */
function cutAtSpace(text: string): string {
  const end = text.lastIndexOf(' ', maxCharacters)
  return text.slice(0, end > maxCharacters / 2 ? end : maxCharacters)
}
