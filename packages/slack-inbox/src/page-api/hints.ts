import { isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import type { InboxMessage } from '../message.ts'
import { maxBlocksText, maxText } from '../validate/block-limits.ts'
import { shownCharacters } from '../validate/walk.ts'

/** Slack's advice for the text of a message; it cuts only far above. */
const recommendedText = 4000

/** Where the undocumented limit for all blocks together comes close. */
const nearlyMaxBlocksText = 10_000

/** Blocks that reached workspaces in phases: one that has them not yet answers `invalid_blocks`. */
const newBlocks = new Set(['card', 'carousel', 'container', 'data_table', 'data_visualization'])

const known = new WeakMap<InboxMessage, readonly string[]>()

/** What Slack accepts about a message and a reader or another workspace may not: advice, no errors. */
export function hints(message: InboxMessage): readonly string[] {
  const done = known.get(message)
  if (done !== undefined) return done
  const found = new Set<string>()
  const shown = [...message.blocks, ...message.attachments]
  addTextHints(message, found)
  addLengthHint(shown, found)
  addBlockHints(shown, found)
  const all = [...found]
  known.set(message, all)
  return all
}

function addTextHints({ text, blocks, attachments }: InboxMessage, found: Set<string>): void {
  if (text.trim() === '' && (blocks.length > 0 || attachments.some((each) => each['blocks'])))
    found.add('No `text`: notifications and screen readers have nothing to say.')
  if (text.length > recommendedText)
    found.add(
      `\`text\` has ${text.length} characters; Slack recommends at most ${recommendedText}.`,
    )
}

function addLengthHint(shown: readonly JsonObject[], found: Set<string>): void {
  const characters = shownCharacters(shown)
  if (characters > nearlyMaxBlocksText)
    found.add(
      `The blocks hold ${characters} characters; about ${maxBlocksText} are refused with msg_blocks_too_long.`,
    )
}

function addBlockHints(value: Json | undefined, found: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) addBlockHints(item, found)
  else if (isObject(value)) {
    addObjectHints(value, found)
    for (const name in value) addBlockHints(value[name], found)
  }
}

function addObjectHints({ type, text, url }: JsonObject, found: Set<string>): void {
  if (typeof type !== 'string') return
  if (newBlocks.has(type)) found.add(`Not every workspace takes \`${type}\` yet.`)
  if (type === 'button' && url !== undefined)
    found.add('A button with a `url` still sends an interaction, which the app has to acknowledge.')
  const isText = type === 'mrkdwn' || type === 'plain_text'
  if (isText && typeof text === 'string' && Buffer.byteLength(text) > maxText)
    found.add(
      `A text has fewer than ${maxText} characters and more than ${maxText} bytes; Slack does not say which of them it counts.`,
    )
}
