import { expectTypeOf } from 'vitest'
import {
  createSlackSink,
  type MatchOptions,
  type MilestoneRepeatOptions,
  type RedactOptions,
  type RouteOptions,
  type SanitizeOptions,
  type SlackOptions,
  type WindowRepeatOptions,
} from '../../src/index.ts'

/** Optional properties to which `undefined` cannot be assigned under `exactOptionalPropertyTypes`. */
type Strict<Options> = {
  [Name in keyof Options]-?: Partial<Pick<Options, Name>> extends Pick<Options, Name>
    ? undefined extends Required<Options>[Name]
      ? never
      : Name
    : never
}[keyof Options]

expectTypeOf<
  Strict<{ readonly strict?: string; readonly needed: string }>
>().toEqualTypeOf<'strict'>()
expectTypeOf<
  | Strict<SlackOptions>
  | Strict<RouteOptions>
  | Strict<MatchOptions>
  | Strict<MilestoneRepeatOptions>
  | Strict<WindowRepeatOptions>
  | Strict<SanitizeOptions>
  | Strict<RedactOptions>
>().toBeNever()

createSlackSink({
  token: process.env['SLACK_TOKEN'],
  service: process.env['SERVICE'],
  routes: [{ when: { tag: process.env['TAG'] }, channel: process.env['CHANNEL'] }],
  sanitize: { quotes: undefined },
})

// @ts-expect-error -- a misspelt option
createSlackSink({ sevice: 'checkout' })
