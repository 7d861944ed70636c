/** The language of the fixed words. */
export type Locale = 'en' | 'ko'

/** How much of Block Kit a message uses: each is what remains when Slack refuses the one before. */
export type MessageDetail = 'full' | 'minimal' | 'text'

/**
 * What the receiver can do: `thread` has threads and edits, `inline` (incoming webhooks) has neither, so the stack stands in
 * the message itself, and `plain` (webhooks of other chats that take Slack's format) knows no blocks either.
 */
export type MessageProfile = 'thread' | 'inline' | 'plain'

/** How titles, notifications and one-line fields are cleaned. */
export interface SanitizeSettings {
  readonly quotes: 'remove' | 'keep'
  readonly newlines: 'escape' | 'keep'
}

/** What all messages of a sink have in common. */
export interface MessageSettings {
  readonly service: string
  readonly environment: string | undefined
  readonly release: string | undefined
  readonly locale: Locale
  readonly sanitize: SanitizeSettings
  /** Address templates by name, as in `{ trace: 'https://traces.example/{trace_id}' }`. */
  readonly links: Readonly<Record<string, string>>
  readonly profile: MessageProfile
  /** @default 'full' */
  readonly detail?: MessageDetail
  /** The folder of the program: paths inside it are shown from there. */
  readonly appRoot?: string
}
