import { type Words, wordsFor } from '../../notification/locale/locale.ts'
import { showCount, showDuration } from '../../notification/numbers.ts'
import type { MessageSettings } from '../../notification/settings.ts'
import { ellipsize, shortText } from '../../notification/text.ts'
import { showTime } from '../../notification/times.ts'
import type { SlackMessage } from '../message.ts'
import { contextBlock, linePart, plain, plainSectionBlock, richTextBlock } from './blocks.ts'
import { escapeMrkdwn } from './mrkdwn.ts'
import { inert } from './root.ts'

/** What a process found at its start that an earlier one had left to tell. */
export interface LateView {
  /** The earlier process, if it did not end in order. */
  readonly died?: DiedProcess
  /** Alerts that follow late. */
  readonly late: number
  /** Alerts that are no longer worth telling. */
  readonly tooOld: number
  /** From which age on they are not, in milliseconds. */
  readonly maxAgeMs: number
  /** Alerts that could not be read any more. */
  readonly lost: number
}

/** A process that died. */
export interface DiedProcess {
  readonly pid?: number
  /** When it was last heard of, in milliseconds since 1970. */
  readonly at?: number
  readonly uptimeMs?: number
  readonly release?: string
}

/** One message about what is told late: `The previous process (pid 812, up for 3 h) died before it could tell everything.` */
export function buildLateMessage(late: LateView, settings: MessageSettings): SlackMessage {
  const line = lateLine(late, settings)
  if (settings.detail === 'text' || settings.profile === 'plain') return { text: inert(line) }
  const text = escapeMrkdwn(line)
  if (settings.detail === 'minimal') return { text, blocks: [plainSectionBlock(line)] }
  const at = late.died?.at
  const when = at === undefined ? [] : [contextBlock(showTime(at, '{date_short_pretty} {time}'))]
  return { text, blocks: [richTextBlock([linePart(plain(line))]), ...when] }
}

/** Unescaped. */
function lateLine(late: LateView, settings: MessageSettings): string {
  const words = wordsFor(settings.locale)
  const service = ellipsize(shortText(settings.service, settings.sanitize), 60)
  const maxAge = showDuration(late.maxAgeMs, words.duration)
  const sentences = [
    late.died === undefined ? '' : describeDeath(late.died, words, settings),
    late.late > 0 ? words.late.late(showCount(late.late)) : '',
    late.tooOld > 0 ? words.late.tooOld(showCount(late.tooOld), maxAge) : '',
    late.lost > 0 ? words.late.dropped(showCount(late.lost)) : '',
  ].filter((sentence) => sentence !== '')
  return `${late.died === undefined ? '🕓' : '💀'} ${service}: ${sentences.join(' ')}`
}

/** `The previous process (pid 812, up for 3 h) died before it could tell everything.` */
export function describeDeath(died: DiedProcess, words: Words, settings: MessageSettings): string {
  const details = [
    died.pid === undefined ? '' : words.late.pid(String(died.pid)),
    died.uptimeMs === undefined
      ? ''
      : words.late.uptime(showDuration(died.uptimeMs, words.duration)),
    ellipsize(shortText(died.release ?? '', settings.sanitize), 60),
  ]
  return words.late.died(details.filter((detail) => detail !== '').join(', '))
}
