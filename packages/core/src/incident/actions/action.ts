import * as v from 'valibot'

/** What a person can do with an incident by a button. */
export type ActionKind = 'resolve' | 'reopen' | 'mute' | 'unmute' | 'take' | 'release'

/** Which incident a button is for. It comes back with the action, and holds nothing of a record. */
export interface ActionTarget {
  /** Identifies the fleet that offered the action: several services may share one app. At most 32 characters. */
  readonly owner: string
  /** Identifies the incident in that fleet. At most 64 characters. */
  readonly key: string
}

/** When muting ends: at a moment, with another release, or after so many further occurrences. */
export type MuteEnd =
  | { readonly time: number }
  | { readonly nextRelease: true }
  | { readonly count: number }

/** What a person did with an incident's message. Plain data. */
export interface IncidentAction {
  /** Unique: an action that arrives again has the same id. */
  readonly id: string
  /** A `note` is a text that stays with the incident. */
  readonly kind: ActionKind | 'note'
  /** Which incident, as its button says. Without it, `ref` does. */
  readonly target?: ActionTarget
  /** The destination's reference of the incident's message. */
  readonly ref?: string
  readonly by: {
    /** The id of the user. */
    readonly user: string
    /** As people know the user, where the destination says it. */
    readonly name?: string
    /** The id of the user's own workspace, if it is another than the app's. */
    readonly foreignTeam?: string
    /** `shell`: by the command line, on a machine of the service. */
    readonly via: 'button' | 'reaction' | 'thread' | 'shell'
  }
  /** In milliseconds since 1970. */
  readonly at: number
  /** For `mute`; without it, muting ends by hand. */
  readonly until?: MuteEnd
  /** For `note`. */
  readonly text?: string
  /** Takes answers to the person: five, within 30 minutes. */
  readonly responseUrl?: string
}

/** The result of an action. */
export type ActionAnswer =
  | { readonly status: 'done' }
  | { readonly status: 'refused'; readonly reason: ActionRefusal }

export type ActionRefusal =
  /** No fleet of this host and of this app has the incident. */
  | 'unknown'
  /** The incident is too old: it is not kept any more. */
  | 'old'
  /** The incident is in that state already. */
  | 'already'
  /** The person may not act, by the options of the process that leads. */
  | 'forbidden'
  /** The destination did not answer whether the person may act. */
  | 'unconfirmed'
  /** No process that leads could be reached for minutes. */
  | 'unreachable'

/** Applies an action in the process that leads. An action that was applied before is `done`. Never rejects. */
export type Act = (action: IncidentAction) => Promise<ActionAnswer>

/** How an action can arrive. */
export const actionVias = ['button', 'reaction', 'thread', 'shell'] as const

/**
 * An action from another process.
 *
 * @internal
 */
export const actionSchema: v.GenericSchema<IncidentAction> = v.object({
  id: v.string(),
  kind: v.picklist(['resolve', 'reopen', 'mute', 'unmute', 'take', 'release', 'note']),
  target: v.exactOptional(v.object({ owner: v.string(), key: v.string() })),
  ref: v.exactOptional(v.string()),
  by: v.object({
    user: v.string(),
    name: v.exactOptional(v.string()),
    foreignTeam: v.exactOptional(v.string()),
    via: v.picklist(actionVias),
  }),
  at: v.number(),
  until: v.exactOptional(
    v.union([
      v.object({ time: v.number() }),
      v.object({ nextRelease: v.literal(true) }),
      v.object({ count: v.number() }),
    ]),
  ),
  text: v.exactOptional(v.string()),
  responseUrl: v.exactOptional(v.string()),
})
