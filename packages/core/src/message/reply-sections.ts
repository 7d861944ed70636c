import type { LogEvent } from '../event/log-event.ts'
import type { IncidentView } from '../incident/incident.ts'
import { cleanText } from './clean-text.ts'
import { limitLength } from './limit-length.ts'
import type { MessageSettings } from './message-settings.ts'
import { maxMessage } from './root-content.ts'
import { showBreadcrumbs } from './show-breadcrumbs.ts'
import { showData } from './show-data.ts'
import { showRequest } from './show-request.ts'
import { trimStack, wholeStack } from './trim-stack.ts'
import { wordsFor } from './words.ts'

/** A literal text of a thread with its title. */
export interface ReplySection {
  readonly title: string
  readonly text: string
  /** The text within a length, with what tells most. */
  readonly trim: (maxLength: number) => string
}

/** What a thread says about an incident, the most telling first. */
export function replySections(
  { sample }: IncidentView,
  breadcrumbs: readonly LogEvent[],
  settings: MessageSettings,
): readonly ReplySection[] {
  const words = wordsFor(settings.locale)
  const { labels } = words
  const { error, request } = sample
  const sections: ReplySection[] = []
  const add = (title: string, text: string): void => {
    const trim = (maxLength: number): string => trimText(text, maxLength, settings)
    if (text.trim() !== '') sections.push({ title, text, trim })
  }
  if (error !== undefined && (error.stack !== undefined || hasMore(sample))) {
    sections.push({
      title: labels.stack,
      text: wholeStack(error, settings),
      trim: (maxLength) => trimStack(error, maxLength, settings),
    })
  }
  add(labels.message, cleanText(cutMessage(sample)))
  if (request !== undefined) add(labels.request, showRequest(request, words))
  add(labels.data, showData(sample))
  add(labels.before, showBreadcrumbs(breadcrumbs, sample.time))
  return sections
}

function hasMore({ error }: LogEvent): boolean {
  return error !== undefined && (error.cause !== undefined || error.errors.length > 0)
}

/** What the root shows only the beginning of, if it stands at the head of no stack. */
function cutMessage({ message, error }: LogEvent): string {
  if (error !== undefined && error.stack === undefined && error.message.length > maxMessage) {
    return error.message
  }
  return message.length > maxMessage && error?.message !== message ? message : ''
}

function trimText(text: string, maxLength: number, { locale }: MessageSettings): string {
  // The mark of what was left out comes on top of the limit.
  return text.length <= maxLength
    ? text
    : limitLength(text, Math.max(0, maxLength - 40), { locale })
}
