import { type JsonObject, objectsIn } from '../json.ts'
import { maxBlocksText, maxText } from '../validate/limits.ts'
import { shownCharacters } from '../validate/message-blocks.ts'
import type { InboxMessage } from '../workspace/message.ts'

/** Slack's recommendation for the text of a message; it truncates only much longer texts. */
const recommendedText = 4000

/** Close to the undocumented limit for all blocks together. */
const nearlyMaxBlocksText = 10_000

/** Blocks that Slack rolls out gradually: a workspace without them responds with `invalid_blocks`. */
const newBlocks = new Set(['card', 'carousel', 'container', 'data_table', 'data_visualization'])

const known = new WeakMap<InboxMessage, readonly string[]>()

/** Advice about a message that Slack accepts, but that a reader or another workspace may have trouble with. */
export function hints(message: InboxMessage): readonly string[] {
  const done = known.get(message)
  if (done !== undefined) return done
  const found = new Set<string>()
  const shown = [...message.blocks, ...message.attachments]
  addTextHints(message, found)
  addLengthHint(shown, found)
  for (const object of objectsIn(shown)) addObjectHints(object, found)
  const all = [...found]
  known.set(message, all)
  return all
}

function addTextHints({ text, blocks, attachments }: InboxMessage, found: Set<string>): void {
  if (text.trim() === '' && (blocks.length > 0 || attachments.some((each) => each['blocks'])))
    found.add('No `text`: notifications and screen readers have nothing to show.')
  if (text.length > recommendedText)
    found.add(
      `\`text\` has ${text.length} characters; Slack recommends at most ${recommendedText}.`,
    )
}

function addLengthHint(shown: readonly JsonObject[], found: Set<string>): void {
  const characters = shownCharacters(shown)
  if (characters > nearlyMaxBlocksText)
    found.add(
      `The blocks have ${characters} characters; Slack rejects about ${maxBlocksText} with msg_blocks_too_long.`,
    )
}

function addObjectHints({ type, text, url }: JsonObject, found: Set<string>): void {
  if (typeof type !== 'string') return
  if (newBlocks.has(type)) found.add(`Not every workspace supports \`${type}\` yet.`)
  if (type === 'button' && url !== undefined)
    found.add('A button with a `url` still sends an interaction, which the app must acknowledge.')
  const isText = type === 'mrkdwn' || type === 'plain_text'
  if (isText && typeof text === 'string' && Buffer.byteLength(text) > maxText)
    found.add(
      `A text has fewer than ${maxText} characters and more than ${maxText} bytes; Slack does not document which it counts.`,
    )
}
