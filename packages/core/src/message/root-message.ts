import type { LogEvent } from '../event/log-event.ts'
import type { IncidentView } from '../incident/incident.ts'
import { textLength } from './blocks.ts'
import { ellipsize } from './cut-text.ts'
import type { MessageSettings } from './message-settings.ts'
import { detailBlock, minimalBlocks, rootFrame, whyAttachment } from './root-blocks.ts'
import type { RootDetail, RootFrame } from './root-blocks.ts'
import { rootContent } from './root-content.ts'
import type { RootExtras } from './root-content.ts'
import { notificationText, plainAttachment, plainText, wholeText } from './root-text.ts'
import { showData } from './show-data.ts'
import { showRequest } from './show-request.ts'
import type { SlackAttachment, SlackMessage } from './slack-message.ts'
import { maxBlocksText } from './slack-limits.ts'
import { trimStack } from './trim-stack.ts'
import { wordsFor } from './words.ts'
import type { Words } from './words.ts'

const maxInlineStack = 2200
const maxInlineData = 900
const minDetail = 80

/**
 * The message that stands for an incident, as it is now: posted once, then edited.
 *
 * It says what broke, where, for whom, how often, and why it is here; the rest is in its thread.
 */
export function buildRootMessage(
  view: IncidentView,
  settings: MessageSettings,
  extras: RootExtras = {},
): SlackMessage {
  const content = rootContent(view, settings, extras)
  const words = wordsFor(settings.locale)
  const text = notificationText(content)
  if (settings.profile === 'plain') {
    const { error } = view.sample
    const stack = error?.stack === undefined ? '' : trimStack(error, 1000, settings)
    const attachment = plainAttachment(content, { words, stack, time: view.lastSeen })
    return { text: plainText(content), attachments: [attachment] }
  }
  if (settings.detail === 'text') return { text: wholeText(content, words) }
  if (settings.detail === 'minimal') return { text, blocks: minimalBlocks(content, words) }
  const attachment = whyAttachment(content)
  const frame = rootFrame(content, words)
  const details =
    settings.profile === 'inline'
      ? inlineDetails(view.sample, settings, roomIn(frame, attachment))
      : []
  const blocks = [...frame.above, ...details.map(detailBlock), ...frame.below]
  return { text, blocks, attachments: [attachment] }
}

/** How many characters Slack takes besides. */
function roomIn({ above, below }: RootFrame, attachment: SlackAttachment): number {
  return maxBlocksText - textLength(above) - textLength(below) - textLength(attachment)
}

/** What stands in the thread where there is one, as far as there is room. */
function inlineDetails(
  event: LogEvent,
  settings: MessageSettings,
  room: number,
): readonly RootDetail[] {
  const words = wordsFor(settings.locale)
  const details: RootDetail[] = []
  let left = room
  for (const { title, max, render } of inlineParts(event, settings, words)) {
    const available = Math.min(max, left - title.length - minDetail)
    if (available < minDetail) continue
    const text = ellipsize(render(available), available)
    if (text.trim() === '') continue
    details.push({ title, text })
    left -= title.length + text.length
  }
  return details
}

interface InlinePart {
  readonly title: string
  readonly max: number
  readonly render: (max: number) => string
}

function inlineParts(
  event: LogEvent,
  settings: MessageSettings,
  words: Words,
): readonly InlinePart[] {
  const { error, request } = event
  const { labels } = words
  return [
    {
      title: labels.stack,
      max: maxInlineStack,
      render: (max) => (error?.stack === undefined ? '' : trimStack(error, max, settings)),
    },
    {
      title: labels.request,
      max: maxInlineData,
      render: () => (request === undefined ? '' : showRequest(request, words)),
    },
    { title: labels.data, max: maxInlineData, render: () => showData(event) },
  ]
}
