import type { LogEvent } from '../event/log-event.ts'
import type { IncidentView } from '../incident/incident.ts'
import { ellipsize, headOf } from './cut-text.ts'
import { headline } from './headline.ts'
import type { MessageSettings } from './message-settings.ts'
import { literalPieces, packPieces } from './reply-pieces.ts'
import type { ReplyPiece } from './reply-pieces.ts'
import { replySections } from './reply-sections.ts'
import type { ReplySection } from './reply-sections.ts'
import { shortText } from './short-text.ts'
import type { SlackFile, SlackMessage } from './slack-message.ts'
import { maxPieces, maxPieceText } from './slack-limits.ts'
import { wordsFor } from './words.ts'

/** What a thread begins with. */
export interface Replies {
  readonly messages: readonly SlackMessage[]
  /** All of it, where the messages had to be trimmed. */
  readonly file?: SlackFile
}

/** What replies need beside their incident. */
export interface ReplyContext {
  /** Events before the one that is shown, oldest first. */
  readonly breadcrumbs: readonly LogEvent[]
  /**
   * Whether files can be uploaded; without, what is too long for a thread is trimmed.
   *
   * @default true
   */
  readonly files?: boolean
}

/** The shares of the sections in a thread that had to be trimmed, in characters: the stack has most to tell. */
const maxTrimmedStack = 2 * maxPieceText
const maxTrimmedSection = 1500

const maxHint = 300

/**
 * The first replies in an incident's thread: the stack with its causes, the request, what else was logged, the log lines
 * before. Literal, in pieces cut at line ends, in as few messages as Slack takes.
 */
export function buildReplies(
  view: IncidentView,
  context: ReplyContext,
  settings: MessageSettings,
): Replies {
  const sections = replySections(view, context.breadcrumbs, settings)
  const pieces = sections.flatMap(({ title, text }) => literalPieces(title, text))
  const hint = hintPieces(view, settings)
  const pack = (packed: readonly ReplyPiece[]): readonly SlackMessage[] =>
    packPieces(packed, headline(view.sample, settings), settings.detail)
  if (pieces.length <= maxPieces) return { messages: pack([...pieces, ...hint]) }
  const trimmed = [...sections.flatMap(trimmedPieces), ...hint]
  if (context.files === false) return { messages: pack(trimmed) }
  const file = fileOf(view, sections, settings)
  const note = wordsFor(settings.locale).inFile
  return { messages: pack([...trimmed, { kind: 'prose', text: note, code: file.filename }]), file }
}

function trimmedPieces({ title, trim }: ReplySection, index: number): readonly ReplyPiece[] {
  return literalPieces(title, trim(index === 0 ? maxTrimmedStack : maxTrimmedSection))
}

/** What the logger lost, and the one-line fix. */
function hintPieces({ sample }: IncidentView, settings: MessageSettings): readonly ReplyPiece[] {
  if (sample.hint === undefined) return []
  const words = wordsFor(settings.locale)
  // A fix is code, and code has quotes.
  const sanitize = { ...settings.sanitize, quotes: 'keep' as const }
  const [lost, fix] = [sample.hint.lost, sample.hint.fix].map((text) =>
    ellipsize(shortText(text, sanitize), maxHint),
  )
  const text = `💡 ${words.mislogged(lost ?? '')}`
  return [{ kind: 'prose', text: fix ? `${text}\n${words.fix}` : text, code: fix ?? '' }]
}

function fileOf(
  view: IncidentView,
  sections: readonly ReplySection[],
  settings: MessageSettings,
): SlackFile {
  const { time } = view.sample
  const stamp = Number.isFinite(time) ? String(Math.floor(time / 1000)) : 'error'
  const service = settings.service.replace(/[^\w.-]+/g, '-').slice(0, 60)
  return {
    filename: `${service}-${stamp}.txt`,
    title: headOf(headline(view.sample, settings), 150),
    content: sections.map(({ title, text }) => `${title}\n\n${text}\n`).join('\n'),
  }
}
