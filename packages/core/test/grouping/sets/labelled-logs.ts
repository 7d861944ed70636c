import { createMessageTemplates } from '../../../src/grouping/template/message-template.ts'
import {
  groupingFolder,
  groupingOf,
  ordersOf,
  readLabelledLogs,
  type LabelledLog,
} from '../accuracy.ts'
import type { GroupingScore } from './grouping-set.ts'

export const name = 'lines of real logs'

/** A row for each log, and their mean. */
export function measure(): readonly GroupingScore[] {
  const logs = readLabelledLogs()
  if (logs.length > 0) {
    const scores = logs.map(scoreOf)
    return [...scores, meanOf(scores)]
  }
  if (process.env['SLACK_LOGGER_SHARED'] !== undefined)
    throw new Error(`Expected labelled logs in ${groupingFolder}`)
  console.log(`grouping accuracy: skipped, no labelled logs in ${groupingFolder}`)
  return []
}

const columns = ['accuracy', 'anyOrder', 'groupAccuracy'] as const
type LogScore = GroupingScore & Readonly<Record<(typeof columns)[number], number>>

function scoreOf({ name: log, lines }: LabelledLog): LogScore {
  const groupings = ordersOf(lines).map((order) => groupingOf(order, createMessageTemplates()))
  return {
    set: `log ${log}`,
    size: lines.length,
    accuracy: groupings[0]?.accuracy ?? 0,
    anyOrder: Math.min(...groupings.map(({ accuracy }) => accuracy)),
    groupAccuracy: groupings[0]?.groupAccuracy ?? 0,
    atLeast: {},
  }
}

function meanOf(scores: readonly LogScore[]): GroupingScore {
  const mean = (column: (typeof columns)[number]): number =>
    scores.reduce((sum, score) => sum + score[column], 0) / scores.length
  return {
    set: 'logs, mean',
    size: scores.reduce((sum, { size }) => sum + size, 0),
    accuracy: mean('accuracy'),
    anyOrder: mean('anyOrder'),
    groupAccuracy: mean('groupAccuracy'),
    atLeast: { accuracy: 0.98, anyOrder: 0.98, groupAccuracy: 0.93 },
  }
}
