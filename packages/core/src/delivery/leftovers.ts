import { heartbeatMs } from '../journal/folder.ts'
import { recoverSpools, type Recovered, type RecoveryDeps } from '../journal/spool-file.ts'
import type { KeptEvent, KeptRequest, SpoolEntry } from '../journal/records.ts'
import type { IncidentView } from '../incident/incident.ts'
import { wordsFor } from '../notification/locale/locale.ts'
import type { ListedProblem } from '../notification/notification.ts'
import { buildLeftoversNotice, leftoverNotice, type DiedProcess } from '../notification/notices.ts'
import { showCount } from '../notification/numbers.ts'
import { buildRoot } from '../notification/root.ts'
import { buildList, listProblem, maxListed } from '../notification/storm.ts'
import { buildThread } from '../notification/thread.ts'
import type { Delivery, Draft } from './channel-queue.ts'
import type { ThreadDeps } from './thread.ts'

export interface LeftoversDeps
  extends RecoveryDeps, Pick<ThreadDeps, 'settings' | 'destination' | 'files' | 'push'> {
  /** The channel for what is not about one alert. */
  readonly channel: string
}

/** An alert that is older is not sent any more, in milliseconds. */
const maxAgeMs = 86_400_000
/** This many problems get a message each; the rest share lists. */
const maxRoots = 10

type EventEntry = KeptEvent & SpoolEntry

/** The occurrences of a problem that an earlier process left unsent, oldest first. */
type LeftProblem = [EventEntry, ...EventEntry[]]

/** Sends what earlier processes of this service left unsent. */
export class Leftovers {
  readonly #deps: LeftoversDeps
  /** Files with content that is not sent yet. */
  #recovered: readonly Recovered[] = []
  #isStarted = false

  constructor(deps: LeftoversDeps) {
    this.#deps = deps
  }

  /** Takes over the files of processes that have ended, and queues what is in them; only the first call does. */
  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    const recovered = recoverSpools(this.#deps)
    this.#recovered = recovered.filter(({ file }) => !file.isEmpty)
    for (const each of recovered) this.#send(each)
    if (this.#recovered.length > 0) this.#keepAlive()
  }

  /** Releases what is still unsent to the next process. */
  close(): void {
    for (const { file } of this.#recovered) this.#try(() => file.close(this.#deps.clock.now()))
    this.#recovered = []
  }

  #send(recovered: Recovered): void {
    const { clock, settings, channel } = this.#deps
    const { entries, unreadable } = recovered
    const isOld = ({ at }: SpoolEntry): boolean => clock.now() - at > maxAgeMs
    const old = entries.filter(isOld)
    const fresh = entries.filter((entry) => !isOld(entry))
    const problems = problemsOf(fresh.filter(isEventEntry))
    const tooOld = old.filter(isEventEntry).length
    if (tooOld > 0 || unreadable > 0) {
      const died = diedProcess(recovered)
      const view = { sent: problems.length, tooOld, maxAgeMs, lost: unreadable }
      const notification = buildLeftoversNotice({ ...view, ...(died && { died }) }, settings)
      const draft = (): Draft => ({ kind: 'post', channel, notification })
      this.#push(recovered, old, { channel, priority: 'new', draft })
    } else this.#markSent(recovered, old)
    for (const problem of problems.slice(0, maxRoots)) this.#pushRoot(recovered, problem)
    for (let from = maxRoots; from < problems.length; from += maxListed)
      this.#pushList(recovered, problems.slice(from, from + maxListed))
    for (const entry of fresh) if ('request' in entry) this.#pushRequest(recovered, entry)
  }

  /** The root of a problem, with a notice when it happened, and its thread. */
  #pushRoot(recovered: Recovered, problem: LeftProblem): void {
    const { settings, destination } = this.#deps
    const [{ channel, priority, triedAs }] = problem
    const view = viewOf(problem, recovered.header)
    const notice = this.#noticeOf(recovered, view.firstSeen)
    const isInline = !destination.can.threads
    this.#push(recovered, problem, {
      channel,
      priority,
      // The process may have ended between the post and its answer.
      ...(triedAs !== undefined && { accepted: 'unknown' }),
      summarize: () => this.#listProblem(problem),
      draft: (notices) => ({
        kind: 'post',
        channel,
        notification: buildRoot(view, settings, { notices: [notice, ...notices()], isInline }),
        ...(triedAs !== undefined && { id: triedAs }),
      }),
      settle: (outcome) => {
        if (outcome.status === 'sent' && !isInline)
          this.#fillThread(view, { channel, thread: outcome.ref })
      },
    })
  }

  #fillThread(view: IncidentView, to: { readonly channel: string; readonly thread: string }): void {
    const { settings, destination, files, push } = this.#deps
    const { can, limits } = destination
    const context = { breadcrumbs: [], limits, files: can.files && !files.areRefused }
    const { messages, file } = buildThread(view, context, settings)
    const drafts: readonly Draft[] = [
      ...messages.map((notification) => ({ kind: 'post', ...to, notification }) as const),
      ...(file === undefined ? [] : [{ kind: 'upload', ...to, file } as const]),
    ]
    for (const draft of drafts)
      push({ ...to, priority: 'thread', draft: () => draft, settle: () => undefined })
  }

  /** Problems beyond those that have a message each. */
  #pushList(recovered: Recovered, problems: readonly LeftProblem[]): void {
    const { settings } = this.#deps
    const words = wordsFor(settings.locale)
    const what = words.leftovers.sent(showCount(problems.length))
    const listed = problems.map((problem) => this.#listProblem(problem))
    const notification = buildList(what, listed, settings)
    const channel = problems[0]?.[0].channel ?? ''
    this.#push(recovered, problems.flat(), {
      channel,
      priority: 'milestone',
      draft: () => ({ kind: 'post', channel, notification }),
    })
  }

  /** A delivery that was queued or in flight when the process ended. */
  #pushRequest(recovered: Recovered, entry: KeptRequest & SpoolEntry): void {
    const { channel, priority, accepted, request } = entry
    const notice = this.#noticeOf(recovered, entry.at)
    const draft = (): Draft => withNotice(request, notice)
    this.#push(recovered, [entry], { channel, priority, accepted, draft })
  }

  /** Pushes a delivery that leaves its entries to the next process if it is not sent. */
  #push(
    recovered: Recovered,
    entries: readonly SpoolEntry[],
    delivery: Omit<Delivery, 'settle'> & Partial<Pick<Delivery, 'settle'>>,
  ): void {
    this.#deps.push({
      ...delivery,
      isKept: true,
      settle: (outcome) => {
        if (outcome.status !== 'gaveUp') this.#markSent(recovered, entries)
        delivery.settle?.(outcome)
      },
    })
  }

  #noticeOf(recovered: Recovered, at: number): string {
    return leftoverNotice({ at, died: diedProcess(recovered) }, this.#deps.settings)
  }

  #listProblem(problem: LeftProblem): ListedProblem {
    const [{ fingerprint, event }] = problem
    return listProblem(event, { fingerprint, count: problem.length }, this.#deps.settings)
  }

  #markSent({ file }: Recovered, entries: readonly SpoolEntry[]): void {
    this.#try(() => {
      if (file.isEmpty) return
      file.markSent(entries.map(({ id }) => id))
      if (!file.isEmpty) return
      file.close(this.#deps.clock.now())
      this.#recovered = this.#recovered.filter((each) => each.file !== file)
    })
  }

  #keepAlive(): void {
    const { clock } = this.#deps
    clock.setTimer(() => {
      if (this.#recovered.length === 0) return
      for (const { file } of this.#recovered) this.#try(() => file.touch(clock.now()))
      this.#keepAlive()
    }, heartbeatMs)
  }

  #try(use: () => void): void {
    try {
      use()
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      this.#deps.onTrouble(`the spool cannot be written: ${code ?? message}`)
    }
  }
}

function isEventEntry(entry: SpoolEntry): entry is EventEntry {
  return 'event' in entry
}

/** Occurrences of one problem for one channel together. */
function problemsOf(entries: readonly EventEntry[]): readonly LeftProblem[] {
  const problems = new Map<string, LeftProblem>()
  for (const entry of entries) {
    const key = `${entry.channel} ${entry.fingerprint}`
    const problem = problems.get(key)
    if (problem === undefined) problems.set(key, [entry])
    else problem.push(entry)
  }
  return [...problems.values()]
}

/** The process that left this, unless it ended in order. */
function diedProcess({ header, endedAt, entries }: Recovered): DiedProcess | undefined {
  if (endedAt !== undefined) return undefined
  const at = Math.max(...entries.map((entry) => entry.at))
  const { pid, startedAt, release } = header
  return {
    pid,
    ...(Number.isFinite(at) && { at, uptimeMs: Math.max(0, at - startedAt) }),
    ...(release !== undefined && { release }),
  }
}

function viewOf(problem: LeftProblem, { host, release }: Recovered['header']): IncidentView {
  const [{ fingerprint, event, priority, at }] = problem
  const times = problem.map((entry) => entry.event.time)
  const count = problem.length
  return {
    fingerprint,
    state: 'active',
    count,
    firstSeen: Math.min(...times),
    lastSeen: Math.max(...times),
    perMinute: [],
    hosts: [host],
    releases: release === undefined ? [] : [release],
    sample: event,
    alert: { reason: priority === 'fatal' ? 'fatal' : 'new', at, count, previousCount: 0 },
    nextMilestone: undefined,
  }
}

/** Replies and edits are next to messages that show the time; a root needs a notice of it. */
function withNotice(draft: Draft, notice: string): Draft {
  if (draft.kind !== 'post' || draft.thread !== undefined) return draft
  const { notification } = draft
  if (!('notices' in notification)) return draft
  const notices = [...notification.notices, notice]
  return { ...draft, notification: { ...notification, notices } }
}
