import type { ResolvedRepeat } from '../resolve-repeat.ts'
import { milestonePolicy } from './milestone-policy.ts'
import type { RepeatPolicy } from './repeat-policy.ts'
import { createWindowPolicy } from './window-policy.ts'

/** The policy that the options name. */
export function createRepeatPolicy(repeat: ResolvedRepeat): RepeatPolicy {
  return repeat.policy === 'milestones' ? milestonePolicy : createWindowPolicy(repeat)
}
