/** A piece of formatted text. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: Style; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly url: string; readonly label: string }
  | {
      readonly kind: 'mention'
      readonly what: Mentioned
      readonly id: string
      readonly label: string
    }
  | { readonly kind: 'date'; readonly date: SlackDate }
  | { readonly kind: 'emoji'; readonly name: string }

export type Style = 'bold' | 'italic' | 'strike'

export type Mentioned = 'user' | 'channel' | 'group' | 'broadcast'

/** A date that each reader sees in their own time zone. */
export interface SlackDate {
  /** In seconds since 1970. */
  readonly timestamp: number
  /** Contains `{date}`, `{time}` and similar. */
  readonly format: string
  readonly link: string | undefined
  readonly fallback: string
}
