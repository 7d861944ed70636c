import { createVirtualClock, startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { FloodGate } from '../../src/incident/load-shedder.ts'
import { createSlackSink, type LogRecord } from '../../src/index.ts'

function record(message: string): LogRecord {
  return { level: 'error', time: 0, message, error: new Error(`${message} failed`), fields: {} }
}

let problems = 0

/** Logs so many problems that nobody has seen, and says how many passed. */
function flood(gate: FloodGate, count: number, now: number): number {
  let admitted = 0
  for (let logged = 0; logged < count; logged += 1) {
    problems += 1
    const each = record(wordOf(problems))
    if (!gate.admits(each, now)) continue
    admitted += 1
    gate.learn(each, wordOf(problems), now)
  }
  return admitted
}

function wordOf(number: number): string {
  return Array.from(String(number), (digit) => 'abcdefghij'[Number(digit)]).join('')
}

test('two hundred new problems pass at once, then twenty a second', () => {
  const gate = new FloodGate(0)

  expect(flood(gate, 10_000, 0)).toBe(200)
  expect(flood(gate, 10_000, 1000)).toBe(20)
})

test('records of one problem all pass, however many and whatever number is in them', () => {
  const gate = new FloodGate(0)

  for (let index = 0; index < 10_000; index += 1) {
    const each = record(`order ${index}`)
    expect(gate.admits(each, 0)).toBe(true)
    gate.learn(each, 'orders', 0)
  }
})

test('a known problem is counted to the last in the midst of a flood', () => {
  const gate = new FloodGate(0)
  gate.learn(record('order 1'), 'orders', 0)
  flood(gate, 150, 0)
  gate.learn(record('order 2'), 'orders', 0)

  expect(flood(gate, 10_000, 0)).toBeLessThan(200)
  expect(gate.admits(record('order 3'), 0)).toBe(true)
  expect(gate.admits(record('never seen'), 0)).toBe(false)
})

test('a record that cannot be read is no reason to throw', () => {
  const gate = new FloodGate(0)
  flood(gate, 200, 0)
  const error = {
    get message(): string {
      throw new Error('no')
    },
  }

  expect(gate.admits({ ...record('odd'), error }, 0)).toBe(false)
})

test('a problem that was only seen in a row is counted to the last in the midst of a flood', async () => {
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
