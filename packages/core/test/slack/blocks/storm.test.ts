import { describe, expect, test } from 'vitest'
import type { ListedProblem } from '../../../src/notification/notification.ts'
import { buildList, buildStorm, type StormView } from '../../../src/notification/storm.ts'
import { settings, time } from '../../notification/samples.ts'
import { render } from './render.ts'
import { objectionsTo, textsIn } from './slack-rules.ts'

const mentions = [{ kind: 'group', id: 'S024BE7LD' }] as const

function problemsOf(count: number): readonly ListedProblem[] {
  return Array.from({ length: count }, (_, index) => ({
    fingerprint: `fp${index}`,
    title: `Error: query ${index} failed`,
    count: 1000 - index,
    culprit: `query${index} (src/db.ts:${index})`,
  }))
}

function stormOf(distinct: number): StormView {
  const problems = problemsOf(distinct)
  return { openedAt: time, total: 1812, distinct, problems, cause: "can't reach <db>" }
}

describe('a storm', () => {
  test('has as its text how many problems there are and what may have caused them', () => {
    expect(render(buildStorm(stormOf(204), settings)).text).toBe(
      "🌩️ 204 new problems, 1,812 errors · checkout · Suspected cause: can't reach &lt;db&gt;",
    )
  })

  test('lists the ten most frequent problems and counts the others', () => {
    const texts = textsIn(render(buildStorm(stormOf(204), settings)))

    expect(texts.match(/Error: query \d+ failed/g)).toHaveLength(10)
    expect(texts).toContain('1,000× \nError: query 0 failed\n \nquery0 (src/db.ts:0)')
    expect(texts).toContain('and 194 more')
  })

  test('counts no others where all are listed', () => {
    expect(textsIn(render(buildStorm(stormOf(6), settings)))).not.toContain('more')
  })

  test('has in its context that it is over', () => {
    const message = render(buildStorm({ ...stormOf(6), isOver: true }, settings))

    expect(textsIn(message)).toContain(' · over\n')
  })

  test('has the moment in the zone of the reader, and the mentions', () => {
    const { blocks } = render(buildStorm(stormOf(6), settings, mentions))

    expect(blocks?.[1]).toMatchObject({
      text: {
        text: 'checkout · production · since <!date^1795269731^{time}|14:02 UTC> · <!subteam^S024BE7LD>',
      },
    })
  })

  test('has its notices, with no markup in them', () => {
    const storm = { ...buildStorm(stormOf(6), settings), notices: ['3 deliveries failed <@U1>'] }

    expect(textsIn(render(storm))).toContain('⚠️ 3 deliveries failed &lt;@U1&gt;')
    expect(render(storm, { detail: 'text' }).text).toContain(
      '3 deliveries failed &lt;@\u200bU1&gt;',
    )
  })

  test('is one plain section where rich text is refused, below the mentions', () => {
    const { blocks, attachments } = render(buildStorm(stormOf(204), settings, mentions), {
      detail: 'minimal',
    })

    expect(attachments).toBeUndefined()
    expect(blocks?.map(({ type }) => type)).toEqual(['section', 'section'])
    expect(textsIn({ text: '', blocks: blocks ?? [] })).toMatch(
      /^<!subteam\^S024BE7LD>\n🌩️ 204 new [^]*can't reach <db>\n• 1,000× Error: query 0 failed\n[^]*\nand 194 more$/,
    )
  })

  test.each([{ detail: 'text' }, { profile: 'plain' }] as const)(
    'is text alone for %o',
    (rendering) => {
      const message = render(buildStorm(stormOf(204), settings, mentions), rendering)

      expect(Object.keys(message)).toEqual(['text'])
      expect(message.text).toMatch(/^<!subteam\^S024BE7LD>\n🌩️ 204 new problems/)
      expect(message.text).toContain('• 1,000× Error: query 0 failed')
      expect(message.text).toContain('and 194 more')
    },
  )
})

describe('a list', () => {
  test('has its headline above a line for each problem', () => {
    const list = buildList('2 more alerts', [...problemsOf(1), noCulprit], settings)

    expect(render(list)).toEqual({
      text: '🔴 2 more alerts · checkout',
      blocks: [
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_section',
              elements: [{ type: 'text', text: '🔴 2 more alerts · checkout' }],
            },
            {
              type: 'rich_text_list',
              style: 'bullet',
              elements: [
                {
                  type: 'rich_text_section',
                  elements: [
                    { type: 'text', text: '1,000× ', style: { bold: true } },
                    { type: 'text', text: 'Error: query 0 failed' },
                    { type: 'text', text: ' ' },
                    { type: 'text', text: 'query0 (src/db.ts:0)', style: { code: true } },
                  ],
                },
                {
                  type: 'rich_text_section',
                  elements: [
                    { type: 'text', text: '3× ', style: { bold: true } },
                    { type: 'text', text: '<!here> @all' },
                  ],
                },
              ],
            },
          ],
        },
      ],
    })
  })

  test.each([{ detail: 'text' }, { profile: 'plain' }] as const)(
    'is text without effect for %o',
    (rendering) => {
      const list = buildList('2 more alerts', [...problemsOf(1), noCulprit], settings)

      expect(render(list, rendering)).toEqual({
        text: '🔴 2 more alerts · checkout\n• 1,000× Error: query 0 failed\n• 3× &lt;!here&gt; @\u200ball',
      })
    },
  )

  test('without problems has its headline alone', () => {
    const list = buildList('0 more alerts', [], settings)

    expect(objectionsTo(render(list))).toEqual([])
    expect(textsIn(render(list))).toBe('🔴 0 more alerts · checkout')
  })

  test('of as many problems as fit has nothing to which Slack objects', () => {
    const problems = problemsOf(40).map((problem) => ({ ...problem, title: '&'.repeat(500) }))
    const list = buildList('40 more alerts', problems, settings)

    const messages = (['full', 'minimal', 'text'] as const).map((detail) =>
      render(list, { detail }),
    )

    expect(messages.flatMap(objectionsTo)).toEqual([])
  })
})

const noCulprit: ListedProblem = { fingerprint: 'b', title: '<!here> @all', count: 3, culprit: '' }
