import type { TextLimits } from '../notification/notification.ts'

/**
 * Sizes that Slack refuses to exceed, in characters unless said otherwise, and the ones we keep below them.
 *
 * @see https://docs.slack.dev/reference/block-kit/blocks
 * @see https://docs.slack.dev/reference/block-kit/composition-objects/text-object
 */

/** Blocks in one message. */
export const maxBlocks = 50

/** Attachments in one message: `too_many_attachments`. */
export const maxAttachments = 100

/** The text of a header block. */
export const maxHeaderText = 150

/** The text of a section, a context element or any other text object. */
export const maxSectionText = 3000

/** The text of a button or of a menu's option. */
export const maxButtonText = 75

/** The text of one field of a section. */
export const maxFieldText = 2000

/**
 * A message's `text`. `chat.update` refuses more with `msg_too_long`; `chat.postMessage` cuts longer ones into several
 * messages, in the midst of a fence if need be.
 *
 * @see https://docs.slack.dev/reference/methods/chat.update
 */
export const maxText = 4000

/**
 * The text in all blocks of one message. Slack documents no number and answers `msg_blocks_too_long` from about 11,300
 * characters on.
 *
 * @see https://github.com/slackapi/bolt-js/issues/2509
 */
export const maxBlocksText = 10_000

/**
 * The title of a chart, and its labels and names of series.
 *
 * @see https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
 */
export const maxChartTitle = 50
export const maxChartLabel = 20

/** How much text a thread takes: parts as long as a text object, which are still short enough to read on a phone. */
export const textLimits: TextLimits = { part: maxSectionText, message: maxBlocksText, parts: 4 }
