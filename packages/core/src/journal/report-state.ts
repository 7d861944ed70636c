import * as v from 'valibot'
import { actionSchema, type IncidentAction } from '../incident/actions/action.ts'
import { countSchema, timeSchema } from '../incident/snapshot.ts'
import type { Report, ReportTotals } from '../notification/report.ts'

/** What messages there were since a time, and what was lost. */
export type MessageCounts = Pick<Report, 'sent' | 'edited' | 'lostEvents' | 'lostMessages'>

/** What is known of one of the reports: the messages since it came last. */
export interface LatestReport extends MessageCounts {
  /** The time that it was about, in milliseconds since 1970; `undefined` before the first. */
  readonly slot?: number | undefined
  /** What it counted. */
  readonly totals?: ReportTotals | undefined
}

/** What the next process must know beside the incidents: to send the next reports, to go on with the lists of what is open, and to apply what people did. Plain data; times are the wall clock's. */
export interface ReportState {
  /** Since when somebody has counted, in milliseconds since 1970. */
  readonly since: number
  /** When each release was seen first, in milliseconds since 1970. */
  readonly releases: Readonly<Record<string, number>>
  /** By key. */
  readonly latest: Readonly<Record<string, LatestReport>>
  /** The destination's references of the messages that list what is open, by channel. */
  readonly openNow?: Readonly<Record<string, string>> | undefined
  /** What people did that is not applied yet. */
  readonly actions?: readonly IncidentAction[] | undefined
}

/**
 * What a report counts, as a journal takes it.
 *
 * @internal
 */
export const totalsSchema: v.GenericSchema<unknown, ReportTotals> = v.object({
  errors: countSchema,
  problems: countSchema,
  people: countSchema,
})

/**
 * A {@link ReportState} in a file.
 *
 * @internal
 */
export const reportStateEntries = {
  since: timeSchema,
  releases: v.record(v.string(), timeSchema),
  latest: v.record(
    v.string(),
    v.looseObject({
      slot: v.optional(timeSchema),
      totals: v.optional(totalsSchema),
      sent: countSchema,
      edited: countSchema,
      lostEvents: countSchema,
      lostMessages: countSchema,
    }),
  ),
  openNow: v.optional(v.record(v.string(), v.string())),
  actions: v.optional(v.array(actionSchema)),
}
