import type { Detail } from '../../delivery/destination.ts'
import type { Fact, Link, RootNotification, Section } from '../../notification/notification.ts'
import { trimSection } from '../../notification/stack.ts'
import { ellipsize, joinTexts } from '../../notification/text.ts'
import { maxBlocksText, maxSectionText, maxText } from '../limits.ts'
import type { SlackAttachment, SlackBlock, SlackMessage } from '../message.ts'
import { actionsBlock } from './actions.ts'
import {
  bold,
  code,
  coloredAttachment,
  contextBlock,
  headerBlock,
  linePart,
  literalPart,
  mentionBlocks,
  noticeBlocks,
  plain,
  plainSectionBlock,
  richTextBlock,
  sectionBlock,
  textLength,
  escapeMrkdwn,
  fencedMrkdwn,
  inertMrkdwn,
  linkMrkdwn,
  literalMrkdwn,
  mentionsMrkdwn,
  timeMrkdwn,
} from './blocks.ts'

const maxContextText = 800
/** Wide enough to tell facts apart where they share a line. */
const factSeparator = '   '
const maxFactText = 200
const maxLinksText = 1000
/** A longer one, as of an issue that is filled in, does not share the line with others. */
const maxLinkText = 600
const maxLongLinks = 2
const maxNoticeText = 300
const maxInlineStack = 2200
const maxInlineText = 900
/** A section with less room than this is left out. */
const minSection = 80
const maxFenced = 2400
const maxPlainStack = 1200

/** The message that stands for an incident. */
export function renderRoot(root: RootNotification, detail: Detail): SlackMessage {
  if (detail === 'text') return { text: wholeText(root) }
  // Formatting marks stay as they are, since nobody formats push notifications.
  const text = ellipsize(escapeMrkdwn(root.headline), maxText)
  if (detail === 'minimal') return { text, blocks: minimalBlocks(root) }
  return { text, ...fullBlocks(root) }
}

function fullBlocks(root: RootNotification): Pick<SlackMessage, 'blocks' | 'attachments'> {
  const { look, title, context, message, facts, links, notices, actions, why } = root
  const where = joinTexts(
    [ellipsize(literalMrkdwn(context), maxContextText), mentionsMrkdwn(root.mentions)],
    ' · ',
  )
  const above = [headerBlock(`${look.emoji} ${title}`)]
  if (where !== '') above.push(sectionBlock(where))
  const parts = [
    ...(message === '' ? [] : [literalPart(message)]),
    ...root.places.map((place) => linePart(plain(place.label), code(place.code))),
  ]
  if (parts.length > 0) above.push(richTextBlock(parts))
  if (facts.length > 0)
    above.push(sectionBlock(joinTexts(facts.map(showFact), factSeparator, maxSectionText)))
  const below = [
    ...linkBlocks(links),
    ...noticeBlocks(notices.map((notice) => ellipsize(literalMrkdwn(notice), maxNoticeText))),
    ...(actions === undefined || actions.offered.length === 0 ? [] : [actionsBlock(actions)]),
  ]
  const attachment = coloredAttachment(look.color, escapeMrkdwn(why))
  const room = maxBlocksText - textLength(above) - textLength(below) - textLength(attachment)
  const sections = sectionBlocks(root.sections, room)
  return { blocks: [...above, ...sections, ...below], attachments: [attachment] }
}

function linkBlocks(links: readonly Link[]): readonly SlackBlock[] {
  const all = links.map(linkMrkdwn)
  const short = all.filter((link) => link.length <= maxLinkText)
  const long = all.filter((link) => link.length > maxLinkText && link.length <= maxSectionText)
  const lines = [joinTexts(short, ' · ', maxLinksText), ...long.slice(0, maxLongLinks)]
  return lines.filter((line) => line !== '').map(contextBlock)
}

/** As many sections as there is room for. */
function sectionBlocks(sections: readonly Section[], room: number): readonly SlackBlock[] {
  const blocks: SlackBlock[] = []
  let left = room
  for (const section of sections) {
    const { title, kind } = section
    const max = kind === 'stack' ? maxInlineStack : maxInlineText
    const available = Math.min(max, left - title.length - minSection)
    if (available < minSection) continue
    const text = trimSection(section, available)
    if (text.trim() === '') continue
    blocks.push(richTextBlock([linePart(bold(title)), literalPart(text)]))
    left -= title.length + text.length
  }
  return blocks
}

function showFact(fact: Fact): string {
  return `*${fact.label}* ${factMrkdwn(fact)}`
}

function factMrkdwn({ text, at, format = 'time' }: Fact): string {
  return at === undefined ? ellipsize(literalMrkdwn(text), maxFactText) : timeMrkdwn(at, format)
}

/** The essentials in plain text blocks, without any markup. */
function minimalBlocks(root: RootNotification): readonly SlackBlock[] {
  const facts = root.facts.map(({ label, text }) => `${label}: ${text}`)
  const texts = [
    `${root.look.emoji} ${root.title}`,
    root.context,
    messageAndPlaces(root),
    joinTexts([...facts, ...root.notices, root.why], '\n'),
  ]
  return [
    ...mentionBlocks(root.mentions),
    ...texts.filter((text) => text !== '').map(plainSectionBlock),
  ]
}

function messageAndPlaces({ message, places }: RootNotification): string {
  return joinTexts([message, ...places.map((place) => place.label + place.code)], '\n')
}

/** The essentials as text alone, for where even plain blocks are refused. */
function wholeText(root: RootNotification): string {
  const lines = [
    joinTexts([mentionsMrkdwn(root.mentions), literalMrkdwn(root.headline)], ' '),
    fenced(messageAndPlaces(root), maxFenced),
    ...root.facts.map((fact) => `${fact.label}: ${factMrkdwn(fact)}`),
    ...root.notices.map(literalMrkdwn),
    literalMrkdwn(root.why),
  ]
  return joinTexts(lines, '\n', maxText)
}

/** The message for webhooks of other chats, which have neither blocks nor threads. */
export function renderPlainRoot(root: RootNotification): SlackMessage {
  const headline = inertMrkdwn(root.headline)
  const text = joinTexts([mentionsMrkdwn(root.mentions), headline], ' ')
  return { text: ellipsize(text, maxText), attachments: [plainAttachment(root)] }
}

function plainAttachment(root: RootNotification): SlackAttachment {
  const stack = root.sections.find(({ kind }) => kind === 'stack')
  const text = [
    fenced(messageAndPlaces(root), maxFenced),
    fenced(stack === undefined ? '' : trimSection(stack, 1000), maxPlainStack),
    root.links.map(linkMrkdwn).join(' · '),
    ...root.notices.map(inertMrkdwn),
  ]
  const lastSeen = Math.max(0, ...root.facts.map(({ at = 0 }) => at))
  return {
    color: root.look.color,
    fallback: inertMrkdwn(root.headline),
    title: inertMrkdwn(root.context),
    text: joinTexts(text, '\n'),
    fields: root.facts.map((fact) => ({
      title: fact.label,
      value: inertMrkdwn(fact.text),
      short: fact.text.length <= 40,
    })),
    mrkdwn_in: ['text'],
    footer: escapeMrkdwn(root.why),
    ts: Number.isFinite(lastSeen) ? Math.floor(lastSeen / 1000) : 0,
  }
}

function fenced(text: string, max: number): string {
  const inside = ellipsize(escapeMrkdwn(text.trim()), max)
  return inside === '' ? '' : fencedMrkdwn(inside)
}
