import { expectNumber, expectOneOf } from './option-checks.ts'
import type { MilestoneRepeatOptions, RepeatOptions, WindowRepeatOptions } from './options.ts'

/** When more of the same is told, complete. */
export type ResolvedRepeat = Required<MilestoneRepeatOptions> | Required<WindowRepeatOptions>

/** @throws TypeError if it is wrong. */
export function resolveRepeat(
  name: string,
  repeat: RepeatOptions = { policy: 'milestones' },
): ResolvedRepeat {
  expectOneOf(`${name}.policy`, repeat.policy, ['milestones', 'window'])
  if (repeat.policy === 'milestones') return { policy: 'milestones' }
  return {
    policy: 'window',
    limit: expectNumber(`${name}.limit`, repeat.limit ?? 3, { min: 1 }),
    windowMs: expectNumber(`${name}.windowMs`, repeat.windowMs ?? 600_000, { min: 1 }),
  }
}
