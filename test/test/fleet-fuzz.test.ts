import { setTimeout as wait } from 'node:timers/promises'
import { startInbox } from '@slack-logger/slack-inbox'
import { afterAll, expect, test, vi } from 'vitest'
import { runRedis } from '../../packages/redis/test/support/run-redis.ts'
import { createRandom, type Random } from './fuzz/random.ts'
import { createFleet, type FleetOfProcesses, type Member } from './support/fleet.ts'
import { countsOf, rootsOf, until } from './support/reader.ts'

// They mostly wait.
vi.setConfig({ maxConcurrency: 3 })

const firstSeed = Number(process.env['FUZZ_SEED'] ?? 1)
const runs = Number(process.env['FUZZ_RUNS'] ?? 3)
const seeds = Array.from({ length: runs }, (_, index) => firstSeed + index)
const problems = ['chargeCard', 'sendMail', 'readStock']
/** Whatever a process counts is with the leader, or written down, after this time, in milliseconds. */
const knownAfterMs = 2000

/** How many of each problem were logged at least, and at most. */
interface Expected {
  least: number
  most: number
}

/** Four processes, of which one ends now and then. */
class Run {
  readonly expected: Map<string, Expected> = new Map(
    problems.map((problem) => [problem, { least: 0, most: 0 }]),
  )
  members: Member[] = []
  readonly #start: () => Promise<Member>
  readonly #random: Random
  #logged: { readonly at: number; readonly by: Member; problem: string; times: number }[] = []

  constructor(start: () => Promise<Member>, random: Random) {
    this.#start = start
    this.#random = random
  }

  async start(): Promise<void> {
    while (this.members.length < 4) this.members.push(await this.#start())
  }

  async step(): Promise<void> {
    const random = this.#random
    const member = random.pick(this.members)
    if (random.chance(0.75)) await this.#log(member)
    else await this.#end(member, random.pick(['kill', 'exit', 'close', 'stop'] as const))
    await wait(random.between(0, 400))
  }

  async #log(member: Member): Promise<void> {
    const problem = this.#random.pick(problems)
    const times = this.#random.between(1, 40)
    await member.log(problem, { times, perTurn: 10 })
    this.#count(problem, times)
    this.#logged.push({ at: performance.now(), by: member, problem, times })
  }

  async #end(member: Member, how: 'kill' | 'exit' | 'close' | 'stop'): Promise<void> {
    if (how === 'stop') {
      await member.signal('SIGSTOP')
      await wait(this.#random.between(100, 4500))
      await member.signal('SIGCONT')
      return
    }
    this.members = this.members.filter((other) => other !== member)
    if (how === 'kill') {
      const lost = this.#logged.filter(
        ({ by, at }) => by === member && performance.now() - at < knownAfterMs,
      )
      for (const { problem, times } of lost) this.#count(problem, 0, -times)
      await member.signal('SIGKILL')
    } else if (how === 'exit') {
      const problem = this.#random.pick(problems)
      this.#count(problem, 1)
      await member.exit([problem])
    } else await member.close()
    await this.start()
  }

  #count(problem: string, most: number, least: number = most): void {
    const expected = this.expected.get(problem)
    if (expected === undefined) return
    expected.most += most
    expected.least += least
  }
}

const server = await runRedis('the fuzz of a fleet over Redis is')
afterAll(() => server?.[Symbol.asyncDispose]())
const kinds = server === undefined ? ['one host'] : ['one host', 'two hosts over Redis']

test.concurrent.each(kinds.flatMap((kind) => seeds.map((seed) => ({ kind, seed }))))(
  'of four processes of $kind that end at random, each problem is one message with all occurrences (seed $seed)',
  async ({ kind, seed }) => {
    await using inbox = await startInbox()
    await using one = createFleet(inbox)
    await using other = createFleet(inbox)
    const redis = `redis://127.0.0.1:${server?.port}`
    let started = 0
    const start = (): Promise<Member> => {
      started += 1
      if (kind === 'one host') return one.start()
      const host: FleetOfProcesses = started % 2 === 0 ? one : other
      return host.start({ fleet: { redis }, service: `shop ${seed}` })
    }
    const run = new Run(start, createRandom(seed))
    await run.start()

    for (let step = 0; step < 24; step += 1) await run.step()
    await Promise.all(run.members.map((member) => member.flush()))
    const shownOf = (problem: string): readonly number[] =>
      rootsOf(inbox, problem).map((root) => countsOf(root).at(-1) ?? 0)
    const isRight = ([problem, { least, most }]: [string, Expected]): boolean => {
      const [shown = 0, ...others] = shownOf(problem)
      return others.length === 0 && shown >= least && shown <= most
    }
    // What a process left that exited without an answer is found by the others of its host within a minute.
    await until(() => [...run.expected].every(isRight), 75_000)

    const wrong = [...run.expected].filter((each) => !isRight(each))
    expect(wrong.map(([problem, each]) => ({ problem, ...each, shown: shownOf(problem) }))).toEqual(
      [],
    )
  },
  240_000,
)
