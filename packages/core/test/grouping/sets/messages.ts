import { createMessageTemplates } from '../../../src/grouping/template/message-template.ts'
import { groupingOf } from '../accuracy.ts'
import { serviceMessages, sourceLineMessages } from '../messages/messages.ts'
import { apartPairs, samePairs } from '../messages/pairs.ts'
import type { GroupingScore } from './grouping-set.ts'

export const name = 'messages of Node services'

export function measure(): readonly GroupingScore[] {
  return [scoreOfTemplates(), scoreOfSourceLines(), scoreOfPairs()]
}

/** Each message with each other. */
function scoreOfTemplates(): GroupingScore {
  const lines = serviceMessages()
  const { accuracy, groupAccuracy, precision, recall } = groupingOf(lines, createMessageTemplates())
  return {
    set: 'messages, by template',
    size: (lines.length * (lines.length - 1)) / 2,
    kept: recall,
    precision,
    accuracy,
    groupAccuracy,
    atLeast: { kept: 0.99, precision: 0.99, accuracy: 0.97, groupAccuracy: 0.97 },
  }
}

/** Texts of other programs: a plain word in the place of a value is taken for what happened where nothing says otherwise. */
function scoreOfSourceLines(): GroupingScore {
  const lines = sourceLineMessages()
  const { accuracy, groupAccuracy, precision, recall } = groupingOf(lines, createMessageTemplates())
  return {
    set: 'messages, by line of a source',
    size: (lines.length * (lines.length - 1)) / 2,
    kept: recall,
    precision,
    accuracy,
    groupAccuracy,
    atLeast: { kept: 0.84, precision: 0.99, accuracy: 0.86, groupAccuracy: 0.82 },
  }
}

/** Pairs that were chosen because they are hard. */
function scoreOfPairs(): GroupingScore {
  const templates = createMessageTemplates()
  const shares = ([first, second]: readonly [string, string]): boolean =>
    templates.keyOf(first) === templates.keyOf(second)
  const kept = samePairs.filter(shares).length
  const merged = apartPairs.filter(shares).length
  return {
    set: 'messages, hard pairs',
    size: samePairs.length + apartPairs.length,
    kept: kept / samePairs.length,
    apart: 1 - merged / apartPairs.length,
    precision: kept / (kept + merged),
    atLeast: { kept: 0.97, apart: 0.97, precision: 0.97 },
  }
}
