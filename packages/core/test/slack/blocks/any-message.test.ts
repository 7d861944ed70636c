import { assert, property } from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { SlackMessage } from '../../../src/slack/message.ts'
import { anyMessages } from '../../notification/arbitrary-messages.ts'
import { markupTexts, objectionsTo, typesIn } from './slack-rules.ts'

/** Beside blocks, the text is a notification, which Slack does not format. */
function shownMarkup(message: SlackMessage): readonly string[] {
  return markupTexts(message).slice(message.blocks === undefined ? 0 : 1)
}

const allowedMarkup =
  /<!date\^-?\d+\^(?:\{[a-z_]+\} ?)+\|[\d: -]+UTC>|<https:\/\/ok\.example\/[^<>|]*\|[^<>|]*>/g

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
  'text',
]

// Hundreds of records, each rendered in every way: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 })

describe('whatever was logged, every message', () => {
  test('is one that Slack takes and that deceives nobody', () => {
    assert(
      property(anyMessages, (messages) => {
        expect(messages.flatMap(objectionsTo)).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('holds no mention, link or other markup that a record brought along', () => {
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
