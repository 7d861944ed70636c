/**
 * The largest sizes that Slack accepts.
 *
 * @see https://docs.slack.dev/reference/block-kit/blocks
 */
export const maxBlocks = 50
export const maxBlockId = 255
export const maxActionId = 255
export const maxText = 3000
export const maxHeaderText = 150
export const maxSectionFields = 10
export const maxFieldText = 2000
export const maxContextElements = 10
export const maxActionsElements = 25
export const maxContextActionsElements = 5
export const maxAltText = 2000
export const maxUrl = 3000
export const maxImageTitle = 2000
export const maxMarkdownText = 12_000
export const maxLabelText = 2000

export const maxTableRows = 100
export const maxTableCells = 20
export const maxTableCharacters = 10_000
export const maxDataTableRows = 201
export const maxDataTableColumns = 20
export const maxDataTableCharacters = 20_000
export const maxPageSize = 100

export const maxVisualizations = 2
export const maxVisualizationTitle = 50
export const maxVisualizationLabel = 20
export const maxSeries = 6
export const maxPoints = 20

export const maxCardTitle = 150
export const maxCardBody = 200
export const maxCardActions = 3
export const maxCarouselCards = 10
export const maxContainerBlocks = 10
export const maxVideoTitle = 199
export const maxVideoAuthor = 49

export const maxButtonText = 75
export const maxButtonValue = 2000
export const maxConfirmTitle = 100
export const maxConfirmText = 300
export const maxConfirmButton = 30
export const maxOptionText = 75
export const maxOptionValue = 150
export const maxOverflowOptions = 5
export const maxSelectOptions = 100
export const maxCheckboxes = 10
export const maxPlaceholder = 150

export const maxAttachments = 100
export const maxAttachmentActions = 5
export const maxAttachmentFooter = 300

/**
 * All text of a message's blocks together. Slack documents no number; its staff mention "~12,000 characters".
 *
 * @see https://github.com/slackapi/bolt-js/issues/2509
 */
export const maxBlocksText = 12_000

/** How many characters `text` has, as Slack counts: code points. */
export function countCharacters(text: string): number {
  let count = text.length
  for (let index = 0; index < text.length - 1; index += 1)
    if (isSurrogatePair(text.charCodeAt(index), text.charCodeAt(index + 1))) count -= 1
  return count
}

function isSurrogatePair(high: number, low: number): boolean {
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff
}
