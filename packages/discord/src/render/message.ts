import type { IncidentState, Mention, TextFile, TextLimits } from '@slack-logger/core'
import { isId } from '../options.ts'

/**
 * Sizes that Discord refuses to exceed, in characters.
 *
 * @see https://docs.discord.com/developers/resources/message#embed-object-embed-limits
 */
export const max = {
  content: 2000,
  embeds: 10,
  /** All titles, descriptions, fields and footers of a message together. */
  text: 6000,
  title: 256,
  description: 4096,
  fields: 25,
  fieldName: 256,
  fieldValue: 1024,
  footer: 2048,
  threadName: 100,
} as const

/** Parts of a thread, each in an embed of its own, with room for what escaping adds. */
export const textLimits: TextLimits = { part: 3000, message: 5500, parts: 4 }

/** A message as Discord takes it, and what belongs to it elsewhere. */
export interface DiscordMessage {
  readonly body: MessageBody
  /** The name of a thread that it opens. */
  readonly threadName: string
  /** The state of the incident, for the tag of a forum. */
  readonly state?: IncidentState | undefined
  /** What is too long for the message; only new messages have it. */
  readonly file?: TextFile | undefined
}

/** What posts and edits have in common. */
export interface MessageBody {
  readonly content: string
  readonly embeds: readonly Embed[]
  /** In each post and each edit: an edit without it mentions whatever its text names. */
  readonly allowed_mentions: AllowedMentions
  /** `4096` for one that notifies nobody; an edit has none. */
  readonly flags?: number
}

export interface AllowedMentions {
  readonly parse: readonly 'everyone'[]
  readonly users?: readonly string[]
  readonly roles?: readonly string[]
}

export interface Embed {
  readonly title?: string
  readonly url?: string
  readonly description?: string
  readonly color?: number
  readonly fields?: readonly EmbedField[]
  readonly footer?: { readonly text: string }
}

export interface EmbedField {
  readonly name: string
  readonly value: string
  readonly inline: true
}

export const nobody: AllowedMentions = { parse: [] }

/** As many users and as many roles fit into the content. */
const maxMentions = 35

/**
 * The mentions of a route as text, and as what Discord may notify. They stand alone in the content, so that allowing `@everyone` allows
 * no text of a record.
 */
export function mentioned(
  mentions: readonly Mention[],
): Pick<MessageBody, 'content' | 'allowed_mentions'> {
  const idsOf = (wanted: 'user' | 'group'): readonly string[] => [
    ...new Set(
      mentions.flatMap((each) => (each.kind === wanted && isId(each.id) ? [each.id] : [])),
    ),
  ]
  const broadcasts = [...new Set(mentions.flatMap((each) => broadcastOf(each) ?? []))]
  const users = idsOf('user').slice(0, maxMentions)
  const roles = idsOf('group').slice(0, maxMentions)
  const content = [
    ...broadcasts,
    ...users.map((id) => `<@${id}>`),
    ...roles.map((id) => `<@&${id}>`),
  ]
  return {
    content: content.join(' '),
    allowed_mentions: {
      parse: broadcasts.length > 0 ? ['everyone'] : [],
      ...(users.length > 0 && { users }),
      ...(roles.length > 0 && { roles }),
    },
  }
}

/** Discord has `@here` for who is online, and `@everyone` for the channel. */
function broadcastOf({ kind }: Mention): string | undefined {
  if (kind === 'user' || kind === 'group') return undefined
  return kind === 'here' ? '@here' : '@everyone'
}

/** The characters that count towards the limit of a message. */
export function lengthOf({ title, description, fields, footer }: Embed): number {
  const inFields = (fields ?? []).map(({ name, value }) => name + value).join('')
  return [title, description, inFields, footer?.text].join('').length
}

/** `#e01e5a` as a number. */
export function colorOf(color: string): number {
  const hex = /^#([\da-f]{6})$/i.exec(color)?.[1]
  return hex === undefined ? 0 : Number.parseInt(hex, 16)
}

/** Discord refuses texts of white space. */
export function isBlank(text: string): boolean {
  return text.trim() === ''
}
