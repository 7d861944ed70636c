import type { AlertPolicy } from '../incident/policies/policy.ts'
import type { Mention } from '../notification/notification.ts'
import { type MatchContext, type Matcher, resolveMatch } from './matchers.ts'
import type { RepeatOptions, RouteOptions } from './options.ts'
import type { ResolvedQuietHours } from './quiet-hours.ts'
import type { Target } from './target.ts'

/** A route with every option set. */
export interface ResolvedRoute {
  readonly matches: Matcher
  readonly channel: string
  readonly mentions: readonly Mention[]
  readonly loud: 'state' | 'always' | 'never'
  readonly minCount: number
  readonly withinMs: number
  readonly repeat: ResolvedRepeat
  /** `undefined` for a route that notifies at any time. */
  readonly quietHours?: ResolvedQuietHours | undefined
  readonly continues: boolean
}

/** When further occurrences notify, with every option set. */
export type ResolvedRepeat =
  | { readonly policy: 'milestones'; readonly holdMs: number }
  | { readonly policy: 'window'; readonly limit: number; readonly windowMs: number }
  | { readonly policy: 'custom'; readonly alertPolicy: AlertPolicy }

/** What routes are resolved with. */
interface RouteContext extends MatchContext {
  readonly target: Target
  /** The default of the routes' own `repeat`. */
  readonly repeat: ResolvedRepeat
  readonly quietHours: ResolvedQuietHours | undefined
}

/**
 * The routes in order, and a last one that takes every record.
 *
 * @throws TypeError for a channel with a webhook.
 */
export function resolveRoutes(
  routes: readonly RouteOptions[] = [],
  context: RouteContext,
): readonly ResolvedRoute[] {
  const resolved = routes.map((route, index) => {
    if (route.channel === undefined || takesChannels(context.target))
      return resolveRoute(route, context)
    throw new TypeError(
      `Expected \`routes[${index}].channel\` to be left out with a webhook, which posts to one channel, got ${JSON.stringify(route.channel)}`,
    )
  })
  return [...resolved, resolveRoute({}, context)]
}

function takesChannels(target: Target): boolean {
  if (target.kind === 'custom') return target.destination.can?.channels !== false
  return target.kind !== 'webhook'
}

function resolveRoute(route: RouteOptions, context: RouteContext): ResolvedRoute {
  return {
    matches: resolveMatch(route.when ?? {}, context),
    channel: route.channel ?? channelOf(context.target),
    mentions: [route.mention ?? []].flat().map(toMention),
    loud: route.loud ?? 'state',
    minCount: route.minCount ?? 1,
    withinMs: route.withinMs ?? Number.POSITIVE_INFINITY,
    repeat: route.repeat === undefined ? context.repeat : resolveRepeat(route.repeat),
    ...(route.quietHours !== false && { quietHours: context.quietHours }),
    continues: route.continue ?? false,
  }
}

/** The channel of routes without one of their own. */
export function channelOf(target: Target): string {
  return 'channel' in target ? target.channel : 'webhook'
}

function toMention(mention: string): Mention {
  if (mention.startsWith('@')) return { kind: mention.slice(1) as 'here' | 'channel' | 'everyone' }
  if (mention.startsWith('&')) return { kind: 'group', id: mention.slice(1) }
  return { kind: mention.startsWith('S') ? 'group' : 'user', id: mention }
}

export function resolveRepeat(repeat: RepeatOptions = { policy: 'milestones' }): ResolvedRepeat {
  if ('onOccurrence' in repeat) return { policy: 'custom', alertPolicy: repeat }
  if (repeat.policy === 'window') {
    return { policy: 'window', limit: repeat.limit ?? 3, windowMs: repeat.windowMs ?? 600_000 }
  }
  return { policy: 'milestones', holdMs: repeat.holdMs ?? 2000 }
}
