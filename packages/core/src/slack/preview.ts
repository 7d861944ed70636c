import type { Destination, SendRequest, SendResult } from '../delivery/destination.ts'
import type { SinkEnvironment } from '../environment.ts'
import { refOf } from './calls.ts'
import { textLimits } from './limits.ts'
import type { SlackMessage } from './message.ts'
import type { SlackRenderer } from './renderer.ts'

/** Shows on stderr what would be sent, where no destination is configured. */
export function createPreviewDestination(
  render: SlackRenderer,
  environment: SinkEnvironment,
): Destination<SlackMessage> {
  let previews = 0
  const show = (request: SendRequest<SlackMessage>): SendResult => {
    previews += 1
    const isReply = request.kind === 'post' && request.thread !== undefined
    const what = request.kind === 'upload' ? `file ${request.file.title}` : preview(request.message)
    environment.writeStderr(`[slack preview] ${isReply ? '  thread' : request.channel} ${what}`)
    const ref =
      request.kind === 'edit' ? request.ref : refOf(request.channel, `preview.${previews}`)
    return { status: 'sent', ref }
  }
  return {
    name: 'Slack',
    can: { edits: true, threads: true, files: true },
    pace: { burst: 3, everyMs: 1000 },
    limits: textLimits,
    render,
    async send(request, { signal, onTransmit }) {
      if (signal.aborted) return { status: 'retry', reason: 'aborted', accepted: 'no' }
      onTransmit?.()
      return show(request)
    },
    exit: { send: show },
  }
}

function preview({ text, blocks = [], attachments = [] }: SlackMessage): string {
  return [readable(text), ...[...blocks, ...attachments].flatMap(textsOf)]
    .flatMap((part) => part.trimEnd().split('\n'))
    .join('\n    ')
}

/** The texts of a part of a message, one for each that Slack begins a line with. */
function textsOf(part: unknown): readonly string[] {
  if (typeof part !== 'object' || part === null) return []
  const type = 'type' in part ? part.type : undefined
  const texts = Object.entries(part).flatMap(([key, value]) => {
    if (key !== 'text' || typeof value !== 'string') return textsOf(value)
    return type === 'mrkdwn' ? readable(value).replaceAll(/\*([^*\n]+)\*/g, '$1') : value
  })
  return type === 'rich_text_section' ? [texts.join('')] : texts
}

/** Markup as a terminal shows it: the fallback of a date, both parts of a link. */
function readable(markup: string): string {
  return markup
    .replace(/<!date\^[^|<>]*\|([^<>]*)>/g, '$1')
    .replace(/<(https?:[^|<>]*)\|([^<>]*)>/g, '$2 $1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
