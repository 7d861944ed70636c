import type { RepeatPolicy } from './repeat-policy.ts'

/** Which incidents go where, and how loud. */
export interface Route {
  /** Empty for the one that takes what no other took. */
  readonly id: string
  readonly channel: string
  readonly policy: RepeatPolicy
  /** How often something happens before its first alert, from 1 up. */
  readonly minCount: number
  /** Within which time, in milliseconds. */
  readonly withinMs: number
}

/** The one route of a sink without routes. */
export function defaultRoute(channel: string, policy: RepeatPolicy): Route {
  return { id: '', channel, policy, minCount: 1, withinMs: Number.POSITIVE_INFINITY }
}
