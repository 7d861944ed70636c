import { type Destination, plainText, type Post, type SlackOptions } from '@slack-logger/core'
import { textLimits } from '@slack-logger/core/tooling'

/** A destination that takes every message as text and sends nothing. */
export function captureTo(
  channel: string,
  onPost: (post: Post<string>) => void,
): Destination<string> {
  let posts = 0
  return {
    name: channel,
    can: { edits: true, threads: true, files: false },
    pace: { burst: 3, everyMs: 1000 },
    limits: textLimits,
    render: plainText,
    send: (request) => {
      if (request.kind === 'post') onPost(request)
      posts += 1
      return Promise.resolve({ status: 'sent', ref: String(posts) })
    },
  }
}

/** The same options for a sink that decides alone and asks, keeps and sends nothing. */
export function withoutEffects(given: SlackOptions): SlackOptions {
  const { heartbeat: _, report: __, appToken: ___, signingSecret: ____, ...options } = given
  return { ...options, fleet: false, spoolDir: false, actions: false }
}

/** The channel of the options, as a name for the destination that takes its place. */
export function channelOf({ channel }: SlackOptions): string {
  return channel ?? (process.env['SLACK_CHANNEL'] || 'the channel')
}
