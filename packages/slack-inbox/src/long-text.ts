import { countCharacters } from './validate/issue.ts'

/**
 * Above this, Slack makes several messages of a text without blocks.
 *
 * @see https://github.com/slackapi/java-slack-sdk/issues/704
 */
export const maxMessageText = 4000

/**
 * Above this, Slack cuts the text off.
 *
 * @see https://docs.slack.dev/changelog/2018-04-truncating-really-long-messages
 */
export const maxTruncatedText = 40_000

/** What Slack says when it has cut a text off. */
export const truncationWarning =
  '[WARN] Your message was truncated but still posted. The `text` field accepts up to 40,000 characters.'

/** The first `max` characters of `text`. */
export function truncate(text: string, max: number): string {
  return countCharacters(text) <= max ? text : text.slice(0, indexAfter(text, 0, max))
}

/** The pieces Slack makes of a long text: at most 4,000 characters each, cut after a line end where there is one. */
export function splitText(text: string): readonly string[] {
  const pieces: string[] = []
  let start = 0
  while (start < text.length) {
    const end = pieceEnd(text, start)
    pieces.push(text.slice(start, end))
    start = end
  }
  return pieces.length === 0 ? [''] : pieces
}

function pieceEnd(text: string, start: number): number {
  const end = indexAfter(text, start, maxMessageText)
  if (end === text.length) return end
  const lineEnd = text.lastIndexOf('\n', end - 1) + 1
  return lineEnd - start > maxMessageText / 2 ? lineEnd : end
}

/** The index after `count` characters from `start`: never inside a surrogate pair. */
function indexAfter(text: string, start: number, count: number): number {
  let index = start
  for (let left = count; left > 0 && index < text.length; left -= 1)
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1
  return index
}
