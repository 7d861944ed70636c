import { describe, expect, test } from 'vitest'
import { spansOf, wordsFor } from '../../../src/notification/locale/locale.ts'

const error = { text: 'TypeError', style: 'code' } as const
const endpoint = { text: 'POST /orders', style: 'code' } as const
const moment = { at: 1_795_269_731_000, format: 'seconds' } as const

describe('a template of words as spans', () => {
  test('has its values as they are, between its words', () => {
    expect(spansOf(wordsFor('en').failedWhile, error, endpoint)).toEqual([
      error,
      { text: ' while ' },
      endpoint,
    ])
  })

  test('has its values in the order of the language', () => {
    expect(spansOf(wordsFor('ko').failedWhile, error, endpoint)).toEqual([
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

    expect(spansOf(wordsFor('en').delivery.failed, count, from, to)).toEqual([
      count,
      { text: ' deliveries failed between ' },
      from,
      { text: ' and ' },
      to,
    ])
  })

  test('takes nothing in a value for another value', () => {
    const hostile = { text: '\u0000\u0001' }

    expect(spansOf(wordsFor('en').failedWhile, hostile, endpoint)).toEqual([
      hostile,
      { text: ' while ' },
      endpoint,
    ])
  })
})
