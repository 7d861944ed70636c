import { assert, property } from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { SlackMessage } from '../../../src/slack/message.ts'
import { anyNotifications } from '../../notification/arbitrary-notifications.ts'
import { anyMessages } from './arbitrary-messages.ts'
import { render } from './render.ts'
import { markupTexts, objectionsTo, typesIn } from './slack-rules.ts'

/** Beside blocks, the text is a notification, which Slack does not format. */
function shownMarkup(message: SlackMessage): readonly string[] {
  return markupTexts(message).slice(message.blocks === undefined ? 0 : 1)
}

/** Dates, configured links, and the mentions of the route. */
const allowedMarkup =
  /<!date\^-?\d+\^(?:\{[a-z_]+\} ?)+\|[\d: -]+UTC>|<https:\/\/ok\.example\/[^<>|]*\|[^<>|]*>|<@U0ROUTE>|<!subteam\^S0ROUTE>|<!here>/g

const renderings = (['blocks', 'plain'] as const).flatMap((profile) =>
  (['full', 'minimal', 'text'] as const).map((detail) => ({ profile, detail })),
)

const literalTypes = [
  undefined,
  'header',
  'section',
  'context',
  'mrkdwn',
  'plain_text',
  'rich_text',
  'rich_text_section',
  'rich_text_preformatted',
  'rich_text_list',
  'actions',
  'button',
  'static_select',
  'text',
  'table',
  'raw_text',
  'data_visualization',
  'bar',
]

// Hundreds of records, each rendered in every way: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 })

describe('whatever was logged, every message', () => {
  test('is one that Slack takes and that deceives nobody, for every detail and profile', () => {
    assert(
      property(anyNotifications, (notifications) => {
        for (const rendering of renderings) {
          const messages = notifications.map((notification) => render(notification, rendering))
          expect(messages.flatMap(objectionsTo)).toEqual([])
        }
      }),
      { numRuns: 300 },
    )
  })

  test('of all kinds is among those that are checked', () => {
    const kinds = new Set<string>()
    assert(
      property(anyNotifications, (notifications) => {
        for (const { kind } of notifications) kinds.add(kind)
      }),
    )

    expect([...kinds].toSorted()).toEqual([
      'details',
      'list',
      'notice',
      'report',
      'root',
      'state',
      'storm',
    ])
  })

  test('holds no mention, link or other markup of a record', () => {
    assert(
      property(anyMessages, (messages) => {
        const texts = messages.flatMap(markupTexts).map((text) => text.replace(allowedMarkup, ''))

        expect(texts.filter((text) => /[<>]|&(?!amp;|lt;|gt;)/.test(text))).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('is made of literal texts and fixed markup only', () => {
    assert(
      property(anyMessages, (messages) => {
        const types = new Set(messages.flatMap((message) => [...typesIn(message)]))

        expect([...types].filter((type) => !literalTypes.includes(type as string))).toEqual([])
      }),
    )
  })

  test('holds no action that a record could have caused', () => {
    const ours = /^f{32}\|k{64}(?:\|(?:hour|morning|release|count))?$/
    assert(
      property(anyMessages, (messages) => {
        const rows = messages.flatMap(({ blocks = [] }) =>
          blocks.filter(({ type }) => type === 'actions'),
        )
        const values = JSON.stringify(rows).matchAll(/"value":"([^"]*)"/g)

        expect([...values].filter(([, value = '']) => !ours.test(value))).toEqual([])
        expect(rows.length).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('closes every fence it opens, and no record opens one', () => {
    assert(
      property(anyMessages, (messages) => {
        const shown = messages.flatMap(shownMarkup)
        const parts = shown.map((text) => text.split('```'))

        const broken = parts.filter(
          (between) =>
            between.length % 2 === 0 ||
            between.some((part, index) => index % 2 === 1 && !/^\n[^]*\n$/.test(part)),
        )
        expect(broken).toEqual([])
      }),
    )
  })
})
