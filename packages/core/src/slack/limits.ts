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

/** Fields of one section. */
export const maxFields = 10

/** The text of one field of a section. */
export const maxFieldText = 2000

/** Elements of one context block. */
export const maxContextElements = 10

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

/** The address behind a link. */
export const maxUrl = 3000

/**
 * Characters in one literal piece of a thread: what a text object takes, and still pleasant to scroll through on a phone.
 */
export const maxPieceText: number = maxSectionText

/** Pieces in a thread before what is left becomes a file. */
export const maxPieces = 4
