import type { Destination, SendRequest, SendResult } from '../delivery/destination.ts'
import type { SinkEnvironment } from '../environment.ts'
import type { SlackMessage } from './message.ts'

/** Shows on stderr what would be sent, where there is nowhere to send it. */
export function createPreviewDestination(environment: SinkEnvironment): Destination {
  let previews = 0
  const show = (request: SendRequest): SendResult => {
    previews += 1
    const where =
      request.kind === 'post' && request.threadTs !== undefined ? '  thread' : request.channel
    if (request.kind === 'upload')
      environment.writeStderr(`[slack preview] ${where} file ${request.file.title}`)
    else environment.writeStderr(`[slack preview] ${where} ${preview(request.message)}`)
    return { status: 'sent', ts: `preview.${previews}`, channel: request.channel }
  }
  return {
    hasThreads: true,
    send: async (request) => show(request),
    find: async () => ({ status: 'unknown' }),
    recall: async () => [],
    probe: async () => ({ status: 'answers' }),
    warmUp: () => undefined,
    lastWords: { prepare: () => undefined, send: show, find: () => ({ status: 'unknown' }) },
  }
}

/** The message's texts, a line each. */
function preview(message: SlackMessage): string {
  const lines: string[] = [readable(message.text)]
  for (const part of [...(message.blocks ?? []), ...(message.attachments ?? [])]) {
    collectTexts(part, lines)
  }
  return lines.join('\n    ')
}

function collectTexts(node: unknown, lines: string[]): void {
  if (typeof node !== 'object' || node === null) return
  const isMarkup = 'type' in node && node.type === 'mrkdwn'
  for (const [key, value] of Object.entries(node)) {
    if (key !== 'text' || typeof value !== 'string') collectTexts(value, lines)
    else lines.push(...(isMarkup ? readable(value) : value).trimEnd().split('\n'))
  }
}

/** Markup as a terminal can show it: of a date what Slack shows where it knows none, of a link both its parts. */
function readable(markup: string): string {
  return markup
    .replace(/<!date\^[^|<>]*\|([^<>]*)>/g, '$1')
    .replace(/<(https?:[^|<>]*)\|([^<>]*)>/g, '$2 $1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
