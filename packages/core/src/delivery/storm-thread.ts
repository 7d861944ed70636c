import { isUnsent } from '../incident/incident.ts'
import { type Metadata, metadataOfStorm } from '../incident/metadata.ts'
import type { Storm, StormMember } from '../incident/storm.ts'
import { wordsFor } from '../notification/locale/locale.ts'
import { serviceOf } from '../notification/headline.ts'
import type { Mention, NotificationSettings } from '../notification/notification.ts'
import { adoptedNotice } from '../notification/notices.ts'
import { showCount } from '../notification/text.ts'
import {
  buildList,
  buildStorm,
  buildStormThread,
  listProblem,
  maxListed,
  suspectCause,
} from '../notification/storm.ts'
import { buildThread } from '../notification/thread.ts'
import { nameAlerts, type Priority } from './channel-queue.ts'
import {
  Thread,
  type Built,
  type Line,
  type RootContext,
  type ThreadDeps,
  type ThreadPart,
} from './thread.ts'

export interface StormThreadDeps extends ThreadDeps {
  /** When the process started, in milliseconds since 1970. */
  readonly startedAt: number
}

/** Further problems are listed together after this time, so that a storm does not fill its own thread. */
const listEveryMs = 20_000
/** A storm that opens so soon after the start may come from what was started. */
const newReleaseMs = 600_000
/** Of so many problems that waited in quiet hours, the thread has the stack. */
const maxDetailed = 5
/** This many problems are enough to find what they have in common. */
const maxEvidence = 50

/** The message of a storm, which counts, and its thread, which lists every problem. */
export class StormThread extends Thread {
  readonly #storm: Storm
  readonly #deps: StormThreadDeps
  /** The keys of the members that a list contains already; without a thread, also of those that the root shows. */
  readonly #listed = new Set<string>()
  /** The keys of the members in lists that were sent. */
  readonly #sent = new Set<string>()
  /** When further problems may be listed, in milliseconds since 1970. */
  #listFrom: number

  constructor(storm: Storm, deps: StormThreadDeps) {
    super(storm.channel, deps)
    this.#storm = storm
    this.#deps = deps
    this.#listFrom = deps.now() + listEveryMs
  }

  notify(priority: Priority): void {
    const build = (): Built | undefined => this.buildRoot({ isNew: true, notices: [] })
    this.alert({ priority, isBroadcast: true, build })
  }

  /** When further problems are to be listed, in milliseconds since 1970. */
  get dueAt(): number {
    return this.#hasUnlisted ? this.#listFrom : Number.POSITIVE_INFINITY
  }

  /** Whether nothing of a storm that is over is still to be posted. */
  get isFinished(): boolean {
    return !this.isPosting && !(this.#hasUnlisted && this.#lines(this.#unlisted()).length > 0)
  }

  /** Lists the problems that were added since the last time, when it is time to. */
  tick(now: number): void {
    if (now < this.dueAt) return
    this.#listFrom = now + listEveryMs
    this.list()
  }

  /** Lists problems that were added since the last time now, as many as fit. */
  list(): void {
    if (!this.#hasUnlisted) return
    if (this.hasThread) this.extend()
    else this.#postList()
  }

  /** Whether a list that was sent contains a member. */
  hasListed(key: string): boolean {
    return this.#sent.has(key)
  }

  /** An earlier process listed a member, or may have. */
  markListed(key: string): void {
    this.#listed.add(key)
    this.#sent.add(key)
  }

  /** An earlier process did not list a member. */
  markUnlisted(key: string): void {
    this.#listed.delete(key)
    this.#sent.delete(key)
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

  protected override get storm(): Storm {
    return this.#storm
  }

  protected override markUnsaved(): void {
    for (const { incident } of this.#storm.members) incident.isUnsaved = true
  }

  protected override metadata(): Metadata {
    const { owner, settings, now, toWall } = this.#deps
    const { service, environment } = settings
    const ownership = { service, environment, owner: owner(), now: toWall(now()), toWall }
    return metadataOfStorm(this.#storm, ownership)
  }

  protected override buildRoot({ isNew, notices }: RootContext): Built | undefined {
    // All of them may have turned out to be known.
    if (this.#storm.listed === 0) return undefined
    const { openedAt, total, distinct, isOver, because, members } = this.#storm
    const { toWall } = this.#deps
    const settings = this.#settings
    const cause = this.#suspectCause()
    const lines = this.#lines(members)
    const view = {
      openedAt: toWall(openedAt),
      total,
      distinct,
      isOver,
      because,
      problems: lines.map(({ problem }) => problem),
      notices: [...this.#adoptedNotices(), ...notices],
      ...(cause !== undefined && { cause }),
    }
    const notification = buildStorm(view, settings, isNew ? mentionsOf(this.#storm) : [])
    const names = lines.slice(0, notification.problems.length).map(({ incident }) => incident)
    if (!this.#deps.destination.can.threads) for (const { key } of names) this.#listed.add(key)
    return { notification, names }
  }

  protected override buildContent(): readonly ThreadPart[] {
    const { settings, destination } = this.#deps
    const lines = this.#lines(this.#unlisted())
    const problems = lines.map(({ problem }) => problem)
    let from = 0
    const { because } = this.#storm
    const { limits } = destination
    const lists = buildStormThread(problems, limits, settings, because).map((message) => {
      const listed = lines.slice(from, from + message.problems).map(({ incident }) => incident)
      from += message.problems
      for (const { key } of listed) this.#listed.add(key)
      return {
        notification: message.notification,
        names: listed,
        isList: true,
        onSent: () => {
          for (const { key } of listed) this.#sent.add(key)
        },
      }
    })
    return because === 'quiet' ? [...lists, ...this.#details(lines)] : lists
  }

  /** What waited and has no message of its own may not occur again, so that its stack is here. */
  #details(lines: readonly Line[]): readonly ThreadPart[] {
    const { settings, destination } = this.#deps
    const context = { breadcrumbs: [], limits: destination.limits, files: false }
    const samples = lines
      .filter(({ problem }) => problem.ref === undefined)
      .flatMap(({ incident }) => incident.samples[0]?.event ?? [])
    return samples
      .slice(0, maxDetailed)
      .flatMap((sample) => buildThread({ sample }, context, settings).messages)
      .map((notification) => ({ notification, names: [] }))
  }

  protected override summarize(): readonly Line[] {
    return this.#lines(this.#storm.members.filter(isLeft))
  }

  /** One more message, where there is no thread for the problems that the root does not show. */
  #postList(): void {
    const { push } = this.#deps
    const settings = this.#settings
    const lines = this.#lines(this.#unlisted()).slice(0, maxListed)
    if (lines.length === 0) return
    const names = lines.map(({ incident }) => incident)
    for (const { key } of names) this.#listed.add(key)
    const words = wordsFor(settings.locale)
    const { furtherMembers } = this.#storm.because === 'quiet' ? words.quietHours : words.storm
    const what = furtherMembers(showCount(lines.length))
    const { channel } = this
    push({
      channel,
      priority: 'milestone',
      summarize: () => lines,
      draft: () => ({
        kind: 'post',
        channel,
        notification: buildList(
          what,
          lines.map(({ problem }) => problem),
          settings,
        ),
        names: nameAlerts(names.filter(isUnsent)),
      }),
      settle: () => undefined,
    })
  }

  /** The service is that of a member. */
  get #settings(): NotificationSettings {
    const { settings } = this.#deps
    const [event] = this.#storm.members.flatMap(({ incident }) => incident.samples[0]?.event ?? [])
    return event === undefined ? settings : { ...settings, service: serviceOf(event, settings) }
  }

  get #hasUnlisted(): boolean {
    const canList = this.#deps.destination.can.threads ? this.hasThread : this.isShown
    return canList && this.#listed.size < this.#storm.listed
  }

  #unlisted(): readonly StormMember[] {
    return this.#storm.members.filter(({ incident }) => !this.#listed.has(incident.key))
  }

  #adoptedNotices(): readonly string[] {
    if (this.#storm.because !== 'adopted') return []
    const adopted = this.#storm.members.flatMap(({ incident }) => incident.origin ?? [])
    const [first] = adopted.toSorted((a, b) => a.at - b.at)
    if (first === undefined) return []
    const { settings, toWall } = this.#deps
    return [adoptedNotice({ ...first, at: toWall(first.at) }, settings)]
  }

  /** The most frequent first. */
  #lines(members: readonly StormMember[]): readonly Line[] {
    const lines = members.flatMap(({ incident, offset }) => {
      const { fingerprint, samples, count } = incident
      const [sample] = samples
      if (sample === undefined) return []
      const counted = { fingerprint, count: offset + count }
      const problem = listProblem(sample.event, counted, this.#deps.settings)
      const ref = this.#storm.because === 'quiet' ? incident.thread?.position?.ref : undefined
      return [{ incident, problem: ref === undefined ? problem : { ...problem, ref } }]
    })
    return lines.toSorted((a, b) => b.problem.count - a.problem.count)
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

/** Whether no message names a member: what has one of its own, or will have one, needs no line. */
function isLeft({ incident }: StormMember): boolean {
  return isUnsent(incident) && incident.thread === undefined
}

/** The mentions of all members' routes, each once. */
function mentionsOf({ members }: Storm): readonly Mention[] {
  const routes = members.map(({ incident }) => incident.route)
  const mentions = routes.filter(({ loud }) => loud !== 'never').flatMap((route) => route.mentions)
  return [...new Map(mentions.map((mention) => [JSON.stringify(mention), mention])).values()]
}
