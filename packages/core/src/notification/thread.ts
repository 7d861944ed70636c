import type { LogEvent } from '../event/log-event.ts'
import type { IncidentView } from '../incident/incident.ts'
import { showBreadcrumbs, showData, showRequest } from './details.ts'
import { headline, maxMessage, serviceOf } from './headline.ts'
import { cleanText, cutBefore, headOf, limitLength, shortText } from './text.ts'
import { wordsFor } from './locale/locale.ts'
import type {
  DetailsNotification,
  DetailsPart,
  NotificationSettings,
  Section,
  TextFile,
  TextLimits,
  ThreadContent,
} from './notification.ts'
import { stackSection, trimSection } from './stack.ts'

/** What the thread of an incident depends on beside the incident. */
export interface ThreadContext {
  /** Events before the one that is shown, oldest first. */
  readonly breadcrumbs: readonly LogEvent[]
  readonly limits: TextLimits
  /** Whether files can be uploaded; without, a text that is too long for a thread is trimmed. */
  readonly files: boolean
}

/** Characters of a section, other than the stack, in a thread that had to be trimmed. */
const maxTrimmedSection = 1500
const maxHint = 300

/**
 * The first messages in an incident's thread: the stack with its causes, the request, the logged fields, the log lines before.
 * Literal, in parts cut at line ends, in as few messages as the destination takes.
 */
export function buildThread(
  { sample }: Pick<IncidentView, 'sample'>,
  { breadcrumbs, limits, files }: ThreadContext,
  settings: NotificationSettings,
): ThreadContent {
  const title = headline(sample, settings)
  const sections = sectionsOf(sample, breadcrumbs, settings)
  const partsWithin = (trim: (section: Section, index: number) => string): readonly DetailsPart[] =>
    sections.flatMap((section, index) =>
      literalParts(section.title, trim(section, index), limits.part),
    )
  let parts = partsWithin(wholeText)
  let file: TextFile | undefined
  if (parts.length > limits.parts) {
    parts = partsWithin((section, index) =>
      trimText(section, index === 0 ? 2 * limits.part : maxTrimmedSection, settings),
    )
    if (files) file = fileOf(sample, sections, settings)
  }
  const hint = hintParts(sample, settings)
  if (file === undefined) return { messages: packParts([...parts, ...hint], title, limits) }
  const text = wordsFor(settings.locale).inFile
  const note: DetailsPart = { kind: 'prose', text, code: file.filename }
  return { messages: packParts([...parts, ...hint, note], title, limits), file }
}

function sectionsOf(
  event: LogEvent,
  breadcrumbs: readonly LogEvent[],
  settings: NotificationSettings,
): readonly Section[] {
  const words = wordsFor(settings.locale)
  const { labels } = words
  const { error, request } = event
  const texts: readonly (readonly [title: string, text: string])[] = [
    [labels.message, cleanText(cutMessage(event))],
    [labels.request, request === undefined ? '' : showRequest(request, words)],
    [labels.data, showData(event)],
    [labels.before, showBreadcrumbs(breadcrumbs, event.time)],
  ]
  const sections = texts
    .filter(([, text]) => text.trim() !== '')
    .map(([title, text]): Section => ({ kind: 'text', title, text }))
  const hasStack = error?.stack !== undefined || error?.cause !== undefined || error?.errors.length
  return error !== undefined && hasStack ? [stackSection(error, words), ...sections] : sections
}

/** The message that the root shows only the beginning of, unless a stack starts with it. */
function cutMessage({ message, error }: LogEvent): string {
  if (error !== undefined && error.stack === undefined && error.message.length > maxMessage) {
    return error.message
  }
  return message.length > maxMessage && error?.message !== message ? message : ''
}

function wholeText(section: Section): string {
  return trimSection(section, Infinity)
}

function trimText(section: Section, maxLength: number, { locale }: NotificationSettings): string {
  if (section.kind === 'stack' || section.text.length <= maxLength) {
    return trimSection(section, maxLength)
  }
  // The omission mark comes on top of the limit.
  return limitLength(section.text, Math.max(0, maxLength - 40), { locale })
}

/** What the logger call lost, and the one-line fix. */
function hintParts({ hint }: LogEvent, settings: NotificationSettings): readonly DetailsPart[] {
  if (hint === undefined) return []
  const words = wordsFor(settings.locale)
  // A fix is code, and code has quotes.
  const sanitize = { ...settings.sanitize, quotes: 'keep' as const }
  const [lost = '', fix = ''] = [hint.lost, hint.fix].map((text) =>
    shortText(text, sanitize, maxHint),
  )
  const text = `💡 ${words.mislogged(lost)}`
  return [{ kind: 'prose', text: fix === '' ? text : `${text}\n${words.fix}`, code: fix }]
}

function fileOf(
  event: LogEvent,
  sections: readonly Section[],
  settings: NotificationSettings,
): TextFile {
  const stamp = Number.isFinite(event.time) ? String(Math.floor(event.time / 1000)) : 'error'
  const service = serviceOf(event, settings)
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 60)
  return {
    filename: `${service}-${stamp}.txt`,
    title: headOf(headline(event, settings), 150),
    content: sections.map((each) => `${each.title}\n\n${wholeText(each)}\n`).join('\n'),
  }
}

/** A text as literal parts, the first one below the title. */
export function literalParts(
  title: string,
  text: string,
  maxLength: number,
): readonly DetailsPart[] {
  return splitText(text, maxLength).map((piece, index) => ({
    kind: 'literal',
    title: index === 0 ? title : undefined,
    text: piece,
  }))
}

/** As few messages as hold the parts. */
export function packParts(
  parts: readonly DetailsPart[],
  title: string,
  limits: TextLimits,
): readonly DetailsNotification[] {
  const groups: DetailsPart[][] = []
  let room = 0
  for (const part of parts) {
    const length = lengthOf(part)
    const group = groups.at(-1)
    if (group !== undefined && length <= room) group.push(part)
    else {
      groups.push([part])
      room = limits.message
    }
    room -= length
  }
  return groups.map((group) => ({ kind: 'details', headline: title, parts: group }))
}

function lengthOf(part: DetailsPart): number {
  const beside = part.kind === 'literal' ? (part.title ?? '') : part.code
  return part.text.length + beside.length
}

/**
 * The text in pieces of at most `maxLength` characters, cut at line ends; only a line that is longer than a piece is cut inside. No
 * piece is blank.
 */
export function splitText(text: string, maxLength: number): readonly string[] {
  const pieces: string[] = []
  let start = 0
  while (start < text.length) {
    const end = endOfPiece(text, start, maxLength)
    const piece = text.slice(start, end)
    if (piece.trim() !== '') pieces.push(piece)
    start = text[end] === '\n' ? end + 1 : end
  }
  return pieces
}

function endOfPiece(text: string, start: number, maxLength: number): number {
  const limit = start + maxLength
  if (limit >= text.length) return text.length
  const lineEnd = text.lastIndexOf('\n', limit)
  if (lineEnd >= start) return lineEnd
  const cut = cutBefore(text, limit)
  return cut > start ? cut : limit
}
