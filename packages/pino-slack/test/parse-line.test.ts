import { expect, test } from 'vitest'
import { createLineParser } from '../src/parse-line.ts'

const format = { messageKey: 'msg', errorKey: 'err' }

function parserOf(known: readonly string[] | undefined) {
  const asked: unknown[] = []
  const parse = createLineParser(
    {
      intakeSeverity: 50,
      isFlooded: known !== undefined,
      skips(look) {
        asked.push(look)
        return known?.includes(look.message) === false
      },
    },
    format,
  )
  return { parse, asked }
}

const line =
  '{"level":50,"time":1,"err":{"type":"Error","message":"no funds","stack":"…"},"msg":"refused"}'

test('a line below the level is not parsed', () => {
  expect(parserOf(undefined).parse('{"level":30,"msg":"fine"}')).toBeNull()
})

test('a line at the level is parsed, without asking as long as there is no flood', () => {
  const { parse, asked } = parserOf(undefined)

  expect(parse(line)).toMatchObject({ level: 50, msg: 'refused' })
  expect(asked).toEqual([])
})

test('in a flood, what a line says decides before it is parsed', () => {
  const { parse, asked } = parserOf([])

  expect(parse(line)).toBeNull()
  expect(asked).toEqual([{ message: 'refused', error: { message: 'no funds' } }])
})

test('in a flood, a line of a known problem is parsed, and so is a fatal one', () => {
  const { parse } = parserOf(['refused'])

  expect(parse(line)).toMatchObject({ msg: 'refused' })
  expect(parse('{"level":60,"msg":"the database is gone"}')).toMatchObject({ level: 60 })
})
