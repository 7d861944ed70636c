import { expect, test } from 'vitest'
import { parseInlines, parseParagraphs } from '../../page/src/text/parse-mrkdwn.ts'
import { plainText } from '../../page/src/text/plain-inlines.ts'
import { safeUrl } from '../../page/src/text/safe-url.ts'
import { showSlackDate } from '../../page/src/text/slack-date.ts'

const read = (source: string, linksAddresses = true) => parseInlines(source, { linksAddresses })

test.each([
  ['*b*', [{ kind: 'bold', children: [{ kind: 'text', text: 'b' }] }]],
  ['_i_', [{ kind: 'italic', children: [{ kind: 'text', text: 'i' }] }]],
  ['~s~', [{ kind: 'strike', children: [{ kind: 'text', text: 's' }] }]],
  ['`*c*`', [{ kind: 'code', text: '*c*' }]],
  [
    '*_x_*',
    [{ kind: 'bold', children: [{ kind: 'italic', children: [{ kind: 'text', text: 'x' }] }] }],
  ],
  ['a*b*c', [{ kind: 'text', text: 'a*b*c' }]],
  ['2 * 3 * 4', [{ kind: 'text', text: '2 * 3 * 4' }]],
  ['*a\nb*', [{ kind: 'text', text: '*a\nb*' }]],
  ['snake_case_name', [{ kind: 'text', text: 'snake_case_name' }]],
  ['**', [{ kind: 'text', text: '**' }]],
])('marks mean what they mean in Slack: %s', (source, pieces) => {
  expect(read(source)).toEqual(pieces)
})

test('entities are decoded once', () => {
  expect(read('&lt;b&gt; &amp;lt; &amp;amp; &quot;')).toEqual([
    { kind: 'text', text: '<b> &lt; &amp; &quot;' },
  ])
})

test('text between angle brackets is a link, a mention or a date', () => {
  expect(
    read(
      '<https://a.example/?a=1&amp;b=2|A> <@U1> <#C1|ops> <!subteam^S1> <!here> <!date^5^{date}|then>',
    ),
  ).toMatchObject([
    { kind: 'link', url: 'https://a.example/?a=1&b=2', label: 'A' },
    { kind: 'text' },
    { kind: 'mention', what: 'user', id: 'U1' },
    { kind: 'text' },
    { kind: 'mention', what: 'channel', id: 'C1', label: 'ops' },
    { kind: 'text' },
    { kind: 'mention', what: 'group', id: 'S1' },
    { kind: 'text' },
    { kind: 'mention', what: 'broadcast', id: 'here' },
    { kind: 'text' },
    { kind: 'date', date: { timestamp: 5, format: '{date}', fallback: 'then' } },
  ])
})

test('invalid links stay text', () => {
  expect(read('a < b > c, <<x>')).toEqual([{ kind: 'text', text: 'a < b > c, <<x>' }])
})

test('bare addresses become links without the full stop, unless the text is verbatim', () => {
  expect(read('see https://a.example/x.')).toEqual([
    { kind: 'text', text: 'see ' },
    { kind: 'link', url: 'https://a.example/x', label: '' },
    { kind: 'text', text: '.' },
  ])
  expect(read('see https://a.example/x.', false)).toEqual([
    { kind: 'text', text: 'see https://a.example/x.' },
  ])
})

test('a fence is literal, decoded once, and separates the text around it', () => {
  expect(parseParagraphs('before\n```\n*a* &amp;lt;\n```\n&gt; quoted\n&gt; more\nafter')).toEqual([
    { kind: 'text', source: 'before' },
    { kind: 'code', text: '*a* &lt;' },
    { kind: 'quote', source: 'quoted\nmore' },
    { kind: 'text', source: 'after' },
  ])
})

test('plain text has no markup but emoji', () => {
  expect(plainText('*b* <!here> &amp; :fire: 12:30:45', true)).toEqual([
    { kind: 'text', text: '*b* <!here> &amp; ' },
    { kind: 'emoji', name: 'fire' },
    { kind: 'text', text: ' 12:30:45' },
  ])
})

test.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', ' JaVaScRiPt:x', 'x'])(
  '%s is no safe address',
  (url) => {
    expect(safeUrl(url)).toBeUndefined()
  },
)

test('a date is formatted, and an invalid one is its fallback', () => {
  const now = new Date(2026, 10, 22, 12)
  const timestamp = new Date(2026, 10, 21, 14, 2, 11).getTime() / 1000
  const show = (format: string) =>
    showSlackDate({ timestamp, format, link: undefined, fallback: 'then' }, now)

  expect(show('{date_num} {time_secs}')).toBe('2026-11-21 2:02:11 PM')
  expect(show('{date_short_pretty} at {time} {unknown}')).toBe('yesterday at 2:02 PM {unknown}')
  expect(
    showSlackDate(
      { timestamp: Number.NaN, format: '{date}', link: undefined, fallback: 'then' },
      now,
    ),
  ).toBe('then')
})

test.each(['<', '*a ', '`', '_', '<!date^', '&amp;', ':a', '```', '&gt;\n', 'https://'])(
  'parses 40,000 characters of %j in linear time',
  (part) => {
    const source = part.repeat(Math.ceil(40_000 / part.length))

    const pieces = parseParagraphs(source).flatMap((paragraph) =>
      paragraph.kind === 'code' ? [] : read(paragraph.source),
    )

    expect(pieces.length).toBeLessThan(source.length)
  },
)
