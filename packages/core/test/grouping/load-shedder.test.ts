import { createVirtualClock, startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { LoadShedder } from '../../src/grouping/load-shedder.ts'
import { createSlackSink, type LogRecord } from '../../src/index.ts'

function record(message: string): LogRecord {
  return { level: 'error', time: 0, message, error: new Error(`${message} failed`), fields: {} }
}

let problems = 0

/** Logs new problems, and counts those that are not shed. */
function flood(shedder: LoadShedder, count: number, now: number): number {
  let passed = 0
  for (let logged = 0; logged < count; logged += 1) {
    problems += 1
    const each = record(wordOf(problems))
    if (shedder.shouldShed(each, now)) continue
    passed += 1
    shedder.learn(each, wordOf(problems), now)
  }
  return passed
}

function wordOf(number: number): string {
  return Array.from(String(number), (digit) => 'abcdefghij'[Number(digit)]).join('')
}

test('two hundred new problems pass at once, then twenty a second', () => {
  const shedder = new LoadShedder(0)

  expect(flood(shedder, 10_000, 0)).toBe(200)
  expect(flood(shedder, 10_000, 1000)).toBe(20)
})

test('records of one problem are never shed, however many and whatever number is in them', () => {
  const shedder = new LoadShedder(0)

  for (let index = 0; index < 10_000; index += 1) {
    const each = record(`order ${index}`)
    expect(shedder.shouldShed(each, 0)).toBe(false)
    shedder.learn(each, 'orders', 0)
  }
})

test('no record of a known problem is shed during a flood', () => {
  const shedder = new LoadShedder(0)
  shedder.learn(record('order 1'), 'orders', 0)
  flood(shedder, 150, 0)
  shedder.learn(record('order 2'), 'orders', 0)

  expect(flood(shedder, 10_000, 0)).toBeLessThan(200)
  expect(shedder.shouldShed(record('order 3'), 0)).toBe(false)
  expect(shedder.shouldShed(record('never seen'), 0)).toBe(true)
})

test('an error whose message cannot be read does not throw', () => {
  const shedder = new LoadShedder(0)
  flood(shedder, 200, 0)
  const error = {
    get message(): string {
      throw new Error('no')
    },
  }

  expect(shedder.shouldShed({ ...record('odd'), error }, 0)).toBe(true)
})

test('a sink counts every record of a known problem during a flood', async () => {
  const clock = createVirtualClock()
  const inbox = await startInbox({ clock, listen: false })
  const sink = createSlackSink(
    { token: inbox.token, channel: '#alerts', slackApiUrl: inbox.apiUrl },
    { clock, fetch: inbox.fetch, variables: {} },
  )
  const write = (name: string): void => {
    const error = Object.assign(new Error(`${name} failed`), { code: `E_${name}` })
    sink.write({ level: 'error', time: clock.now(), message: '', error, fields: {} })
  }
  const lost = (): number =>
    Object.values(sink.health().events.lost).reduce((sum, count) => sum + count, 0)
  const others = (from: number, to: number): void => {
    for (let number = from; number < to; number += 1) write(wordOf(number))
  }

  others(100, 250)
  for (let time = 0; time < 3; time += 1) write('known')
  others(250, 450)
  const before = lost()
  for (let time = 0; time < 10; time += 1) write('known')

  expect(before).toBeGreaterThan(100)
  expect(lost()).toBe(before)
})
