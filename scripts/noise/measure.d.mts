import type { SlackOptions } from '@slack-logger/core'
import type { Scenario } from './scenarios.mjs'

export interface Posts {
  readonly notifications: number
  readonly replies: number
  readonly edits: number
}

export declare function measure(scenario: Scenario, options?: SlackOptions): Promise<Posts>
