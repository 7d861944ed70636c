import type { Inline } from './inline.ts'
import { decodeEntities } from './decode-entities.ts'

/**
 * What stands between `<` and `>`, read as Slack says to: `#C…`, `@U…`, `!…`, else a link.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text
 */
export function parseControl(content: string): Inline | undefined {
  const bar = content.indexOf('|')
  const target = bar === -1 ? content : content.slice(0, bar)
  const label = bar === -1 ? '' : decodeEntities(content.slice(bar + 1))
  switch (target[0]) {
    case '#':
      return mention('channel', target.slice(1), label)
    case '@':
      return mention('user', target.slice(1), label)
    case '!':
      return parseSpecial(target.slice(1), label)
    default:
      return isAddress(target) ? { kind: 'link', url: decodeEntities(target), label } : undefined
  }
}

function parseSpecial(target: string, label: string): Inline | undefined {
  if (target.startsWith('subteam^')) return mention('group', target.slice(8), label)
  if (target.startsWith('date^')) return parseDate(target, label)
  if (['here', 'channel', 'everyone'].includes(target)) return mention('broadcast', target, target)
  return label === '' ? undefined : { kind: 'text', text: label }
}

function parseDate(target: string, label: string): Inline {
  const [, timestamp = '', format = '', link] = target.split('^')
  return {
    kind: 'date',
    date: {
      timestamp: timestamp === '' ? Number.NaN : Number(timestamp),
      format: decodeEntities(format),
      link: link === undefined ? undefined : decodeEntities(link),
      fallback: label,
    },
  }
}

function mention(
  what: 'channel' | 'user' | 'group' | 'broadcast',
  id: string,
  label: string,
): Inline {
  return { kind: 'mention', what, id, label }
}

function isAddress(target: string): boolean {
  return /^[a-z][a-z\d+.-]{0,30}:\S/i.test(target)
}
