import { describe, expect, test, vi } from 'vitest'
import {
  resolveLocale,
  spansOf,
  type Words,
  wordsFor,
} from '../../../src/notification/locale/locale.ts'

const error = { text: 'TypeError', style: 'code' } as const
const endpoint = { text: 'POST /orders', style: 'code' } as const
const moment = { at: 1_795_269_731_000, format: 'seconds' } as const

function wordsWith(texts: object, onError: (error: unknown) => void = () => undefined): Words {
  return wordsFor(resolveLocale(texts, onError))
}

const failedWhile = (what: string, where: string): string => `${what} while ${where}`

describe('a template of words as spans', () => {
  test('has its values as they are, between its words', () => {
    expect(spansOf(failedWhile, error, endpoint)).toEqual([error, { text: ' while ' }, endpoint])
  })

  test('has its values in the order of the language', () => {
    expect(spansOf((what, where) => `${where} 처리 중 ${what}`, error, endpoint)).toEqual([
      endpoint,
      { text: ' 처리 중 ' },
      error,
    ])
  })

  test('keeps a moment as data, before or behind the words', () => {
    expect(spansOf(wordsFor('en').storm.since, moment)).toEqual([{ text: 'since ' }, moment])
    expect(spansOf(wordsFor('ko').storm.since, moment)).toEqual([moment, { text: '부터' }])
  })

  test('has a value as often as the template has it', () => {
    expect(spansOf((what) => `${what}, ${what}`, error)).toEqual([error, { text: ', ' }, error])
  })

  test('leaves out a value that the template does not have', () => {
    expect(spansOf((what, _where) => `${what}!`, error, endpoint)).toEqual([error, { text: '!' }])
  })

  test('has values that follow each other without words between them', () => {
    expect(spansOf((what, where) => what + where, error, endpoint)).toEqual([error, endpoint])
  })

  test('keeps words of one character', () => {
    expect(spansOf((what, where) => `${what}:${where}`, error, endpoint)).toEqual([
      error,
      { text: ':' },
      endpoint,
    ])
  })

  test('has as many values as are given', () => {
    const count = { text: '3' }
    const from = { text: '14:02 UTC' }
    const to = { text: '14:09 UTC' }

    expect(spansOf(wordsFor('en').delivery.failedAt, count, from, to)).toEqual([
      count,
      { text: ' deliveries failed between ' },
      from,
      { text: ' and ' },
      to,
    ])
  })

  test('takes nothing in a value for another value', () => {
    const hostile = { text: '\u0000\u0001' }

    expect(spansOf(failedWhile, hostile, endpoint)).toEqual([
      hostile,
      { text: ' while ' },
      endpoint,
    ])
  })
})

describe("texts of the application's own", () => {
  test('replace those of English, in groups too', () => {
    const words = wordsWith({ causedBy: 'von ', labels: { user: 'Benutzer' } })

    expect(words.causedBy).toBe('von ')
    expect(words.labels).toEqual({ ...wordsFor('en').labels, user: 'Benutzer' })
    expect(words.fix).toBe(wordsFor('en').fix)
  })

  test('that are undefined are English', () => {
    expect(wordsWith({ causedBy: undefined })).toEqual(wordsFor('en'))
  })

  test.each([
    [{ causedby: 'von ' }, 'Expected only known texts, got `locale.causedby`'],
    [{ labels: { usr: 'x' } }, 'Expected only known texts, got `locale.labels.usr`'],
    [{ causedBy: () => 'von' }, 'Expected `locale.causedBy` to be a string, got a function'],
    [{ labels: null }, 'Expected `locale.labels` to be an object, got null'],
    [{ firstOf: 7 }, 'Expected `locale.firstOf` to be a function, got a number'],
  ])('%j are refused', (texts, message) => {
    expect(() => wordsWith(texts)).toThrow(new TypeError(message))
  })

  test.each([
    [
      () => {
        throw new Error('broken')
      },
      'broken',
    ],
    [() => undefined, 'Expected `locale.firstOf` to return a string, got undefined'],
  ])('that fail are reported, and are English', (firstOf, message) => {
    const onError = vi.fn<(error: unknown) => void>()

    expect(wordsWith({ firstOf }, onError).firstOf('3')).toBe('first of 3: ')
    expect(onError.mock.lastCall).toMatchObject([{ message }])
  })
})
