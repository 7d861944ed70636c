import type { Locale } from '../settings.ts'
import { englishWords } from './en.ts'
import { koreanWords } from './ko.ts'

/** Names of what is told about a problem. */
export type LabelName =
  | 'request'
  | 'user'
  | 'users'
  | 'also'
  | 'client'
  | 'origin'
  | 'hosts'
  | 'code'
  | 'logger'
  | 'trace'
  | 'requestId'
  | 'count'
  | 'seen'
  | 'message'
  | 'stack'
  | 'data'
  | 'before'
  | 'endpoint'
  | 'userAgent'
  | 'params'
  | 'query'
  | 'body'

/** Units of a duration, as they follow the number. */
export interface DurationUnits {
  readonly seconds: string
  readonly minutes: string
  readonly hours: string
  readonly days: string
}

/** All fixed words of the messages in one language. Values that are put in are ready to be shown. */
export interface Words {
  readonly labels: Readonly<Record<LabelName, string>>
  readonly duration: DurationUnits
  readonly state: { readonly quiet: string; readonly resolved: string; readonly muted: string }
  readonly rate: { readonly second: string; readonly minute: string; readonly hour: string }
  readonly why: WhyWords
  readonly storm: StormWords
  readonly late: LateWords
  readonly trouble: TroubleWords
  readonly stack: StackWords
  /** `TypeError while POST /orders`; the endpoint comes first in some languages. */
  readonly failedWhile: (what: string, endpoint: string) => string
  readonly logged: (level: string, logger: string | undefined) => string
  readonly thrown: (kind: string) => string
  readonly noMessage: string
  readonly causedBy: string
  readonly at: (culprit: string) => string
  readonly andMore: (count: string) => string
  readonly hosts: (count: string) => string
  readonly back: (silence: string) => string
  readonly reopened: string
  readonly suppressed: (count: string) => string
  readonly hushed: string
  readonly collapsed: string
  readonly mislogged: (lost: string) => string
  readonly fix: string
  readonly inFile: string
  /** @param reason Slack's code */
  fileRefused(reason: string): string
  readonly fileRemedies: {
    readonly scope: string
    readonly invite: string
    readonly enable: string
  }
}

/** Why a message is loud. */
export interface WhyWords {
  readonly prefix: string
  readonly first: string
  readonly fatal: string
  readonly times: (factor: string, from: string, to: string) => string
  readonly spike: (latest: string, usual: string) => string
  readonly regression: (silence: string) => string
  readonly regressionResolved: string
  readonly reminder: (more: string) => string
  readonly storm: string
  readonly repeat: (count: string) => string
  readonly next: (count: string) => string
}

/** Many new problems at once. */
export interface StormWords {
  readonly summary: (distinct: string, total: string) => string
  readonly since: (time: string) => string
  readonly over: string
  readonly cause: string
  readonly andMore: (count: string) => string
  readonly members: string
  readonly why: string
}

/** What is told at the next start. */
export interface LateWords {
  readonly died: (details: string) => string
  readonly pid: (pid: string) => string
  readonly uptime: (duration: string) => string
  readonly late: (count: string) => string
  readonly tooOld: (count: string, age: string) => string
  readonly dropped: (count: string) => string
}

/** What went wrong with the messages before. */
export interface TroubleWords {
  readonly failed: (count: string, from: string, to: string) => string
  readonly lost: (count: string) => string
  /** What there was no time to tell one by one. */
  readonly rest: (count: string) => string
}

/** What stands for frames that are not shown. */
export interface StackWords {
  readonly framesIn: (count: string, where: string) => string
  readonly repeated: (times: string) => string
  readonly repeatedFrames: (frames: string, times: string) => string
  readonly omitted: (lines: string) => string
  readonly moreCauses: (count: string) => string
  readonly errorOf: (index: string, total: string) => string
  readonly moreErrors: (count: string) => string
}

const wordsByLocale: Readonly<Record<Locale, Words>> = { en: englishWords, ko: koreanWords }

/** The fixed words in a language. */
export function wordsFor(locale: Locale): Words {
  return wordsByLocale[locale]
}
