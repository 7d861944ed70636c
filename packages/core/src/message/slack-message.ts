/** A message as `chat.postMessage`, `chat.update` and incoming webhooks take it. */
export interface SlackMessage {
  /** The notification, and what screen readers read; escaped mrkdwn. */
  readonly text: string
  readonly blocks?: readonly SlackBlock[]
  readonly attachments?: readonly SlackAttachment[]
}

/** A Block Kit block. */
export interface SlackBlock {
  readonly type: string
  readonly [property: string]: unknown
}

/** A legacy attachment: the only thing in Slack with a colour bar, and all that Slack-compatible webhooks know. */
export interface SlackAttachment {
  readonly [property: string]: unknown
}

/** A text file for a thread. */
export interface SlackFile {
  readonly filename: string
  readonly title: string
  readonly content: string
}

/** How much of the design a rendering uses: what Slack refuses is sent simpler. */
export type Detail = 'full' | 'minimal' | 'text'
