import type { ActionKind, ActionTarget } from '../../notification/notification.ts'

/** What a person did with an incident's message. */
export interface IncidentAction extends ActionTarget {
  /** Unique: an action that arrives again has the same id. */
  readonly id: string
  readonly kind: ActionKind | 'note'
  readonly by: {
    /** The id of the user. */
    readonly user: string
    /** The id of the user's own workspace, if it is another than the app's. */
    readonly foreignTeam?: string
    readonly via: 'button' | 'reaction' | 'thread'
  }
  /** In milliseconds since 1970. */
  readonly at: number
  /** When muting ends: at a moment, with another release, or after so many further occurrences. Without it, by hand. */
  readonly until?:
    | { readonly time: number }
    | { readonly nextRelease: true }
    | { readonly count: number }
  /** The text of a note. */
  readonly text?: string
  /** The message that offered it. */
  readonly message?: { readonly channel: string; readonly ts: string }
  /** Takes answers to the person: five, within 30 minutes. */
  readonly responseUrl?: string
}
