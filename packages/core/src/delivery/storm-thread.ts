import type { Storm, StormMember } from '../incident/storm.ts'
import { wordsFor } from '../notification/locale/locale.ts'
import type {
  ListedProblem,
  Mention,
  StormNotification,
  ThreadContent,
} from '../notification/notification.ts'
import { showCount } from '../notification/numbers.ts'
import { buildStorm, buildStormThread, listProblem, suspectCause } from '../notification/storm.ts'
import type { Priority } from './channel-queue.ts'
import { Thread, type RootContext, type ThreadDeps } from './thread.ts'

export interface StormThreadDeps extends ThreadDeps {
  /** When the process started, in milliseconds since 1970. */
  readonly startedAt: number
}

/** Further problems are listed together after this time, so that a storm does not fill its own thread. */
const listEveryMs = 20_000
/** A storm that opens so soon after the start may come from what was started. */
const newReleaseMs = 600_000
/** This many problems are enough to find what they have in common. */
const maxEvidence = 50

/** The message of a storm, which counts, and its thread, which lists every problem. */
export class StormThread extends Thread {
  readonly #storm: Storm
  readonly #deps: StormThreadDeps
  /** The members that the thread lists already. */
  #listed = 0
  /** When further problems may be listed, in milliseconds since 1970. */
  #listFrom: number

  constructor(storm: Storm, deps: StormThreadDeps) {
    super(storm.channel, deps)
    this.#storm = storm
    this.#deps = deps
    this.#listFrom = deps.now() + listEveryMs
  }

  notify(priority: Priority): void {
    const build = (): StormNotification => this.buildRoot({ isNew: true, notices: [] })
    this.alert({ priority, isBroadcast: true, build })
  }

  /** When further problems are to be listed, in milliseconds since 1970. */
  get dueAt(): number {
    return this.#hasUnlisted ? this.#listFrom : Number.POSITIVE_INFINITY
  }

  /** Lists the problems that were added since the last time, when it is time to. */
  tick(now: number): void {
    if (now < this.dueAt) return
    this.#listFrom = now + listEveryMs
    this.extend()
  }

  /** Lists all problems now. */
  list(): void {
    if (this.#hasUnlisted) this.extend()
  }

  get revision(): number {
    return this.#storm.total + (this.isOver ? 1 : 0)
  }

  get activeSince(): number {
    return this.#storm.openedAt
  }

  get isOver(): boolean {
    return this.#storm.isOver
  }

  get #hasUnlisted(): boolean {
    return this.hasThread && this.#listed < this.#storm.listed
  }

  protected override buildRoot({ isNew, notices }: RootContext): StormNotification {
    const { openedAt, total, distinct, isOver, because, members } = this.#storm
    const { settings, toWall } = this.#deps
    const cause = this.#suspectCause()
    const view = {
      openedAt: toWall(openedAt),
      total,
      distinct,
      isOver,
      isCapped: because === 'capped',
      problems: this.#problems(members),
      ...(cause !== undefined && { cause }),
    }
    return { ...buildStorm(view, settings, isNew ? mentionsOf(this.#storm) : []), notices }
  }

  protected override buildContent(): ThreadContent {
    const { settings, destination } = this.#deps
    const unlisted = this.#storm.members.slice(this.#listed)
    this.#listed += unlisted.length
    return buildStormThread(this.#problems(unlisted), destination.limits, settings)
  }

  protected override fingerprints(): readonly string[] {
    return this.#storm.members.map(({ incident }) => incident.fingerprint)
  }

  protected override summarize(): ListedProblem {
    const { distinct, total } = this.#storm
    const words = wordsFor(this.#deps.settings.locale)
    const title = words.storm.summary(showCount(distinct), showCount(total))
    return { fingerprint: 'storm', title, count: total, culprit: '' }
  }

  /** The most frequent first. */
  #problems(members: readonly StormMember[]): readonly ListedProblem[] {
    const problems = members.flatMap(({ incident, offset }) => {
      const { fingerprint, samples, count } = incident
      const [sample] = samples
      if (sample === undefined) return []
      const problem = { fingerprint, count: offset + count }
      return [listProblem(sample.event, problem, this.#deps.settings)]
    })
    return problems.toSorted((a, b) => b.count - a.count)
  }

  #suspectCause(): string | undefined {
    const { settings, startedAt } = this.#deps
    const { openedAt, members } = this.#storm
    const isNew = openedAt - startedAt < newReleaseMs
    const samples = members
      .slice(0, maxEvidence)
      .flatMap(({ incident }) => incident.samples[0]?.event ?? [])
    return suspectCause({ samples, newRelease: isNew ? settings.release : undefined }, settings)
  }
}

/** The mentions of all members' routes, each once. */
function mentionsOf({ members }: Storm): readonly Mention[] {
  const routes = members.map(({ incident }) => incident.route)
  const mentions = routes.filter(({ loud }) => loud !== 'never').flatMap((route) => route.mentions)
  return [...new Map(mentions.map((mention) => [JSON.stringify(mention), mention])).values()]
}
