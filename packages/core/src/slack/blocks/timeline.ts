import type { IncidentView } from '../../incident/incident.ts'
import { showCounter } from '../../notification/facts.ts'
import { endpointOf, headline } from '../../notification/headline.ts'
import { type Words, wordsFor } from '../../notification/locale/locale.ts'
import { showCount, showDuration } from '../../notification/numbers.ts'
import { lookOf, whyLine } from '../../notification/root.ts'
import type { MessageSettings } from '../../notification/settings.ts'
import { ellipsize, shortText } from '../../notification/text.ts'
import { showTime } from '../../notification/times.ts'
import type { SlackMessage } from '../message.ts'
import {
  bold,
  contextBlock,
  linePart,
  plain,
  plainSectionBlock,
  richTextBlock,
  sectionBlock,
} from './blocks.ts'
import { escapeMrkdwn, literalMrkdwn } from './mrkdwn.ts'

/** What became of an incident, for a line in its thread. */
export interface StateChange {
  /**
   * `count` for a new order of magnitude, `back` for an occurrence after silence, `reopened` when a mark was taken off,
   * `suppressed` for occurrences without a message of their own.
   */
  readonly kind: 'count' | 'quiet' | 'back' | 'suppressed' | 'resolved' | 'muted' | 'reopened'
  /** In milliseconds since 1970. */
  readonly at: number
  /** For `back`: how long it was silent, in milliseconds. */
  readonly silentMs?: number
  /** For `suppressed`: how many. */
  readonly count?: number
}

/** How a line of the timeline is told. */
export interface StateLineOptions {
  /**
   * Whether the reply is shown in the channel too, where it must make sense without its thread.
   *
   * @default false
   */
  readonly isLoud?: boolean
  /** Ready markup, as in `'<!here>'`. It must come from the configuration, never from a record. */
  readonly mentions?: string
}

/** What {@link buildStateLine} tells of. */
export interface StateLineSubject extends StateLineOptions {
  readonly view: IncidentView
  readonly change: StateChange
}

/**
 * One line in the timeline that an incident's thread is: `14:02 ×100 · 3.1/s · 2 hosts`, `14:31 quiet`, `16:10 back after 1 h
 * 39 min`.
 */
export function buildStateLine(subject: StateLineSubject, settings: MessageSettings): SlackMessage {
  const line = describeChange(subject.view, subject.change, wordsFor(settings.locale))
  if (subject.isLoud) return buildLoudLine(line, subject, settings)
  return { text: `${showTime(subject.change.at, '{time}')} ${line}` }
}

/** What also stands in the channel says of what it speaks. */
function buildLoudLine(
  line: string,
  { view, mentions = '' }: StateLineSubject,
  settings: MessageSettings,
): SlackMessage {
  const service = ellipsize(shortText(settings.service, settings.sanitize), 60)
  const start = `${lookOf(view).emoji} ${service}: `
  const what = joinParts([headline(view.sample, settings), endpointOf(view.sample, settings)])
  const why = whyLine(view, wordsFor(settings.locale))
  if (settings.detail === 'text') {
    return { text: joinParts([literalMrkdwn(start + what), line, mentions]) }
  }
  const text = joinParts([escapeMrkdwn(start + what), line])
  if (settings.detail === 'minimal') {
    const blocks = [plainSectionBlock(`${start}${what}\n${line}\n${why}`)]
    return { text, blocks: mentions === '' ? blocks : [...blocks, sectionBlock(mentions)] }
  }
  const blocks = [
    richTextBlock([linePart(plain(start), bold(line)), linePart(plain(what))]),
    contextBlock(joinParts([literalMrkdwn(why), mentions])),
  ]
  return { text, blocks }
}

function joinParts(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ')
}

/** Of numbers and fixed words only, so it needs no escaping. */
function describeChange(view: IncidentView, change: StateChange, words: Words): string {
  const counter = `×${showCounter(view, words)}`
  switch (change.kind) {
    case 'count': {
      const hosts = view.hosts.length > 1 ? ` · ${words.hosts(showCount(view.hosts.length))}` : ''
      return counter + hosts
    }
    case 'back':
      return change.silentMs === undefined
        ? words.reopened
        : words.back(showDuration(change.silentMs, words.duration))
    case 'reopened':
      return words.reopened
    case 'suppressed':
      return words.suppressed(showCount(change.count ?? 0))
    default:
      return words.state[change.kind]
  }
}
