import type { Alert, AlertReason, IncidentView } from '../incident/incident.ts'
import { showCount, showDuration } from './show-number.ts'
import type { Words } from './words.ts'

/** Why the reader sees this: `why: 10× more, 100 → 1,000 · next at 10,000`. */
export function whyLine(view: IncidentView, words: Words): string {
  const next = view.nextMilestone
  const parts = [whyByReason[view.alert.reason](view.alert, words)]
  if (next !== undefined && next > view.count) parts.push(words.why.next(showCount(next)))
  return words.why.prefix + parts.join(' · ')
}

const whyByReason: Readonly<Record<AlertReason, (alert: Alert, words: Words) => string>> = {
  new: (_alert, { why }) => why.first,
  fatal: (_alert, { why }) => why.fatal,
  milestone: ({ count, previousCount }, { why }) =>
    previousCount > 0
      ? why.times(showCount(count / previousCount), showCount(previousCount), showCount(count))
      : why.repeat(showCount(count)),
  spike: ({ spike }, { why }) =>
    why.spike(showCount(spike?.latest ?? 0), showCount(spike?.usual ?? 0)),
  regression: ({ silentMs }, { why, duration }) =>
    silentMs === undefined
      ? why.regressionResolved
      : why.regression(showDuration(silentMs, duration)),
  reminder: ({ count, previousCount }, { why }) => why.reminder(showCount(count - previousCount)),
  storm: (_alert, { why }) => why.storm,
  repeat: ({ count }, { why }) => why.repeat(showCount(count)),
}
