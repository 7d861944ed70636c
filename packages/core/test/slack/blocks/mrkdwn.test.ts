import { assert, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  codeMrkdwn,
  escapeMrkdwn,
  fencedMrkdwn,
  inertMrkdwn,
  linkMrkdwn,
  literalMrkdwn,
  mentionsMrkdwn,
  spansMrkdwn,
  timeMrkdwn,
} from '../../../src/slack/blocks/blocks.ts'
import { time } from '../../notification/samples.ts'

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

test('takes the effect from what other chats read as a mention or a link', () => {
  expect(inertMrkdwn('@all <@U1> [this](https://evil.example)')).toBe(
    '@\u200ball &lt;@\u200bU1&gt; [this]\u200b(https://evil.example)',
  )
})

test('leaves an address of mail as it is', () => {
  expect(inertMrkdwn('ann@example.com')).toBe('ann@example.com')
})

describe('a line of spans', () => {
  test('has words, code, bold words and moments', () => {
    const spans = [
      { text: 'TypeError', style: 'code' },
      { text: ' in ' },
      { text: 'checkout', style: 'bold' },
      { text: ' since ' },
      { at: time, format: 'seconds' },
    ] as const

    expect(spansMrkdwn(spans)).toBe(
      '`TypeError` in *checkout* since <!date^1795269731^{time_secs}|14:02:11 UTC>',
    )
  })

  test.each([
    [undefined, '&lt;!here&gt; *\u2060a* `\u2060b`'],
    ['code', "`&lt;!here&gt; *a* 'b'`"],
    ['bold', '*&lt;!here&gt; *\u2060a* `\u2060b`*'],
  ] as const)('has no markup of the text of a span that is %s', (style, mrkdwn) => {
    const text = '<!here> *a* `b`'

    expect(spansMrkdwn([style === undefined ? { text } : { text, style }])).toBe(mrkdwn)
  })
})

describe('a moment', () => {
  test.each([
    ['time', '<!date^1795269731^{time}|14:02 UTC>'],
    ['seconds', '<!date^1795269731^{time_secs}|14:02:11 UTC>'],
    ['date', '<!date^1795269731^{date_short_pretty} {time}|2026-11-21 14:02 UTC>'],
  ] as const)(
    'as %s is in the zone of the reader, and in UTC where that cannot be',
    (format, text) => {
      expect(timeMrkdwn(time, format)).toBe(text)
    },
  )

  test.each([Number.NaN, Infinity, 9e15])('is ? for %s, which no calendar has', (wrong) => {
    expect(timeMrkdwn(wrong, 'time')).toBe('?')
  })
})

describe('mentions', () => {
  test('have the markup of their kind', () => {
    const mentions = [
      { kind: 'user', id: 'U012AB3CD' },
      { kind: 'group', id: 'S024BE7LD' },
      { kind: 'here' },
      { kind: 'channel' },
      { kind: 'everyone' },
    ] as const

    expect(mentionsMrkdwn(mentions)).toBe(
      '<@U012AB3CD> <!subteam^S024BE7LD> <!here> <!channel> <!everyone>',
    )
  })

  test('are empty where nobody is mentioned', () => {
    expect(mentionsMrkdwn([])).toBe('')
  })
})

test('escapes the address of a link and keeps the label from ending it', () => {
  expect(linkMrkdwn({ label: 'a|b>', url: 'https://a.example/?b=1&c=2' })).toBe(
    '<https://a.example/?b=1&amp;c=2|a¦b&gt;>',
  )
})
