import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createRedactor } from '../../src/redaction/redactor.ts'
import { tokenKinds } from '../../src/redaction/token-kinds.ts'
import { prefixedShapes } from './published-shapes.ts'
import { createRandom, longestRest, makeToken } from './samples.ts'

const { text } = createRedactor()

/** What a token may stand between. */
const places: readonly (readonly [before: string, after: string])[] = [
  ['upstream said ', ' is invalid'],
  ['"', '"'],
  ['(', ')'],
  ['cache_', ''],
  ['x-', ','],
  ['{"line":"one\\n', '\\ntwo"}'],
  ['값은 ', '입니다'],
  ['/', '/'],
]

/** Fewer characters than this of a token are of no use. */
const tolerated = 13

test.each(tokenKinds)('hides a token of %s wherever it stands', (_name, shape) => {
  const random = createRandom(shape.length)
  const shown = places.flatMap(([before, after]) =>
    Array.from({ length: 20 }, () => makeToken(shape, random))
      .filter((token) => longestRest(text(before + token + after), token) > tolerated)
      .map((token) => before + token + after),
  )

  expect(shown).toEqual([])
})

test.each(prefixedShapes)('hides %s as it is published', (_name, shape) => {
  const random = createRandom(shape.length)
  const tokens = Array.from({ length: 100 }, () => makeToken(shape, random))
  const shown = tokens.filter((token) => longestRest(text(`saw ${token} here`), token) > tolerated)

  expect(shown.length).toBeLessThanOrEqual(3)
})

test('names every kind once, and in the documentation', () => {
  const names = tokenKinds.map(([name]) => name)
  const privacy = readFileSync(
    new URL('../../../../docs/privacy.md', import.meta.url),
    'utf8',
  ).replace(/\s+/g, ' ')

  expect(new Set(names).size).toBe(names.length)
  expect(privacy).toContain(names.join(' · '))
})
