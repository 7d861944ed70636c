import { assert, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  codeMrkdwn,
  escapeMrkdwn,
  fencedMrkdwn,
  literalMrkdwn,
} from '../../../src/slack/blocks/mrkdwn.ts'

test('turns the three characters that begin markup into entities', () => {
  expect(escapeMrkdwn('<!channel> & <@U1>')).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt;')
})

test('escapes an entity as the text that it is', () => {
  expect(escapeMrkdwn('&lt;')).toBe('&amp;lt;')
})

test('leaves nothing that Slack could read as markup, whatever the text', () => {
  assert(
    property(string({ unit: 'binary' }), (text) => {
      expect(escapeMrkdwn(text)).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/)
    }),
  )
})

describe('literal text', () => {
  test.each([
    ['*bold*', '*\u2060bold*'],
    ['_italic_ and ~struck~', '_\u2060italic_ and ~\u2060struck~'],
    ['`code`', '`\u2060code`'],
  ])('takes the effect from the formatting of %s', (text, literal) => {
    expect(literalMrkdwn(text)).toBe(literal)
  })

  test.each(['user_id', '2 * 3 * 4', 'a/b_c_d', 'select * from t'])(
    'leaves %s as it is, for whoever copies it',
    (text) => {
      expect(literalMrkdwn(text)).toBe(text)
    },
  )
})

test('keeps a backtick from ending code', () => {
  expect(codeMrkdwn('a`b<c')).toBe("`a'b&lt;c`")
})

test('keeps a fence from ending fenced text', () => {
  expect(fencedMrkdwn('a\n````\nb `c`')).toBe("```\na\n'''\nb `c`\n```")
})
