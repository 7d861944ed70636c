import { ellipsize, joinWithin } from './cut-text.ts'
import { escapeMrkdwn, fencedMrkdwn, literalMrkdwn } from './escape-mrkdwn.ts'
import { showLink } from './links.ts'
import { placeLines } from './root-blocks.ts'
import type { RootContent } from './root-content.ts'
import type { SlackAttachment } from './slack-message.ts'
import { maxText } from './slack-limits.ts'
import type { Words } from './words.ts'

const maxFenced = 2400
const maxPlainStack = 1200

/** The notification beside blocks: escaped. What reads like formatting stays as it is, since nobody formats notifications. */
export function notificationText({ notification }: RootContent): string {
  return ellipsize(escapeMrkdwn(notification), maxText)
}

/** Everything that matters as text alone, for where even plain blocks are refused. */
export function wholeText(content: RootContent, words: Words): string {
  const lines = [
    withMentions(literalMrkdwn(content.notification), content),
    fenced([content.message, ...placeLines(content, words)].join('\n'), maxFenced),
    ...content.facts.map(({ label, mrkdwn }) => `${label}: ${mrkdwn}`),
    ...content.notices.map(literalMrkdwn),
    literalMrkdwn(content.why),
  ]
  return joinWithin(lines, '\n', maxText)
}

/** The first line for webhooks that know no blocks. */
export function plainText(content: RootContent): string {
  return ellipsize(withMentions(inert(content.notification), content), maxText)
}

/** For webhooks that know neither blocks nor threads. */
export function plainAttachment(
  content: RootContent,
  { words, stack, time }: { words: Words; stack: string; time: number },
): SlackAttachment {
  const text = [
    fenced([content.message, ...placeLines(content, words)].join('\n'), maxFenced),
    fenced(stack, maxPlainStack),
    content.links.map(showLink).join(' · '),
    ...content.notices.map((notice) => inert(notice)),
  ]
  return {
    color: content.color,
    fallback: inert(content.notification),
    title: inert(content.title),
    text: text.filter((part) => part !== '').join('\n'),
    fields: content.facts.map((fact) => ({
      title: fact.label,
      value: inert(fact.text),
      short: fact.text.length <= 40,
    })),
    mrkdwn_in: ['text'],
    footer: escapeMrkdwn(content.why),
    ts: Number.isFinite(time) ? Math.floor(time / 1000) : 0,
  }
}

/**
 * Escaped text without effect in other chats either: they mention on a plain `@all` and link on `[text](address)`, so a space
 * without width stands in between.
 */
export function inert(text: string): string {
  return literalMrkdwn(text)
    .replace(/(?<![\p{L}\p{N}])@(?=\S)/gu, '@\u200b')
    .replaceAll('](', ']\u200b(')
}

function withMentions(text: string, { mentions }: RootContent): string {
  return mentions === '' ? text : `${mentions} ${text}`
}

function fenced(text: string, max: number): string {
  const inside = ellipsize(escapeMrkdwn(text.trim()), max)
  return inside === '' ? '' : fencedMrkdwn(inside)
}
