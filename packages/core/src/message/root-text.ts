import { ellipsize, joinWithin } from './cut-text.ts'
import { escapeMrkdwn, fencedMrkdwn } from './escape-mrkdwn.ts'
import { showLink } from './links.ts'
import { placeLines } from './root-blocks.ts'
import type { RootContent } from './root-content.ts'
import type { SlackAttachment } from './slack-message.ts'
import { maxText } from './slack-limits.ts'
import type { Words } from './words.ts'

const maxFenced = 2400
const maxPlainStack = 1200

/** The notification, escaped. */
export function notificationText(content: RootContent): string {
  return ellipsize(escapeMrkdwn(content.notification), maxText)
}

/** Everything that matters as text alone, for where even plain blocks are refused. */
export function wholeText(content: RootContent, words: Words): string {
  const lines = [
    [content.mentions, notificationText(content)].filter((part) => part !== '').join(' '),
    fenced([content.message, ...placeLines(content, words)].join('\n'), maxFenced),
    ...content.facts.map(({ label, mrkdwn }) => `${label}: ${mrkdwn}`),
    ...content.notices.map(escapeMrkdwn),
    escapeMrkdwn(content.why),
  ]
  return joinWithin(lines, '\n', maxText)
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
    ...content.notices.map((notice) => inert(escapeMrkdwn(notice))),
  ]
  return {
    color: content.color,
    fallback: inert(escapeMrkdwn(content.notification)),
    title: inert(escapeMrkdwn(content.title)),
    text: text.filter((part) => part !== '').join('\n'),
    fields: content.facts.map((fact) => ({
      title: fact.label,
      value: inert(escapeMrkdwn(fact.text)),
      short: fact.text.length <= 40,
    })),
    mrkdwn_in: ['text'],
    footer: escapeMrkdwn(content.why),
    ts: Math.floor(time / 1000),
  }
}

/**
 * Other chats mention on a plain `@all` and link on `[text](address)`; a space without width takes the effect from both.
 */
export function inert(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}])@(?=\S)/gu, '@\u200b').replaceAll('](', ']\u200b(')
}

function fenced(text: string, max: number): string {
  const inside = ellipsize(escapeMrkdwn(text.trim()), max)
  return inside === '' ? '' : fencedMrkdwn(inside)
}
