import {
  type DetailsNotification,
  type Detail,
  type Fact,
  type ListedProblem,
  type ListNotification,
  type NoticeNotification,
  type Notification,
  plainText,
  type ReportNotification,
  type RootNotification,
  type Section,
  type StateNotification,
  type StormNotification,
  trimSection,
} from '@slack-logger/core'
import { code, codeBlock, joined, link, markdown, plain, spans, time } from './markdown.ts'
import {
  colorOf,
  type DiscordMessage,
  type Embed,
  type EmbedField,
  isBlank,
  lengthOf,
  max,
  mentioned,
  type MessageBody,
  nobody,
} from './message.ts'
import { reportText, type UrlOf } from './report.ts'

export interface RenderContext {
  readonly urlOf: UrlOf
}

/** Renders a notification: as embeds, as one plain embed, or as text. */
export function render(
  notification: Notification,
  detail: Detail,
  context: RenderContext,
): DiscordMessage {
  const { threadName, ...rest } = named(notification)
  if (detail === 'text') return { threadName, body: textBody(notification) }
  if (detail === 'minimal') return { threadName, body: minimalBody(notification) }
  return { threadName, ...rest, ...full(notification, context) }
}

function named(notification: Notification): Pick<DiscordMessage, 'threadName' | 'state'> {
  const { title, state } = notification as Partial<RootNotification | StormNotification>
  const { headline } = notification as { readonly headline?: string }
  const name = plain(
    (title || headline || notification.kind).replace(/\s+/g, ' ').trim(),
    max.threadName,
  )
  return { threadName: visible.test(name) ? name : notification.kind, state }
}

/** Discord refuses a name of nothing else than white space and characters that are not shown. */
const visible = /[^\s\p{Default_Ignorable_Code_Point}]/u

function full(
  notification: Notification,
  context: RenderContext,
): Pick<DiscordMessage, 'body' | 'file'> {
  switch (notification.kind) {
    case 'root':
      return fullRoot(notification)
    case 'state':
      return { body: stateBody(notification) }
    case 'details':
      return { body: bodyOf(detailsEmbeds(notification)) }
    case 'storm':
      return { body: bodyOf([stormEmbed(notification, context)], notification) }
    case 'list':
      return { body: bodyOf([listEmbed(notification, context)]) }
    case 'notice':
      return { body: bodyOf([{ description: noticeText(notification, context) }]) }
    case 'report':
      return { body: bodyOf([reportEmbed(notification, context)]) }
    default:
      // A kind of a later version of the core.
      return { body: minimalBody(notification) }
  }
}

/** A body of which no part is blank. */
function bodyOf(
  embeds: readonly Embed[],
  { mentions = [] }: Partial<Pick<RootNotification, 'mentions'>> = {},
): MessageBody {
  const shown = embeds.filter((embed) => lengthOf(embed) > 0)
  return { ...mentioned(mentions), embeds: shown.length > 0 ? shown : [{ description: '\u200b' }] }
}

function textBody(notification: Notification): MessageBody {
  const { mentions = [] } = notification as Partial<RootNotification>
  // Here a text of a record stands beside them, so `@everyone` stays without effect.
  const { content, allowed_mentions } = mentioned(
    mentions.filter(({ kind }) => kind === 'user' || kind === 'group'),
  )
  const text = markdown(plainText(notification), max.content - content.length - 1)
  return {
    content: joined([content, isBlank(text) ? '\u200b' : text], '\n', max.content),
    embeds: [],
    allowed_mentions: { ...allowed_mentions, parse: nobody.parse },
  }
}

function minimalBody(notification: Notification): MessageBody {
  const description = markdown(plainText(notification), max.description)
  const { look } = notification as Partial<RootNotification>
  return bodyOf([embedOf({ description, look })], notification as Partial<RootNotification>)
}

/** Characters of the parts of a root, so that its stack has room. */
const room = {
  context: 400,
  message: 1300,
  place: 300,
  links: 700,
  notice: 300,
  head: 3200,
  fields: 1200,
  fact: 300,
}
/** A section with less room than this is left out. */
const minSection = 80

function fullRoot(root: RootNotification): Pick<DiscordMessage, 'body' | 'file'> {
  const { look, title, context, message, places, facts, links, notices, why } = root
  const head = [
    markdown(context, room.context),
    codeBlock(message, room.message),
    ...places.map((place) => markdown(place.label, 40) + code(place.code, room.place)),
    joined(
      links.map(({ label, url }) => link(label, url)),
      ' · ',
      room.links,
    ),
    ...notices.map((notice) => `⚠️ ${markdown(notice, room.notice)}`),
  ]
  const embed = embedOf({
    look,
    title: `${look.emoji} ${title}`,
    description: joined(head, '\n', room.head),
    fields: fieldsOf(facts),
    footer: why,
  })
  const { embeds, file } = sectionEmbeds(root.sections, max.text - lengthOf(embed))
  return { body: bodyOf([embed, ...embeds], root), file }
}

interface EmbedParts {
  readonly look?: RootNotification['look'] | undefined
  readonly title?: string
  readonly description?: string
  readonly fields?: readonly EmbedField[]
  readonly footer?: string
}

/** An embed without the parts that are blank. */
function embedOf({
  look,
  title = '',
  description = '',
  fields = [],
  footer = '',
}: EmbedParts): Embed {
  const shownTitle = markdown(title, max.title)
  const text = plain(footer, 500)
  return {
    ...(look !== undefined && { color: colorOf(look.color) }),
    ...(!isBlank(shownTitle) && { title: shownTitle }),
    ...(!isBlank(description) && { description }),
    ...(fields.length > 0 && { fields }),
    ...(!isBlank(text) && { footer: { text } }),
  }
}

function fieldsOf(facts: readonly Fact[]): readonly EmbedField[] {
  const fields: EmbedField[] = []
  let left = room.fields
  for (const { label, text, at, format = 'time' } of facts) {
    const name = markdown(label, 60)
    const value = at === undefined ? markdown(text, room.fact) : time(at, format)
    if (isBlank(name) || isBlank(value) || fields.length === max.fields) continue
    left -= name.length + value.length
    if (left >= 0) fields.push({ name, value, inline: true })
  }
  return fields
}

/** As many sections as there is room for, each in an embed; the whole stack as a file where it had to be trimmed. */
function sectionEmbeds(
  sections: readonly Section[],
  space: number,
): { readonly embeds: readonly Embed[]; readonly file: DiscordMessage['file'] } {
  const embeds: Embed[] = []
  let left = space
  let file: DiscordMessage['file']
  for (const section of sections) {
    const title = markdown(section.title, max.title)
    const available = Math.min(max.description, left - title.length)
    const whole = textOf(section)
    if (available < minSection || isBlank(whole)) continue
    const description = sectionBlock(section, available)
    embeds.push(embedOf({ title: section.title, description }))
    left -= title.length + description.length
    if (section.kind === 'stack' && description !== codeBlock(whole, Infinity))
      file = { filename: 'stack.txt', title: section.title, content: whole }
  }
  return { embeds: embeds.slice(0, max.embeds - 1), file }
}

function textOf(section: Section): string {
  return section.kind === 'text' ? section.text : section.lines.map(({ text }) => text).join('\n')
}

/** Trims before the marks are broken up, which takes room, too. */
function sectionBlock(section: Section, available: number): string {
  const fence = '```\n\n```'.length
  const trimmed = trimSection(section, available - fence)
  const grown = codeBlock(trimmed, Infinity).length - fence - trimmed.length
  return codeBlock(grown > 0 ? trimSection(section, available - fence - grown) : trimmed, available)
}

function stateBody(state: StateNotification): MessageBody {
  const { at, line, isBroadcast, look, service, headline, why } = state
  if (!isBroadcast)
    return {
      content: `${time(at, 'time')} ${markdown(line, max.content - 30)}`,
      embeds: [],
      allowed_mentions: nobody,
    }
  const description = joined([markdown(line, 1000), markdown(service, 200)], ' · ', 1300)
  return bodyOf(
    [embedOf({ look, title: `${look.emoji} ${headline}`, description, footer: why })],
    state,
  )
}

function detailsEmbeds({ parts }: DetailsNotification): readonly Embed[] {
  const embeds: Embed[] = []
  let left: number = max.text
  for (const part of parts.slice(0, max.embeds)) {
    const title = part.kind === 'literal' ? markdown(part.title ?? '', max.title) : ''
    const available = Math.min(max.description, left - title.length)
    if (available < minSection) break
    const description =
      part.kind === 'literal'
        ? codeBlock(part.text, available)
        : markdown(part.text, available / 2) + code(part.code, available / 2)
    embeds.push(embedOf({ title: part.kind === 'literal' ? (part.title ?? '') : '', description }))
    left -= title.length + description.length
  }
  return embeds
}

function stormEmbed(storm: StormNotification, context: RenderContext): Embed {
  const { look, title, cause, problems, more, notices, why } = storm
  const lines = [
    spans(storm.context, room.context),
    cause === '' ? '' : `➡️ ${markdown(cause, 400)}`,
    ...problems.map((problem, index) => `${index + 1}. ${problemLine(problem, context)}`),
    markdown(more, 200),
    ...notices.map((notice) => `⚠️ ${markdown(notice, room.notice)}`),
  ]
  return embedOf({
    look,
    title: `${look.emoji} ${title}`,
    description: joined(lines, '\n', max.description),
    footer: why,
  })
}

function reportEmbed(report: ReportNotification, { urlOf }: RenderContext): Embed {
  const { look, title, facts, foot } = report
  return embedOf({
    look,
    title: title === '' ? '' : `${look.emoji} ${title}`,
    description: reportText(report, urlOf),
    fields: fieldsOf(facts),
    footer: foot,
  })
}

function listEmbed({ headline, problems }: ListNotification, context: RenderContext): Embed {
  const lines = problems.map((problem) => `- ${problemLine(problem, context)}`)
  return embedOf({ title: headline, description: joined(lines, '\n', max.description) })
}

function problemLine(
  { count, title, culprit, ref }: ListedProblem,
  { urlOf }: RenderContext,
): string {
  const url = ref === undefined ? undefined : urlOf(ref)
  const name = url === undefined ? markdown(title, 240) : link(title, url)
  return [`**${count}×**`, name, code(culprit, 160)].filter((part) => part !== '').join(' ')
}

function noticeText({ text, at, ref }: NoticeNotification, { urlOf }: RenderContext): string {
  const url = ref === undefined ? undefined : urlOf(ref)
  const shown = url === undefined ? markdown(text, 2000) : link(text, url)
  return joined([shown, at === undefined ? '' : time(at, 'date')], '\n', max.description)
}
