import { readFileSync } from 'node:fs'
import { createVirtualClock, type InboxMessage, startInbox } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { createSlackSink, type QuietHoursOptions, type SlackOptions } from '../../src/index.ts'
import { namesOf, startVirtualSink, type VirtualSink } from './virtual-sink.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

const quietHours: QuietHoursOptions = { from: '22:00', to: '08:00', timeZone: 'UTC' }

/** A sink at a time of the first of January, UTC. */
async function startAt(hours: number, options: SlackOptions = {}): Promise<VirtualSink> {
  const slack = await startVirtualSink({ quietHours, ...options })
  await slack.clock.advance(hours * hour)
  return slack
}

/** What notifies the channel. */
function notifying({ inbox }: VirtualSink): readonly InboxMessage[] {
  return inbox.messages({ channel: 'alerts' })
}

function shown(message: InboxMessage | undefined): string {
  return JSON.stringify([message?.text, message?.blocks, message?.attachments])
}

/** The first example of a section of docs/incidents.md. */
function exampleOf(section: string): SlackOptions {
  const page = readFileSync(new URL('../../../../docs/incidents.md', import.meta.url), 'utf8')
  const text = page.slice(page.indexOf(`\n## ${section}\n`))
  const code = /```js\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
  // oxlint-disable-next-line typescript/no-implied-eval -- runs as printed
  return new Function(`${code}; return options`)() as SlackOptions
}

/** Until a time of the current or the next day. */
async function advanceTo({ clock }: VirtualSink, hours: number): Promise<void> {
  const today = Math.floor(clock.now() / (24 * hour)) * 24 * hour
  const time = today + hours * hour
  await clock.advanceTo(time > clock.now() ? time : time + 24 * hour)
}

test('what is new in quiet hours waits, and one message lists all of it when they end', async () => {
  await using slack = await startAt(3)
  const names = namesOf(30)

  for (const name of names) {
    for (let time = 0; time < 3; time += 1) slack.failIn(name)
    await slack.clock.advance(minute)
  }
  await advanceTo(slack, 7.99)
  expect(notifying(slack)).toEqual([])
  await advanceTo(slack, 9)

  const [list] = notifying(slack)
  expect(notifying(slack)).toHaveLength(1)
  expect(Number(list?.ts) * 1000).toBe(Date.UTC(2026, 0, 1, 8))
  expect(list?.text).toBe('🌙 30 problems in quiet hours, 90 errors · checkout')
  expect(names.filter((name) => !shown(list).includes(`${name} failed`))).toEqual([])
  expect(shown(list)).toContain('Quiet hours are over: this is what waited')
})

test('the example of the documentation runs as printed', async () => {
  // 22:30 in Berlin.
  await using slack = await startAt(21.5, exampleOf('Quiet hours'))

  slack.failIn('charge')
  slack.failIn('refund', { fields: { tag: 'payments' } })
  slack.failIn('boot', { level: 'fatal' })
  await slack.clock.advance(minute)
  expect(notifying(slack)).toHaveLength(2)
  await advanceTo(slack, 7)
  await slack.clock.advance(second)

  expect(notifying(slack)[2]?.text).toBe('🌙 1 problem in quiet hours, 1 error · checkout')
})

test('a night in which nothing waited ends without a message', async () => {
  await using slack = await startAt(20)
  slack.failIn('charge')
  await slack.clock.advance(hour)

  await advanceTo(slack, 10)

  expect(notifying(slack)).toHaveLength(1)
})

test('outside of quiet hours, alerts notify as usual', async () => {
  await using slack = await startAt(8)

  slack.failIn('charge')
  await slack.clock.advance(second)

  expect(notifying(slack)).toHaveLength(1)
  expect(shown(notifying(slack)[0])).toContain('charge failed')
})

test('what is deferred when quiet hours begin waits for their end', async () => {
  await using slack = await startAt(21.9999)

  slack.failIn('charge')
  slack.failIn('search')
  await slack.clock.advance(hour)
  expect(notifying(slack)).toHaveLength(1)
  await advanceTo(slack, 9)

  expect(shown(notifying(slack)[1])).toContain('search failed')
  expect(notifying(slack)[1]?.text).toContain('1 problem in quiet hours, 1 error')
})

describe('a fatal problem', () => {
  test('notifies at once, with its mentions, and so does what becomes fatal', async () => {
    await using slack = await startAt(3, { routes: [{ mention: '@here' }] })
    slack.failIn('charge')
    await slack.clock.advance(minute)
    expect(notifying(slack)).toEqual([])

    slack.failIn('charge', { level: 'fatal' })
    slack.failIn('boot', { level: 'fatal' })
    await slack.clock.advance(minute)

    expect(notifying(slack).map(({ notified }) => notified.broadcasts)).toEqual([
      ['here'],
      ['here'],
    ])
    await advanceTo(slack, 9)
    expect(notifying(slack)).toHaveLength(2)
  })

  test('waits like any other with `except: "none"`', async () => {
    await using slack = await startAt(3, { quietHours: { ...quietHours, except: 'none' } })

    slack.failIn('charge', { level: 'fatal' })
    await slack.clock.advance(hour)
    expect(notifying(slack)).toEqual([])
    await advanceTo(slack, 9)

    expect(shown(notifying(slack)[0])).toContain('charge failed')
  })
})

/** A problem of the evening that occurs 150 times at night. */
async function growAtNight(options: SlackOptions = {}): Promise<VirtualSink> {
  const slack = await startAt(20, options)
  slack.failIn('charge')
  await advanceTo(slack, 23)
  for (let time = 0; time < 150; time += 1) slack.failIn('charge')
  await slack.clock.advance(10 * minute)
  return slack
}

describe('a problem with a message', () => {
  test('is edited, shows when it notifies, and is listed with a link', async () => {
    await using slack = await growAtNight()

    expect(notifying(slack)).toHaveLength(1)
    expect(notifying(slack)[0]?.text).toContain('×151')
    expect(shown(notifying(slack)[0])).toContain('Quiet hours: notifies at 08:00')
    await advanceTo(slack, 8.5)

    const [root, list] = notifying(slack)
    expect(notifying(slack)).toHaveLength(2)
    expect(list?.text).toContain('1 problem in quiet hours, 150 errors')
    expect(shown(list)).toContain(`/archives/${root?.channel}/p${root?.ts.replace('.', '')}`)
    expect(shown(root)).not.toContain('notifies at')
  })

  test('notifies again by itself after quiet hours', async () => {
    await using slack = await growAtNight()
    await advanceTo(slack, 8.5)

    for (let time = 0; time < 850; time += 1) slack.failIn('charge')
    await slack.clock.advance(10 * minute)

    expect(notifying(slack)).toHaveLength(3)
    expect(shown(notifying(slack)[2])).toContain('1,000 so far')
  })

  test.each([
    ['en', 'Quiet hours: notifies at 08:00', '1 problem in quiet hours, 150 errors'],
    ['ko', '방해 금지 시간: 08:00에 알림', '방해 금지 시간 중 문제 1가지, 오류 150건'],
  ] as const)('is shown in the language of the options: %s', async (locale, waits, summary) => {
    await using slack = await growAtNight({ locale })
    const edited = shown(notifying(slack)[0])
    await advanceTo(slack, 9)

    expect(edited).toContain(waits)
    expect(notifying(slack)[1]?.text).toContain(summary)
  })

  test('sends no reminder in quiet hours, and no line that the channel sees', async () => {
    await using slack = await startAt(21, { routes: [{ loud: 'always' }] })

    for (let passed = 0; passed < 10 * 60; passed += 10) {
      slack.failIn('charge')
      await slack.clock.advance(10 * minute)
    }
    expect(notifying(slack)).toHaveLength(1)
    await slack.clock.advance(2 * hour)

    expect(notifying(slack)).toHaveLength(2)
    expect(notifying(slack)[1]?.text).toContain('1 problem in quiet hours')
  })
})

test('the thread of the list has the stacks of five problems without a message of their own', async () => {
  await using slack = await startAt(21)
  slack.failIn('charge')
  await advanceTo(slack, 23)

  for (let time = 0; time < 200; time += 1) slack.failIn('charge')
  for (const name of namesOf(7)) slack.failIn(name)
  await advanceTo(slack, 9)

  const [, list] = notifying(slack)
  const stacks = slack.inbox
    .thread(list?.ts ?? '')
    .slice(1)
    .flatMap((reply) => [...shown(reply).matchAll(/at (\w+) \(/g)].map(([, name]) => name))
  expect(stacks).toEqual(namesOf(5))
})

test('mentions of all that waited are in the list, each once', async () => {
  await using slack = await startAt(3, { routes: [{ mention: ['@here', 'U0123ABCD'] }] })

  for (const name of namesOf(3)) slack.failIn(name)
  await advanceTo(slack, 9)

  expect(notifying(slack)[0]?.notified.broadcasts).toEqual(['here'])
  expect(notifying(slack)[0]?.notified.users).toEqual(['U0123ABCD'])
})

test('what still happens after quiet hours is counted in the list, and later gets a message of its own', async () => {
  await using slack = await startAt(7)

  for (let passed = 0; passed < 98; passed += 1) {
    slack.failIn('charge')
    await slack.clock.advance(minute)
  }

  expect(notifying(slack)).toHaveLength(2)
  expect(notifying(slack)[0]?.text).toContain('1 problem in quiet hours')
  expect(shown(notifying(slack)[1])).toContain('Still happening')
})

test('a storm before quiet hours goes on without notifications, and is not listed', async () => {
  await using slack = await startAt(21.8)
  const names = namesOf(8)

  for (let passed = 0; passed < 9 * 60; passed += 5) {
    for (const name of names) slack.failIn(name)
    await slack.clock.advance(5 * minute)
  }

  expect(notifying(slack)).toHaveLength(2)
  await slack.clock.advance(3 * hour)
  expect(notifying(slack)).toHaveLength(2)
})

test('a route may notify at any time', async () => {
  const routes = [{ when: { tag: 'payments' }, quietHours: false }]
  await using slack = await startAt(3, { routes })

  slack.failIn('charge', { fields: { tag: 'payments' } })
  slack.failIn('search')
  await slack.clock.advance(minute)
  expect(notifying(slack)).toHaveLength(1)
  await advanceTo(slack, 9)

  expect(notifying(slack)).toHaveLength(2)
  expect(shown(notifying(slack)[1])).not.toContain('charge failed')
})

test('each channel has a list of its own', async () => {
  const routes = [{ when: { tag: 'payments' }, channel: '#errors' }]
  await using slack = await startAt(3, { routes })

  slack.failIn('charge', { fields: { tag: 'payments' } })
  slack.failIn('search')
  await advanceTo(slack, 9)

  expect(notifying(slack)).toHaveLength(1)
  expect(slack.inbox.messages({ channel: 'errors' })).toHaveLength(1)
})

test('with the window policy, messages wait as well', async () => {
  await using slack = await startAt(3, { repeat: { policy: 'window', limit: 3 } })

  for (let time = 0; time < 5; time += 1) slack.failIn('charge')
  await slack.clock.advance(hour)
  expect(notifying(slack)).toEqual([])
  await advanceTo(slack, 8.5)
  expect(notifying(slack)).toHaveLength(1)
  slack.failIn('charge')
  await slack.clock.advance(minute)

  expect(notifying(slack)).toHaveLength(2)
})

test('with a webhook, what waited is one message, too', async () => {
  const clock = createVirtualClock()
  await using inbox = await startInbox({ clock, listen: false })
  const sink = createSlackSink(
    { webhookUrl: inbox.webhookUrl, quietHours },
    { clock, fetch: inbox.fetch, variables: {}, random: () => 0.5, writeStderr: () => {} },
  )

  for (const name of namesOf(30)) {
    const stack = `Error: ${name} failed\n    at ${name} (/app/src/${name}.js:7:11)`
    const error = { type: 'Error', message: `${name} failed`, stack }
    sink.write({ level: 'error', time: clock.now(), message: '', error, fields: {} })
    await clock.advance(minute)
  }
  await clock.advance(9 * hour)

  expect(inbox.messages()).toHaveLength(1)
  expect(inbox.messages()[0]?.text).toContain('30 problems in quiet hours, 30 errors')
  const text = shown(inbox.messages()[0])
  expect(namesOf(30).filter((name) => !text.includes(`${name} failed`))).toEqual([])
})

test('a flush sends nothing that waits, the end of the process does', async () => {
  const slack = await startAt(3)
  slack.failIn('charge')

  const flushed = slack.sink.flush()
  await slack.clock.advance(10 * second)
  await flushed
  expect(notifying(slack)).toEqual([])
  const closed = slack.sink.close()
  await slack.clock.advance(10 * second)
  await closed

  expect(shown(notifying(slack)[0])).toContain('charge failed')
  await slack.inbox.close()
})
