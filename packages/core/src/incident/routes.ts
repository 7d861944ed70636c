import type { ResolvedRepeat, ResolvedRoute } from '../options/routes.ts'
import { milestonePolicy } from './policies/milestone.ts'
import type { RepeatPolicy } from './policies/policy.ts'
import { createWindowPolicy } from './policies/window.ts'
import type { Subject } from './record-view.ts'

/** Who hears of an incident, and how loud. */
export interface Route extends ResolvedRoute {
  /** Tells channels apart; empty for the default one. */
  readonly id: string
  readonly policy: RepeatPolicy
  /** How long a new problem waits to see whether it is one of many, in milliseconds. */
  readonly holdMs: number
}

/** Decides who hears of what. */
export class Routes {
  readonly #routes: readonly Route[]
  readonly #last: Route
  readonly #justLast: readonly Route[]

  /** @param resolved the last one takes what no other took */
  constructor(resolved: readonly ResolvedRoute[]) {
    const defaultChannel = resolved.at(-1)?.channel ?? ''
    this.#routes = resolved.map((route) => toRoute(route, defaultChannel))
    this.#last = this.#routes.at(-1) as Route
    this.#justLast = [this.#last]
  }

  /** Those that a record goes: the first that matches, and what comes after it where it says so, each channel once. */
  of(subject: Subject): readonly Route[] {
    if (this.#routes.length === 1) return this.#justLast
    const taken: Route[] = []
    for (const route of this.#routes) {
      if (!route.matches(subject)) continue
      if (taken.every(({ channel }) => channel !== route.channel)) taken.push(route)
      if (!route.continues) break
    }
    return taken
  }

  /** All channels that are configured, each once. */
  get channels(): readonly string[] {
    return [...new Set(this.#routes.map(({ channel }) => channel))]
  }

  /** The first one to a channel; undefined for a channel that nobody configured. */
  to(channel: string): Route | undefined {
    return this.#routes.find((route) => withoutHash(route.channel) === withoutHash(channel))
  }
}

function toRoute(route: ResolvedRoute, defaultChannel: string): Route {
  return {
    ...route,
    id: route.channel === defaultChannel ? '' : route.channel,
    policy: createRepeatPolicy(route.repeat),
    holdMs: route.repeat.policy === 'milestones' ? route.repeat.holdMs : 0,
  }
}

function withoutHash(channel: string): string {
  return channel.replace(/^#/, '')
}

/** The policy that the options name. */
export function createRepeatPolicy(repeat: ResolvedRepeat): RepeatPolicy {
  return repeat.policy === 'milestones' ? milestonePolicy : createWindowPolicy(repeat)
}
