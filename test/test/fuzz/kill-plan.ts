import { createRandom, type Random } from './random.ts'

export const loggers = ['worker', 'stream', 'winston', 'sink'] as const
export const ends = ['SIGKILL', 'SIGTERM', 'exit', 'throw', 'abort'] as const

/** A problem that one process logs: unique by its name. */
export interface Problem {
  readonly name: string
  /** How often it is logged, in the same turn. */
  readonly times: number
  readonly isFatal: boolean
  /** Whether its error has a cause. */
  readonly hasCause: boolean
}

/** What is logged in one turn, in milliseconds after the logger is ready. */
export interface Step {
  readonly atMs: number
  readonly problems: readonly Problem[]
}

/** What one process does. */
export interface ProcessPlan {
  readonly steps: readonly Step[]
  /** `undefined` for a process that runs until everything is delivered. */
  readonly end: { readonly how: (typeof ends)[number]; readonly atMs: number } | undefined
  /** How Slack answers it. */
  readonly slack: SlackPlan
}

/** How Slack answers: the probability of each failure, from 0 to 1, and the longest latency. */
export interface SlackPlan {
  readonly maxLatencyMs: number
  readonly rejected: number
  readonly lost: number
  readonly limited: number
}

/** Everything random about one run, except for what depends on the order of requests. */
export interface KillPlan {
  readonly seed: number
  readonly logger: (typeof loggers)[number]
  /** Whether the bot may read the channel's history. */
  readonly hasHistory: boolean
  readonly processes: readonly ProcessPlan[]
}

const healthy: SlackPlan = { maxLatencyMs: 50, rejected: 0, lost: 0, limited: 0 }
const stepWindowMs = 2000
const burstSize = 30
/** The journal takes 50 new problems at once, and 50 more a second: beyond these nothing is promised. */
const burstEveryMs = 1200
const maxEndMs = 2500

/** The plan of a seed. */
export function planKill(seed: number): KillPlan {
  const random = createRandom(seed)
  const names = createNames(random)
  const logger = random.pick(loggers)
  const hasHistory = random.chance(0.7)
  const hasNews = random.chance(0.6)
  return {
    seed,
    logger,
    hasHistory,
    processes: [
      planProcess(random, { names, logger, hasNews: true }),
      planProcess(random, { names, logger, hasNews }),
      { steps: [], end: undefined, slack: healthy },
    ],
  }
}

function planProcess(
  random: Random,
  given: {
    readonly names: () => string
    readonly logger: KillPlan['logger']
    readonly hasNews: boolean
  },
): ProcessPlan {
  const steps = given.hasNews ? planSteps(random, given) : []
  const how = random.pick(ends)
  const late = random.between(0, maxEndMs)
  const soon = random.between(0, 400)
  const last = steps.length === 0 ? 0 : random.pick(steps).atMs
  // Half of the ends are close to something that was logged.
  const atMs = random.chance(0.5) ? late : last + soon
  return { steps, end: { how, atMs }, slack: planSlack(random) }
}

function planSteps(
  random: Random,
  { names, logger }: { readonly names: () => string; readonly logger: KillPlan['logger'] },
): readonly Step[] {
  // Without an acknowledgment it is unknown which of several calls a pino worker has received.
  const maxTimes = logger === 'worker' ? 1 : 5
  const canBeFatal = logger !== 'winston'
  const problem = (isAlone: boolean): Problem => ({
    name: names(),
    times: random.chance(0.3) ? random.between(1, maxTimes) : 1,
    isFatal: canBeFatal && isAlone && random.chance(0.1),
    hasCause: random.chance(0.2),
  })
  const steps: Step[] = []
  for (let count = random.between(1, 5); count > 0; count -= 1)
    steps.push({ atMs: random.between(0, stepWindowMs), problems: [problem(true)] })
  const bursts = random.pick([0, 1, 1, 2])
  for (let burst = 0; burst < bursts; burst += 1)
    steps.push({
      atMs: burst * burstEveryMs + random.between(0, 800),
      problems: Array.from({ length: burstSize }, () => problem(false)),
    })
  return steps.toSorted((a, b) => a.atMs - b.atMs)
}

function planSlack(random: Random): SlackPlan {
  const isFaulty = random.chance(0.8)
  const rate = (): number => (isFaulty ? random.pick([0, 0.1, 0.2, 0.4]) : 0)
  return {
    maxLatencyMs: random.pick([0, 200, 800, 800]),
    rejected: rate(),
    lost: rate(),
    limited: rate() / 2,
  }
}

const consonants = 'bdfgklmnprstvz'.split('')
const vowels = 'aeiou'.split('')

/** Names of eight letters, which nothing takes for a value or a secret: each one only once. */
function createNames(random: Random): () => string {
  const used = new Set<string>()
  return () => {
    for (;;) {
      const syllables = Array.from(
        { length: 4 },
        () => random.pick(consonants) + random.pick(vowels),
      )
      const name = syllables.join('')
      if (used.has(name)) continue
      used.add(name)
      return name
    }
  }
}
