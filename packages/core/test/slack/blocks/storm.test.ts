import { describe, expect, test } from 'vitest'
import { buildStormMembers } from '../../../src/slack/blocks/storm.ts'
import { buildStormMessage } from '../../../src/slack/blocks/storm.ts'
import type { StormView } from '../../../src/slack/blocks/storm.ts'
import { settings, time } from '../../notification/samples.ts'
import { textsIn } from './slack-rules.ts'

function stormOf(distinct: number): StormView {
  const members = Array.from({ length: distinct }, (_, index) => ({
    fingerprint: `fp${index}`,
    title: `Error: query ${index} failed`,
    count: 1000 - index,
    culprit: `query${index} (src/db.ts:${index})`,
  }))
  return { openedAt: time, total: 1812, distinct, members, cause: "can't reach <db>" }
}

describe('a storm', () => {
  test('says as a notification how many problems there are and what may be behind them', () => {
    expect(buildStormMessage(stormOf(204), settings).text).toBe(
      '🌩️ checkout: 204 new problems, 1,812 errors · suspected common cause: cant reach &lt;db&gt;',
    )
  })

  test('lists the ten most frequent problems and counts the others', () => {
    const texts = textsIn(buildStormMessage(stormOf(204), settings))

    expect(texts.match(/Error: query \d+ failed/g)).toHaveLength(10)
    expect(texts).toContain('1,000× \nError: query 0 failed\n \nquery0 (src/db.ts:0)')
    expect(texts).toContain('and 194 more')
  })

  test('counts no others where all are listed', () => {
    expect(textsIn(buildStormMessage(stormOf(6), settings))).not.toContain('more')
  })

  test('says in its header when it is over', () => {
    const message = buildStormMessage({ ...stormOf(6), isOver: true }, settings)

    expect(textsIn(message)).toContain('🌩️ checkout · production · over')
  })

  test('is text alone where blocks are refused', () => {
    const message = buildStormMessage(stormOf(204), { ...settings, detail: 'text' })

    expect(Object.keys(message)).toEqual(['text'])
    expect(message.text).toContain('• 1,000× Error: query 0 failed')
    expect(message.text).toContain('and 194 more')
  })
})

describe("a storm's thread", () => {
  test('names every problem with its fingerprint', () => {
    const { messages, file } = buildStormMembers(stormOf(20), settings)

    expect(messages).toHaveLength(1)
    expect(file).toBeUndefined()
    expect(messages.map(textsIn).join()).toContain(
      '    981  fp19  Error: query 19 failed  query19 (src/db.ts:19)',
    )
  })

  test('becomes a file where there are too many', () => {
    const { messages, file } = buildStormMembers(stormOf(400), settings)

    expect(messages.length).toBeLessThanOrEqual(2)
    expect(file?.content.split('\n')).toHaveLength(400)
  })
})
