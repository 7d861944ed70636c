import type { InboxMessage } from '../message.ts'
import { maxBlocksText, maxText } from '../validate/block-limits.ts'
import { objectsIn, shownCharacters } from '../validate/walk.ts'

/** Slack's advice for the text of a message; it cuts only far above. */
const recommendedText = 4000

/** Where the undocumented limit for all blocks together comes close. */
const nearlyMaxBlocksText = 10_000

/** Blocks that reached workspaces in phases: one that has them not yet answers `invalid_blocks`. */
const newBlocks = new Set(['card', 'carousel', 'container', 'data_table', 'data_visualization'])

/** What Slack accepts about a message and a reader or another workspace may not: advice, no errors. */
export function hints(message: InboxMessage): readonly string[] {
  return [...new Set([...textHints(message), ...blockHints(message)])]
}

function* textHints({ text, blocks, attachments }: InboxMessage): Generator<string> {
  if (text.trim() === '' && (blocks.length > 0 || attachments.some(({ blocks: b }) => b)))
    yield 'No `text`: notifications and screen readers have nothing to say.'
  if (text.length > recommendedText)
    yield `\`text\` has ${text.length} characters; Slack recommends at most ${recommendedText}.`
}

function* blockHints({ blocks, attachments }: InboxMessage): Generator<string> {
  const shown = shownCharacters([...blocks, ...attachments])
  if (shown > nearlyMaxBlocksText)
    yield `The blocks hold ${shown} characters; about ${maxBlocksText} are refused with msg_blocks_too_long.`
  for (const { object } of objectsIn([...blocks, ...attachments])) {
    const { type, text, url } = object
    if (typeof type === 'string' && newBlocks.has(type))
      yield `Not every workspace takes \`${type}\` yet.`
    if (typeof text === 'string' && isText(type) && Buffer.byteLength(text) > maxText)
      yield `A text has fewer than ${maxText} characters and more than ${maxText} bytes; Slack does not say which of them it counts.`
    if (type === 'button' && url !== undefined)
      yield 'A button with a `url` still sends an interaction, which the app has to acknowledge.'
  }
}

function isText(type: unknown): boolean {
  return type === 'mrkdwn' || type === 'plain_text'
}
