import type { ReportBatch, ReportOptions } from './link.ts'

/** What a batch contains, and its number if that is not the next one. */
export type BatchContent = Pick<ReportBatch, 'incidents' | 'actions' | 'asks'> & {
  readonly seq?: number
}

/** A batch that the leader has not acknowledged. */
export interface Unacknowledged {
  readonly batch: ReportBatch
  /** In milliseconds since 1970. */
  readonly since: number
  /** Whether it is in the journal. */
  isKept: boolean
}

/** Whether a batch contains something that nobody may miss. */
export function hasFatal({ batch }: Pick<Unacknowledged, 'batch'>): boolean {
  return batch.incidents.some((incident) => incident.isFatal)
}

/** How soon a link should carry a batch. */
export function optionsOf(batch: ReportBatch): ReportOptions {
  const { incidents, actions = [], asks } = batch
  const isNew = incidents.some(({ events }) => events.length > 0)
  const isFatal = hasFatal({ batch })
  return {
    isFatal,
    isUrgent: isFatal || isNew || actions.length > 0 || asks !== undefined,
  }
}
