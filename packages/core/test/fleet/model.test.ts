import {
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  integer,
  nat,
  oneof,
  record,
  type Arbitrary,
} from 'fast-check'
import { expect, test } from 'vitest'
import { minute, second } from '../golden/support.ts'
import { FleetWorld, type Member } from './fleet-world.ts'

/** What happens to a fleet, at random. */
type Step =
  | {
      readonly do: 'log'
      readonly member: number
      readonly problem: number
      readonly times: number
    }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'kill' | 'close' | 'cut' | 'replace'; readonly member: number }
  | { readonly do: 'start' }
  | { readonly do: 'heal' }

const member = nat(7)
const steps: Arbitrary<Step> = oneof(
  {
    weight: 8,
    arbitrary: record({
      do: constant('log' as const),
      member,
      problem: nat(2),
      times: integer({ min: 1, max: 30 }),
    }),
  },
  {
    weight: 4,
    arbitrary: record({ do: constant('wait' as const), ms: nat(3000) }),
  },
  {
    weight: 3,
    arbitrary: record({
      do: constantFrom('kill' as const, 'close' as const, 'cut' as const, 'replace' as const),
      member,
    }),
  },
  { weight: 1, arbitrary: record({ do: constant('start' as const) }) },
  { weight: 1, arbitrary: record({ do: constant('heal' as const) }) },
)

const problems = ['chargeCard', 'sendMail', 'readStock']
/** What a process counts is with the leader, or written down by it, within this time. */
const knownAfterMs = 1100

/** What a process logged, and when. */
interface Logged {
  readonly at: number
  readonly member: Member
  readonly problem: number
  readonly times: number
}

class Run {
  readonly fleet = new FleetWorld()
  readonly #alive: Member[] = []
  readonly #logged: Logged[] = []
  /** How many of each problem may be lost, since their process was killed. */
  readonly #mayBeLost = [0, 0, 0]

  constructor() {
    this.#alive.push(...this.fleet.startMany(3))
  }

  async take(step: Step): Promise<void> {
    const { world, links } = this.fleet
    if (step.do === 'wait') await world.advance(step.ms)
    else if (step.do === 'start') this.#start()
    else if (step.do === 'heal') for (const link of links.members) link.isCut = false
    else await this.#takeOf(this.#alive[step.member % this.#alive.length], step)
  }

  async end(): Promise<void> {
    for (const link of this.fleet.links.members) link.isCut = false
    this.#start()
    // Who was cut off reports again when another one leads.
    this.fleet.links.replace()
    await this.fleet.world.advance(second)
    for (const each of this.#alive) each.link.elect()
    await this.fleet.world.advance(10 * minute)
  }

  /** What is wrong: a problem with two messages, or with a count that is not what was logged, apart from what died with its process. */
  get wrong(): readonly string[] {
    const texts = this.fleet.texts()
    return problems.flatMap((name, problem) => {
      const logged = this.#logged.filter((each) => each.problem === problem)
      const sum = logged.reduce((total, { times }) => total + times, 0)
      const isOf = (text: string): boolean => text.includes(name)
      const posted = this.fleet.posts.map(({ text }) => String(text)).filter(isOf)
      const [shown] = texts.filter(isOf).toReversed()
      const [, count = '1'] = /×([\d,]+)/.exec(shown ?? '') ?? []
      const counted = shown === undefined ? 0 : Number(count.replaceAll(',', ''))
      const least = sum - (this.#mayBeLost[problem] ?? 0)
      const isRight = posted.length <= 1 && counted <= sum && counted >= least
      return isRight ? [] : [`${name}: ${posted.length} roots, ${counted} of ${least} to ${sum}`]
    })
  }

  #start(): void {
    if (this.#alive.length < 8) this.#alive.push(this.fleet.start())
  }

  async #takeOf(
    chosen: Member | undefined,
    step: Exclude<Step, { readonly do: 'wait' | 'start' | 'heal' }>,
  ): Promise<void> {
    const { world, links } = this.fleet
    if (chosen === undefined) return
    switch (step.do) {
      case 'log':
        for (let time = 0; time < step.times; time += 1)
          chosen.program.fail(problems[step.problem] ?? '')
        this.#logged.push({ ...step, at: world.now, member: chosen })
        break
      case 'kill':
        if (this.#alive.length > 1) this.#kill(chosen)
        break
      case 'close':
        if (this.#alive.length > 1) {
          this.#remove(chosen)
          await chosen.program.close()
        }
        break
      case 'cut':
        if (!chosen.link.isLeading) chosen.link.isCut = true
        break
      case 'replace':
        // The stopped leader goes on a little later.
        if (this.#alive.length > 1) {
          const before = links.leader
          links.replace()
          await world.advance(50)
          before?.elect()
        }
        break
    }
  }

  #kill(killed: Member): void {
    const { world } = this.fleet
    const isCut = killed.link.isCut
    for (const { at, member: logger, problem, times } of this.#logged) {
      const isUnknown = isCut || world.now - at < knownAfterMs
      if (logger === killed && isUnknown)
        this.#mayBeLost[problem] = (this.#mayBeLost[problem] ?? 0) + times
    }
    this.#remove(killed)
    this.fleet.kill(killed)
  }

  #remove(removed: Member): void {
    this.#alive.splice(this.#alive.indexOf(removed), 1)
  }
}

async function runAll(all: readonly Step[]): Promise<readonly string[]> {
  const run = new Run()
  try {
    for (const step of all) await run.take(step)
    await run.end()
    return run.wrong
  } finally {
    await run.fleet.world.end()
  }
}

test('whatever happens to its processes, a problem is one message with all of its occurrences', async () => {
  const numRuns = Number(process.env['FLEET_RUNS'] ?? 40)
  const seed = Number(process.env['SEED'] ?? 1)
  const property = asyncProperty(array(steps, { maxLength: 40 }), async (all) => {
    expect(await runAll(all)).toEqual([])
  })

  await expect(assert(property, { numRuns, seed })).resolves.toBeUndefined()
}, 300_000)
