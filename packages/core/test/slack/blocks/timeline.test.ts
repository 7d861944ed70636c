import { describe, expect, test } from 'vitest'
import { buildStateLine } from '../../../src/slack/blocks/timeline.ts'
import { repeatedOrder, settings, time } from '../../notification/samples.ts'
import { textsIn } from './slack-rules.ts'

const at14h02 = '<!date^1795269731^{time}|14:02 UTC>'

describe('a quiet line', () => {
  test('tells the count, the rate and the hosts', () => {
    const line = buildStateLine(
      { view: repeatedOrder, change: { kind: 'count', at: time } },
      settings,
    )

    expect(line).toEqual({ text: `${at14h02} ×1,204 · 3.3/s · 2 hosts` })
  })

  test('does not count a single host', () => {
    const view = { ...repeatedOrder, hosts: ['web-3'] }

    const line = buildStateLine({ view, change: { kind: 'count', at: time } }, settings)

    expect(line.text).not.toContain('host')
  })

  test.each([
    ['quiet', 'quiet'],
    ['resolved', 'resolved'],
    ['muted', 'muted'],
    ['reopened', 'open again'],
  ] as const)('tells that it is %s', (kind, words) => {
    const line = buildStateLine({ view: repeatedOrder, change: { kind, at: time } }, settings)

    expect(line.text).toBe(`${at14h02} ${words}`)
  })

  test('tells after which silence it is back', () => {
    const change = { kind: 'back', at: time, silentMs: 5_940_000 } as const

    const line = buildStateLine({ view: repeatedOrder, change }, settings)

    expect(line.text).toBe(`${at14h02} back after 1 h 39 min`)
  })

  test('speaks Korean', () => {
    const change = { kind: 'back', at: time, silentMs: 5_940_000 } as const

    const line = buildStateLine({ view: repeatedOrder, change }, { ...settings, locale: 'ko' })

    expect(line.text).toBe(`${at14h02} 1시간 39분 만에 재발`)
  })
})

describe('a loud line', () => {
  const change = { kind: 'count', at: time } as const
  const loud = { view: repeatedOrder, change, isLoud: true, mentions: '<!here>' }

  test('says as a notification alone what broke and how often', () => {
    expect(buildStateLine(loud, settings).text).toBe(
      '🔴 checkout: TypeError: Cannot read properties of undefined (reading id) · POST /orders/:id · ×1,204 · 3.3/s · 2 hosts',
    )
  })

  test('says why, and mentions whom the route names', () => {
    expect(textsIn(buildStateLine(loud, settings))).toContain(
      'why: 10× more, 100 → 1,000 · next at 10,000 · <!here>',
    )
  })

  test('is text alone where blocks are refused', () => {
    const line = buildStateLine(loud, { ...settings, detail: 'text' })

    expect(line).toEqual({ text: expect.stringMatching(/^🔴 checkout: TypeError.* · <!here>$/) })
  })
})
