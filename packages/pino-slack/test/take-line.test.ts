import { expect, test } from 'vitest'
import type { LogRecord } from '@slack-logger/core'
import { LineTaker } from '../src/take-line.ts'

const format = { messageKey: 'msg', errorKey: 'err', nestedKey: undefined, labels: {} }

/** @param known in a flood, the messages of known problems */
function takerWith(known?: readonly string[]) {
  const asked: unknown[] = []
  const written: LogRecord[] = []
  const taker = new LineTaker(
    {
      intakeSeverity: 50,
      isFlooded: known !== undefined,
      skips(look) {
        asked.push(look)
        return known?.includes(look.message) === false
      },
      write: (record) => void written.push(record),
    },
    format,
  )
  return { take: (line: string) => taker.take(line), asked, written }
}

const lineAt = (time: number | string, more = ''): string =>
  `{"level":50,"time":${time},"err":{"type":"Error","message":"no funds","stack":"…"}${more},"msg":"refused"}`

test('a line below the level is not taken', () => {
  const { take, written } = takerWith()

  take('{"level":30,"msg":"fine"}')

  expect(written).toEqual([])
})

test('a line at the level is a record, without asking as long as there is no flood', () => {
  const { take, asked, written } = takerWith()

  take(lineAt(1))

  expect(written).toMatchObject([{ severity: 50, message: 'refused' }])
  expect(asked).toEqual([])
})

test('a line whose level does not come first is read whole', () => {
  const { take, written } = takerWith()

  take('{"time":1,"level":50,"msg":"refused"}')
  take('{"level":"error","msg":"refused"}')

  expect(written.map(({ level }) => level)).toEqual(['error', 'error'])
})

test.each(['', 'no JSON', '{"level":50,', '50', 'null'])('%j is no record', (line) => {
  const { take, written } = takerWith()

  take(line)

  expect(written).toEqual([])
})

test('a line that says the same again has its own time', () => {
  const { take, written } = takerWith()

  take(lineAt(1_700_000_000_001))
  take(lineAt(1_700_000_000_002))
  take(lineAt(1_700_000_000_003))

  const [first, ...others] = written
  expect(others).toEqual([
    { ...first, time: 1_700_000_000_002 },
    { ...first, time: 1_700_000_000_003 },
  ])
})

test('a line that says the same again may tell its time as a date', () => {
  const { take, written } = takerWith()

  take(lineAt('"2023-11-14T22:13:20.000Z"'))
  take(lineAt('"2023-11-14T22:13:21.000Z"'))

  expect(written.map(({ time }) => time)).toEqual([1_700_000_000_000, 1_700_000_001_000])
})

test('a line that differs in one letter is read anew', () => {
  const { take, written } = takerWith()

  take(lineAt(1_700_000_000_001, ',"shop":"a"'))
  take(lineAt(1_700_000_000_002, ',"shop":"b"'))
  take(lineAt(1_700_000_000_003, ',"shop":"b"').replace('50', '60'))

  expect(written.map(({ fields }) => fields)).toEqual([{ shop: 'a' }, { shop: 'b' }, { shop: 'b' }])
  expect(written.map(({ severity }) => severity)).toEqual([50, 50, 60])
})

test('a time that the program wrote over counts', () => {
  const { take, written } = takerWith()

  take(lineAt(1_700_000_000_001, ',"time":1600000000000'))
  take(lineAt(1_700_000_000_002, ',"time":1600000000000'))

  expect(written.map(({ time }) => time)).toEqual([1_600_000_000_000, 1_600_000_000_000])
})

test('in a flood, what a line says decides before it is parsed', () => {
  const { take, asked, written } = takerWith([])

  take(lineAt(1))

  expect(written).toEqual([])
  expect(asked).toEqual([{ message: 'refused', error: { message: 'no funds' } }])
})

test('in a flood, a line of a known problem is taken, and so is a fatal one', () => {
  const { take, written } = takerWith(['refused'])

  take(lineAt(1))
  take('{"level":60,"msg":"the database is gone"}')

  expect(written.map(({ message }) => message)).toEqual(['refused', 'the database is gone'])
})
