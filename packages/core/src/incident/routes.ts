import { LRUCache } from 'lru-cache'
import type { ResolvedRepeat, ResolvedRoute } from '../options/routes.ts'
import { type AlertPolicy, guardPolicy } from './policies/policy.ts'
import { milestonePolicy } from './policies/milestone.ts'
import { createWindowPolicy } from './policies/window.ts'
import type { RecordView } from './record-view.ts'

/** Where an incident is posted, whom it notifies, and when. */
export interface Route extends ResolvedRoute {
  /** Identifies the channel; empty for the default one. */
  readonly id: string
  readonly policy: AlertPolicy
  readonly facts: RouteFacts
  /** How long a new problem is deferred to see whether it belongs to a storm, in milliseconds. */
  readonly holdMs: number
}

/** A route as data: what another process, which may be configured otherwise, must know of it. */
export interface RouteFacts extends Pick<
  ResolvedRoute,
  'channel' | 'mentions' | 'loud' | 'minCount' | 'quietHours'
> {
  /** `undefined` for unlimited. */
  readonly withinMs?: number | undefined
  /** An alert policy of the application's own stays in its process. */
  readonly repeat:
    | Exclude<ResolvedRepeat, { readonly policy: 'custom' }>
    | { readonly policy: 'custom' }
}

type OnBroken = (error: unknown) => void

/** Finds the routes of a record. */
export class Routes {
  readonly #routes: readonly Route[]
  readonly #onBroken: OnBroken
  /** Those of other processes that this one is not configured with, by their facts. */
  readonly #foreign = new LRUCache<string, Route>({ max: maxForeign })

  /** @param resolved the last one matches everything */
  constructor(
    resolved: readonly ResolvedRoute[],
    { onBrokenPolicy }: { readonly onBrokenPolicy: OnBroken },
  ) {
    const defaultChannel = resolved.at(-1)?.channel ?? ''
    this.#onBroken = onBrokenPolicy
    this.#routes = resolved.map((route) => createRoute(route, { defaultChannel, onBrokenPolicy }))
  }

  /** The first route that matches, and the ones after it where it continues, each channel once. */
  of(view: RecordView): readonly Route[] {
    if (this.#routes.length === 1) return this.#routes
    const taken: Route[] = []
    for (const route of this.#routes) {
      if (!route.matches(view)) continue
      if (taken.every(({ channel }) => channel !== route.channel)) taken.push(route)
      if (!route.continues) break
    }
    return taken
  }

  /** The one that matches everything. */
  get default(): Route {
    return this.#routes.at(-1) as Route
  }

  /** The configured channels, each once. */
  get channels(): readonly string[] {
    return [...new Set(this.#routes.map(({ channel }) => channel))]
  }

  /** The route that another process has chosen: one of this process's, or the same as it is configured there. */
  like(given: RouteFacts): Route {
    // A process that only reports may leave the channel to the leader.
    const facts = given.channel === '' ? { ...given, channel: this.default.channel } : given
    const key = JSON.stringify(facts)
    const own = this.#routes.find((route) => JSON.stringify(route.facts) === key)
    const known = own ?? this.#foreign.get(key)
    if (known !== undefined) return known
    const { repeat: asked, withinMs = Number.POSITIVE_INFINITY, ...rest } = facts
    const repeat =
      asked.policy === 'custom' ? (this.to(facts.channel) ?? this.default).repeat : asked
    const resolved = { ...rest, withinMs, repeat, matches: () => false, continues: false }
    const defaultChannel = this.default.channel
    const route = createRoute(resolved, { defaultChannel, onBrokenPolicy: this.#onBroken })
    this.#foreign.set(key, route)
    return route
  }

  /** The first route to a channel; `undefined` for one that is not configured. */
  to(channel: string): Route | undefined {
    return this.#routes.find((route) => withoutHash(route.channel) === withoutHash(channel))
  }
}

const maxForeign = 100

function createRoute(
  resolved: ResolvedRoute,
  {
    defaultChannel,
    onBrokenPolicy,
  }: { readonly defaultChannel: string; readonly onBrokenPolicy: OnBroken },
): Route {
  const { channel, mentions, loud, minCount, withinMs, repeat, quietHours } = resolved
  return {
    ...resolved,
    id: channel === defaultChannel ? '' : channel,
    policy: createPolicy(repeat, onBrokenPolicy),
    holdMs: repeat.policy === 'milestones' ? repeat.holdMs : 0,
    facts: {
      channel,
      mentions,
      loud,
      minCount,
      // JSON has no infinite numbers.
      ...(withinMs !== Number.POSITIVE_INFINITY && { withinMs }),
      ...(quietHours !== undefined && { quietHours }),
      repeat: repeat.policy === 'custom' ? { policy: 'custom' } : repeat,
    },
  }
}

function withoutHash(channel: string): string {
  return channel.replace(/^#/, '')
}

/** The policy of the options. */
function createPolicy(repeat: ResolvedRepeat, onBroken: OnBroken): AlertPolicy {
  switch (repeat.policy) {
    case 'milestones':
      return milestonePolicy
    case 'window':
      return createWindowPolicy(repeat)
    case 'custom':
      return guardPolicy(repeat.alertPolicy, onBroken)
  }
}
