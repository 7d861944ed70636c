import {
  expectBoolean,
  expectCount,
  expectNumber,
  expectOneOf,
  expectParts,
  expectText,
} from './checks.ts'
import { type MatchContext, type Matcher, resolveMatch } from './matchers.ts'
import type {
  MilestoneRepeatOptions,
  RepeatOptions,
  RouteOptions,
  WindowRepeatOptions,
} from './options.ts'
import type { Target } from './target.ts'

/** A route checked and complete. */
export interface ResolvedRoute {
  readonly matches: Matcher
  readonly channel: string
  /** Ready markup. */
  readonly mentions: string
  readonly loud: 'state' | 'always' | 'never'
  readonly minCount: number
  readonly withinMs: number
  readonly repeat: ResolvedRepeat
  readonly continues: boolean
}

/** What routes are resolved with. */
export interface RouteContext extends MatchContext {
  readonly target: Target
  readonly repeat: ResolvedRepeat
}

/** An incident keeps as many times until its first alert. */
const maxMinCount = 1000
const knownKeys = [
  'when',
  'channel',
  'mention',
  'loud',
  'minCount',
  'withinMs',
  'repeat',
  'continue',
] as const satisfies readonly (keyof RouteOptions)[]

/** @throws TypeError for the first wrong route. */
export function resolveRoutes(
  routes: readonly RouteOptions[] = [],
  context: RouteContext,
): readonly ResolvedRoute[] {
  if (!Array.isArray(routes)) {
    throw new TypeError(`Expected \`routes\` to be a list, got ${typeof routes}`)
  }
  const channel = channelOf(context.target)
  const { repeat } = context
  return [
    ...routes.map((route: RouteOptions, index) => resolveRoute(`routes[${index}]`, route, context)),
    { ...defaults, matches: () => true, channel, repeat },
  ]
}

const defaults = {
  mentions: '',
  loud: 'state',
  minCount: 1,
  withinMs: Number.POSITIVE_INFINITY,
  continues: false,
} as const

function resolveRoute(name: string, route: RouteOptions, context: RouteContext): ResolvedRoute {
  expectParts(name, route, knownKeys)
  const { when = {}, mention = [], loud = defaults.loud, repeat } = route
  return {
    matches: resolveMatch(`${name}.when`, when, context),
    channel: resolveChannel(`${name}.channel`, route.channel, context.target),
    mentions: [mention]
      .flat()
      .map((each) => toMention(`${name}.mention`, each))
      .join(' '),
    loud: expectOneOf(`${name}.loud`, loud, ['state', 'always', 'never']),
    minCount: expectNumber(`${name}.minCount`, route.minCount ?? defaults.minCount, {
      min: 1,
      max: maxMinCount,
    }),
    withinMs:
      route.withinMs === undefined
        ? defaults.withinMs
        : expectNumber(`${name}.withinMs`, route.withinMs, { min: 1 }),
    repeat: repeat === undefined ? context.repeat : resolveRepeat(`${name}.repeat`, repeat),
    continues: expectBoolean(`${name}.continue`, route.continue ?? defaults.continues),
  }
}

function resolveChannel(name: string, given: string | undefined, target: Target): string {
  const channel = expectText(name, given)
  if (channel === undefined) return channelOf(target)
  if (target.kind !== 'webhook') return channel
  throw new TypeError(
    `Expected \`${name}\` to be left out with a webhook, which posts to one channel, got ${JSON.stringify(channel)}`,
  )
}

/** Where routes without a channel go. */
export function channelOf(target: Target): string {
  return target.kind === 'webApi' ? target.channel : 'webhook'
}

/** Slack's markup of a mention. */
function toMention(name: string, mention: string): string {
  if (/^@(here|channel|everyone)$/.test(mention)) return `<!${mention.slice(1)}>`
  if (/^[UW][A-Z0-9]{5,}$/.test(mention)) return `<@${mention}>`
  if (/^S[A-Z0-9]{5,}$/.test(mention)) return `<!subteam^${mention}>`
  throw new TypeError(
    `Expected \`${name}\` to be '@here', '@channel', '@everyone', a user's id (U…) or a user group's (S…), got ${JSON.stringify(mention)}`,
  )
}

/** When more of the same is told, complete. */
export type ResolvedRepeat = Required<MilestoneRepeatOptions> | Required<WindowRepeatOptions>

/** How long a new problem waits to see whether it is one of many, in milliseconds. */
export const defaultHoldMs = 2000
const holdRange = { min: 0, max: 60_000 }

/** @throws TypeError if it is wrong. */
export function resolveRepeat(
  name: string,
  repeat: RepeatOptions = { policy: 'milestones' },
): ResolvedRepeat {
  expectParts(name, repeat, ['policy', 'limit', 'windowMs', 'holdMs'])
  expectOneOf(`${name}.policy`, repeat.policy, ['milestones', 'window'])
  if (repeat.policy === 'milestones') {
    const holdMs = expectNumber(`${name}.holdMs`, repeat.holdMs ?? defaultHoldMs, holdRange)
    return { policy: 'milestones', holdMs }
  }
  return {
    policy: 'window',
    limit: expectCount(`${name}.limit`, repeat.limit ?? 3),
    windowMs: expectNumber(`${name}.windowMs`, repeat.windowMs ?? 600_000, { min: 1 }),
  }
}
