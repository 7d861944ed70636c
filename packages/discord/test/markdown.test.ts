import { array, assert as check, constantFrom, property } from 'fast-check'
import { parse } from 'discord-markdown-parser'
import { describe, expect, test } from 'vitest'
import { code, codeBlock, deadMarkdown, link } from '../src/render/markdown.ts'

/** What Discord reads as markup, mentions and links, and what may end them. */
const marks =
  '* ** _ __ ~~ || ` `` ``` \\ # ## -# > >>> - + 1. 1) [ ] ( ) < [a](http://x.y) http://a.b/c_d <http://a.b> discord://x <a@b.c> ' +
  '<+12345> <@1> <@!1> <@&1> <#1> @everyone @here </a:1> <id:home> <t:1:R> <:a:1> <a:b:1> :skull: app.js:100:7 a 1 . 😀'
const pieces = [...marks.split(' '), ' ', '\n', '```js\n', '\u200b']
const anyMarkdown = array(constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''))

/** What a parser of Discord's markdown finds in a text, other than text. */
function markupIn(text: string): readonly string[] {
  const kinds = parse(text, 'extended').map(({ type }) => type)
  return kinds.filter((kind) => !['text', 'br', 'twemoji'].includes(kind))
}

describe('text of a log', () => {
  test('is text alone for a parser of Discord’s markdown', () => {
    check(
      property(anyMarkdown, (text) => {
        expect(markupIn(deadMarkdown(text))).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  test('is one block, one piece of code, and one link where it is meant to be', () => {
    check(
      property(anyMarkdown, (text) => {
        expect(markupIn(codeBlock(`x${text}x`, 1000))).toEqual(['codeBlock'])
        expect(markupIn(code(`x${text}x`, 1000))).toEqual(['inlineCode'])
        expect(markupIn(link(text, `https://traces.example/${text}`))).toEqual(['link'])
      }),
      { numRuns: 2000 },
    )
  })
})
