import { describe, expect, onTestFinished, test } from 'vitest'
import type { FleetLink, FleetMember, ReportBatch } from '../../src/index.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { minute, type Program, second, World } from '../golden/support.ts'

/** A link over a server, of which a test says what happens. */
class TestLink implements FleetLink {
  readonly name = 'test'
  readonly isLeading = true
  readonly reported: ReportBatch[] = []
  /** What was appended to the store. */
  text = ''
  readonly store = {
    isTaking: true,
    append: (text: string) => this.#keep(text),
    replace: (text: string) => {
      this.text = ''
      this.#keep(text)
    },
  }
  /** The latest batch that the store contains. */
  #kept = 0
  #member: FleetMember | undefined
  readonly #first: 'lead' | 'follow'
  /** What an earlier leader left. */
  readonly #left: string

  constructor(first: 'lead' | 'follow', left: string) {
    this.#first = first
    this.#left = left
  }

  join(member: FleetMember): void {
    if (this.#member !== undefined) return
    this.#member = member
    if (this.#first === 'lead') member.lead({ text: this.#left })
    else this.follow()
  }

  report(batch: ReportBatch): void {
    this.reported.push(batch)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  follow(): void {
    this.#member?.follow(view)
  }

  acknowledge(): void {
    this.#member?.acknowledged(this.reported.at(-1)?.seq ?? 0, view)
  }

  cutOff(): void {
    this.#member?.alone('the server does not answer')
  }

  merge(batches: readonly ReportBatch[]): void {
    this.#member?.merge(batches)
  }

  get member(): string {
    return this.#member?.id ?? ''
  }

  /** How often each problem occurred, as the store has it. */
  get counts(): Readonly<Record<string, number>> {
    const { incidents } = readJournal(this.text) ?? { incidents: new Map() }
    return Object.fromEntries(
      [...incidents.values()].map(({ event, count }) => [event?.error?.message, count]),
    )
  }

  /** What a leader counts of the reports, which merges each batch once, and none that the store contains. */
  get total(): number {
    const batches = new Map(this.reported.map((batch) => [batch.seq, batch]))
    return countOf([...batches.values()].filter(({ seq }) => seq > this.#kept))
  }

  #keep(text: string): void {
    this.text += text
    for (const [, seq] of text.matchAll(new RegExp(`"${this.#member?.id}":(\\d+)`, 'g')))
      this.#kept = Number(seq)
  }
}

const view = { leader: 'web-1:1', members: 2, nextInMs: 1000 }

function countOf(batches: readonly ReportBatch[]): number {
  return batches.flatMap(({ incidents }) => incidents).reduce((sum, { count }) => sum + count, 0)
}

interface Cut {
  readonly world: World
  readonly link: TestLink
  readonly program: Program
  /** The texts of what was posted. */
  readonly posts: () => readonly string[]
}

function start(first: 'lead' | 'follow', left = '', world = newWorld()): Cut {
  const link = new TestLink(first, left)
  const program = world.start({ spoolDir: world.folder, fleet: { link } })
  const posts = (): readonly string[] =>
    world.slack.recorded
      .filter(({ method }) => method === 'chat.postMessage' || method === 'chat.update')
      .filter(({ body }) => body['thread_ts'] === undefined)
      .map(({ body }) => String(body['text']).replace(/ · .*/, ''))
  return { world, link, program, posts }
}

function newWorld(): World {
  const world = new World()
  onTestFinished(() => world.end())
  return world
}

describe('a process that is cut off from its fleet', () => {
  test('sends nothing about what the fleet knows for two minutes, and alerts what is new', async () => {
    const { world, link, program, posts } = start('follow')
    program.fail('chargeCard')
    await world.advance(second)
    link.acknowledge()

    link.cutOff()
    for (let time = 0; time < 20; time += 1) program.fail('chargeCard')
    program.fail('sendMail')
    await world.advance(110 * second)

    expect(posts()).toEqual(['🔴 Error: sendMail failed'])
    await world.advance(minute)
    program.fail('chargeCard')
    await world.advance(10 * second)
    expect(posts().join()).toContain('chargeCard')
  })

  test('alerts what it had reported and nobody acknowledged, and reports that again under the same number', async () => {
    const { world, link, program, posts } = start('follow')
    program.fail('chargeCard')
    await world.advance(second)

    link.cutOff()
    program.fail('chargeCard')
    await world.advance(10 * second)
    link.follow()
    await world.advance(10 * second)

    expect(posts()).toContain('🔴 Error: chargeCard failed')
    expect(link.reported.map(({ seq }) => seq)).toEqual([1, 1, 2])
    expect(link.total).toBe(2)
  })

  test('reports what it counted meanwhile, and where its own messages are', async () => {
    const { world, link, program } = start('follow')
    program.fail('chargeCard')
    await world.advance(second)
    link.acknowledge()

    link.cutOff()
    for (let time = 0; time < 3; time += 1) program.fail('chargeCard')
    for (let time = 0; time < 4; time += 1) program.fail('sendMail')
    await world.advance(30 * second)
    link.follow()
    await world.advance(10 * second)

    expect(link.total).toBe(8)
    const { incidents } = link.reported.find(({ seq }) => seq === 2) ?? { incidents: [] }
    expect(incidents).toMatchObject([{ count: 4, root: expect.stringMatching(/^C\w+\/\d/) }])
  })

  test('sends nothing more about what it led', async () => {
    const { world, link, program, posts } = start('lead')
    for (let time = 0; time < 5; time += 1) program.fail('chargeCard')
    await world.advance(30 * second)
    const before = posts()

    link.cutOff()
    for (let time = 0; time < 50; time += 1) program.fail('chargeCard')
    await world.advance(100 * second)
    link.follow()
    await world.advance(10 * second)

    expect(posts()).toEqual(before)
    expect(link.total).toBe(50)
  })
})

test('a leader continues the message of a process that was cut off, and a second one leads to the first', async () => {
  const apart = start('follow')
  apart.program.fail('chargeCard')
  await apart.world.advance(second)
  apart.link.cutOff()
  await apart.world.advance(10 * second)
  apart.link.follow()
  await apart.world.advance(10 * second)
  const { world, link, program } = start('lead')
  const requests = (): readonly (readonly [string, unknown, string])[] =>
    world.slack.recorded
      .filter(({ method, body }) => method.startsWith('chat.') && body['thread_ts'] === undefined)
      .map(({ method, body }) => [method, body['ts'], String(body['text']).replace(/ · .*/, '')])

  program.fail('readStock')
  await world.advance(10 * second)
  const before = requests().length

  link.merge(apart.link.reported)
  await world.advance(30 * second)
  link.merge(apart.link.reported.map((batch) => ofAnother(batch)))
  await world.advance(30 * second)

  expect(requests().slice(before)).toEqual([
    ['chat.update', '1777888000.000001', '🔴 Error: chargeCard failed'],
    ['chat.update', '1777888000.000001', '🔴 Error: chargeCard failed'],
    ['chat.update', '1.000009', '↪️ Another message about this problem counts for all processes'],
  ])
})

test('what a leader counts is saved every second from the first report of another process on', async () => {
  const other = start('follow')
  other.program.fail('sendMail')
  await other.world.advance(second)
  const { world, link, program } = start('lead')
  program.fail('chargeCard')
  await world.advance(minute)

  for (let time = 0; time < 20; time += 1) program.fail('chargeCard')
  link.merge(other.link.reported)
  await world.advance(second)
  const first = link.text
  for (let time = 0; time < 10; time += 1) program.fail('chargeCard')
  await world.advance(second)

  expect(first).toContain('"count":21')
  expect(link.text).toContain('"count":31')
})

test('what a leader kept on the server is not counted again when a process of its host hands on its file', async () => {
  const other = start('follow')
  other.program.fail('chargeCard')
  await other.world.advance(second)
  const earlier = start('lead')
  earlier.program.fail('chargeCard')
  await earlier.world.advance(minute)
  const [, serial = ''] = /"serial":"(.+?)"/.exec(earlier.link.text) ?? []
  const { world, link, program } = start('lead', earlier.link.text)
  program.fail('chargeCard')
  await world.advance(10 * second)

  link.merge(other.link.reported.map((batch) => ({ ...batch, member: serial })))
  program.fail('chargeCard')
  await world.advance(minute)

  expect(link.text).toContain('"count":3')
  expect(link.text).not.toContain('"count":4')
})

test('what processes of its host left unsent, a follower hands on under the name of each', async () => {
  const world = new World()
  onTestFinished(() => world.end())
  const ended = ['chargeCard', 'sendMail'].map((problem) => {
    const each = world.start({ spoolDir: world.folder, fleet: false })
    each.fail(problem)
    return each
  })
  for (const each of ended) each.kill()
  const link = new TestLink('follow', '')
  const program = world.start({ spoolDir: world.folder, fleet: { link } })
  program.fail('readStock')
  await world.advance(10 * second)

  const left = link.reported.filter(({ incidents: [first] }) =>
    /chargeCard|sendMail/.test(JSON.stringify(first?.events)),
  )
  expect(left.map(({ incidents }) => incidents.length)).toEqual([1, 1])
  expect(new Set(left.map(({ member }) => member)).size).toBe(2)
})

/** A leader that ended, what the store has at most and at least, and the next process of its host. */
async function endLeader(end: (leader: Cut) => Promise<void>): Promise<{
  readonly world: World
  readonly stored: readonly string[]
  readonly handedOn: readonly ReportBatch[]
}> {
  const leader = start('lead')
  const { world, link, program } = leader
  program.fail('chargeCard')
  await world.advance(10 * second)
  const before = link.text
  for (let time = 0; time < 4; time += 1) program.fail('chargeCard')
  program.fail('sendMail')
  await end(leader)
  const next = start('follow', '', world)
  next.program.fail('readStock')
  await world.advance(10 * second)
  const handedOn = next.link.reported.filter(({ member }) => member === link.member)
  return { world, stored: [before, link.text], handedOn }
}

async function leadNext(text: string, batches: readonly ReportBatch[]): Promise<TestLink> {
  const { world, link, program } = start('lead', text)
  program.fail('readStock')
  await world.advance(10 * second)
  link.merge(batches)
  await world.advance(minute)
  return link
}

describe('what a leader counted last, and the store may not have', () => {
  test('when it is killed, is handed on where it alerts, and counted once', async () => {
    const { stored, handedOn } = await endLeader(async ({ program }) => program.kill())

    for (const text of stored)
      expect((await leadNext(text, handedOn)).counts).toMatchObject({ 'sendMail failed': 1 })
  })

  test('when it ends, is handed on, and counted once', async () => {
    const { stored, handedOn } = await endLeader(({ program }) => program.close())

    for (const text of stored)
      expect((await leadNext(text, handedOn)).counts).toMatchObject({
        'chargeCard failed': 5,
        'sendMail failed': 1,
      })
  })

  test('is counted once by a process of its host that leads', async () => {
    const leader = start('lead')
    const { world, link, program } = leader
    program.fail('chargeCard')
    await world.advance(10 * second)
    const before = link.text
    for (let time = 0; time < 4; time += 1) program.fail('chargeCard')
    await program.close()

    const next = start('lead', before, world)
    next.program.fail('readStock')
    await world.advance(minute)

    expect(next.link.counts).toMatchObject({ 'chargeCard failed': 5 })
  })
})

test('what a process counted that was cut off when it ended, is handed on with its message', async () => {
  const apart = start('follow')
  const { world } = apart
  apart.program.fail('chargeCard')
  await world.advance(second)
  apart.link.acknowledge()
  apart.link.cutOff()
  for (let time = 0; time < 3; time += 1) apart.program.fail('chargeCard')
  for (let time = 0; time < 4; time += 1) apart.program.fail('sendMail')
  await world.advance(30 * second)
  await apart.program.close()

  const next = start('follow', '', world)
  next.program.fail('readStock')
  await world.advance(10 * second)

  // Of several with one number, the leader merges one.
  const ofApart = next.link.reported.filter(({ member }) => member === apart.link.member)
  const handedOn = [...new Map(ofApart.map((batch) => [batch.seq, batch])).values()]
  const incidents = handedOn.flatMap((batch) => batch.incidents)
  expect(countOf(handedOn)).toBe(7)
  expect(incidents.find(({ count }) => count === 4)?.root).toMatch(/^C\w+\/\d/)
})

test('what a process counted that was cut off when it ended, is counted once by a process of its host that leads', async () => {
  const apart = start('follow')
  const { world } = apart
  apart.link.cutOff()
  for (let time = 0; time < 4; time += 1) apart.program.fail('sendMail')
  await world.advance(30 * second)
  await apart.program.close()

  const next = start('lead', '', world)
  next.program.fail('readStock')
  await world.advance(minute)

  expect(next.link.counts).toMatchObject({ 'sendMail failed': 4 })
  expect(apart.posts().filter((text) => text.includes('sendMail'))).toHaveLength(1)
})

test('what a process could neither report nor send before it ended, is handed on once', async () => {
  const apart = start('follow')
  const { world } = apart
  apart.program.fail('chargeCard')
  await world.advance(second)
  world.slack.state = 'down'
  apart.link.cutOff()
  await world.advance(second)
  await apart.program.close()
  world.slack.state = 'up'

  const next = start('follow', '', world)
  next.program.fail('readStock')
  await world.advance(10 * second)

  const handedOn = next.link.reported.filter(({ member }) => member !== next.link.member)
  expect(handedOn.map(({ member, seq }) => [member, seq])).toEqual([[apart.link.member, 1]])
  expect(countOf(handedOn)).toBe(1)
})

/** What a process reports that posted a message, too. */
function ofAnother(batch: ReportBatch): ReportBatch {
  const incidents = batch.incidents.map((incident) =>
    incident.root === undefined ? incident : { ...incident, root: 'C1/1.000009' },
  )
  return { ...batch, member: 'another', incidents }
}
