import { expectCount, expectNumber, expectOneOf, expectParts } from './option-checks.ts'
import type { MilestoneRepeatOptions, RepeatOptions, WindowRepeatOptions } from './options.ts'

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
