const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/**
 * The text with `&`, `<` and `>` as the entities that Slack knows, so that nothing in it can become a mention, a link or a
 * date.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function escapeMrkdwn(text: string): string {
  return text.replace(/[&<>]/g, (character) => entities[character] ?? character)
}

/** A `*`, `_`, `~` or backtick that could open bold, italic, struck or code text: at the beginning of a word. */
const openingMarks = /(?<![\p{L}\p{N}])[*_~`](?=\S)/gu

/** All that Slack could read as more than text. */
const markup = /[&<>*_~`]/

/**
 * Escaped text in which Slack finds no formatting either. mrkdwn has no escape for its marks, so a word joiner, which nobody
 * sees, takes their effect where they could have one; marks inside words, as in `user_id`, stay as they are for whoever copies
 * them.
 */
export function literalMrkdwn(text: string): string {
  if (!markup.test(text)) return text
  return escapeMrkdwn(text).replace(openingMarks, '$&\u2060')
}

/** Escaped text between backticks; a backtick inside would end it. */
export function codeMrkdwn(text: string): string {
  return `\`${escapeMrkdwn(text).replaceAll('`', "'")}\``
}

/** Escaped text between fences; a fence inside would end them. */
export function fencedMrkdwn(escaped: string): string {
  return `\`\`\`\n${escaped.replace(/`{3,}/g, "'''")}\n\`\`\``
}
