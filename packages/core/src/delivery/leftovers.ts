import type { Clock } from '../environment.ts'
import type { IncidentView } from '../incident/incident.ts'
import { type Recovered, recoverSpools, type RecoveryParts } from '../journal/adopt.ts'
import { freePath, heartbeatMs } from '../journal/folder.ts'
import { endLine, type KeptEvent, type KeptRequest, type SpoolEntry } from '../journal/records.ts'
import { wordsFor } from '../notification/locale/locale.ts'
import { showCount } from '../notification/numbers.ts'
import type { MessageSettings } from '../notification/settings.ts'
import { lateNotice } from '../notification/trouble.ts'
import { contextBlock } from '../slack/blocks/blocks.ts'
import { buildLateMessage, type DiedProcess, type LateView } from '../slack/blocks/late.ts'
import { buildListMessage, maxListed, memberOf } from '../slack/blocks/list.ts'
import { escapeMrkdwn } from '../slack/blocks/mrkdwn.ts'
import type { StormMember } from '../slack/blocks/storm.ts'
import { maxBlocks } from '../slack/limits.ts'
import type { SlackMessage } from '../slack/message.ts'
import type { Renderer } from '../slack/renderer.ts'
import type { Delivery, Outcome, Priority } from './delivery.ts'
import type { SendRequest } from './destination.ts'

/** What is needed to tell what earlier processes left. */
export interface LateTellerParts extends LateParts, RecoveryParts {
  /** Where it is told how much is no longer told. */
  readonly channel: string
  readonly clock: Clock
}

/** What happened earlier is no longer worth a message of its own, in milliseconds. */
const maxAgeMs = 86_400_000
/** So many problems have a message each; the rest are on a line each. */
const maxRoots = 10

/** Tells what earlier processes of this service left. */
export class LateTeller {
  readonly #parts: LateTellerParts
  /** Files with something in them that is not told yet. */
  #recovered: readonly Recovered[] = []

  constructor(parts: LateTellerParts) {
    this.#parts = parts
  }

  /** Takes over what is there, and pushes what is to be told. */
  start(): void {
    const recovered = recoverSpools(this.#parts)
    this.#recovered = recovered.filter(({ file }) => !file.isEmpty)
    for (const each of recovered) this.#tell(each)
    if (this.#recovered.length > 0) this.#touchRegularly()
  }

  /** What is still not told is left to the next start. */
  close(): void {
    const { folder, serial, clock } = this.#parts
    for (const [index, { file }] of this.#recovered.entries()) {
      const path = freePath(folder, `${serial}-late${index}`)
      this.#try(() => file.close({ path, lastLine: endLine(clock.now()) }))
    }
    this.#recovered = []
  }

  #tell(recovered: Recovered): void {
    const { clock, push } = this.#parts
    const { entries, unreadable } = recovered
    const isOld = ({ at }: SpoolEntry): boolean => clock.now() - at > maxAgeMs
    const old = entries.filter(isOld)
    const tooOld = old.filter((entry) => 'event' in entry).length
    const fresh = entries.filter((entry) => !isOld(entry))
    const incidents = this.#incidentsOf(recovered, fresh.filter(isKeptEvent))
    if (tooOld > 0 || unreadable > 0) {
      const { died } = diedOf(recovered)
      const view = { late: incidents.length, tooOld, maxAgeMs, lost: unreadable }
      this.#tellCount(died === undefined ? view : { ...view, died }, () =>
        this.#tick(recovered, old),
      )
    } else this.#tick(recovered, old)
    for (const incident of incidents.slice(0, maxRoots)) push(lateRoot(incident, this.#parts))
    for (let from = maxRoots; from < incidents.length; from += maxListed)
      push(lateList(incidents.slice(from, from + maxListed), this.#parts))
    for (const entry of fresh) if ('request' in entry) this.#tellRequest(recovered, entry)
  }

  #incidentsOf(
    recovered: Recovered,
    entries: readonly (KeptEvent & SpoolEntry)[],
  ): readonly LateIncident[] {
    const { host, release } = recovered.header
    const { died } = diedOf(recovered)
    return groupByProblem(entries).map(([first, ...more]) => {
      const group = [first, ...more]
      const told = (): void => this.#tick(recovered, group)
      return { entries: group, first, died, host, release, told }
    })
  }

  #tellRequest(recovered: Recovered, entry: KeptRequest & SpoolEntry): void {
    const { push, settings } = this.#parts
    const notice = lateNotice({ at: entry.at, ...diedOf(recovered) }, settings)
    push(lateRequest(entry, { notice, told: () => this.#tick(recovered, [entry]) }))
  }

  #tellCount(view: LateView, told: () => void): void {
    const { push, channel, settings } = this.#parts
    push({
      channel,
      priority: 'new',
      render: (detail) => ({
        kind: 'post',
        channel,
        message: buildLateMessage(view, { ...settings, detail }),
      }),
      isKept: () => true,
      settle(outcome) {
        if (outcome.status !== 'gaveUp') told()
      },
    })
  }

  #tick({ file }: Recovered, entries: readonly SpoolEntry[]): void {
    this.#try(() => {
      if (file.isEmpty) return
      file.tell(entries.map(({ id }) => id))
      if (!file.isEmpty) return
      file.close()
      this.#recovered = this.#recovered.filter((each) => each.file !== file)
    })
  }

  #touchRegularly(): void {
    const { clock } = this.#parts
    clock.setTimer(() => {
      if (this.#recovered.length === 0) return
      for (const { file } of this.#recovered) this.#try(() => file.touch(clock.now()))
      this.#touchRegularly()
    }, heartbeatMs)
  }

  #try(use: () => void): void {
    try {
      use()
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      this.#parts.onTrouble(`the spool cannot be written: ${code ?? message}`)
    }
  }
}

/** Occurrences of one problem for one channel together. */
function groupByProblem(
  entries: readonly (KeptEvent & SpoolEntry)[],
): readonly [KeptEvent & SpoolEntry, ...(KeptEvent & SpoolEntry)[]][] {
  const groups = new Map<string, [KeptEvent & SpoolEntry, ...(KeptEvent & SpoolEntry)[]]>()
  for (const entry of entries) {
    const key = `${entry.channel} ${entry.fingerprint}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [entry])
    else group.push(entry)
  }
  return [...groups.values()]
}

function isKeptEvent(entry: SpoolEntry): entry is KeptEvent & SpoolEntry {
  return 'event' in entry
}

/** The process that left this, unless it ended in order. */
function diedOf({ header, endedAt, entries }: Recovered): {
  readonly died: DiedProcess | undefined
} {
  if (endedAt !== undefined) return { died: undefined }
  const at = Math.max(...entries.map((entry) => entry.at))
  const { pid, startedAt, release } = header
  return {
    died: {
      pid,
      ...(Number.isFinite(at) && { at, uptimeMs: Math.max(0, at - startedAt) }),
      ...(release !== undefined && { release }),
    },
  }
}

/** What late deliveries are made with. */
export interface LateParts {
  readonly settings: MessageSettings
  readonly renderer: Renderer
  readonly hasThreads: boolean
  readonly push: (delivery: Delivery) => void
}

/** A problem that an earlier process decided to tell. */
export interface LateIncident {
  /** Its occurrences, oldest first; there is one at least. */
  readonly entries: readonly (KeptEvent & SpoolEntry)[]
  readonly first: KeptEvent & SpoolEntry
  /** The process that died with it. */
  readonly died: DiedProcess | undefined
  readonly host: string
  readonly release: string | undefined
  /** Called when it was told. */
  told(): void
}

/** The root of a late problem, marked with when it happened, and its thread. */
export function lateRoot(incident: LateIncident, parts: LateParts): Delivery {
  const { channel, priority } = incident.first
  const { settings, renderer } = parts
  const view = viewLate(incident)
  const notice = lateNotice({ at: view.firstSeen, died: incident.died }, settings)
  const { triedAs } = incident.first
  return {
    channel,
    priority,
    // The process may have died between the post and its answer.
    ...(triedAs !== undefined && { arrived: 'unknown' }),
    isKept: () => true,
    summarize: () => lateMember(incident, settings),
    render(detail, notices) {
      const message = renderer.root(view, detail, { notices: [notice, ...notices()] })
      const post = message && ({ kind: 'post', channel, message } as const)
      return post && triedAs !== undefined ? { ...post, id: triedAs } : post
    },
    settle(outcome) {
      if (outcome.status !== 'gaveUp') incident.told()
      if (outcome.status === 'sent' && parts.hasThreads)
        fillThread(view, { outcome, channel }, parts)
    },
  }
}

/** Late problems beyond those that have a message each. */
export function lateList(incidents: readonly LateIncident[], parts: LateParts): Delivery {
  const { settings } = parts
  const words = wordsFor(settings.locale)
  const channel = incidents[0]?.first.channel ?? ''
  return {
    channel,
    priority: 'milestone',
    isKept: () => true,
    render: (detail) => ({
      kind: 'post',
      channel,
      message: buildListMessage(
        words.late.late(showCount(incidents.length)),
        incidents.map((incident) => lateMember(incident, settings)),
        { ...settings, detail },
      ),
    }),
    settle(outcome) {
      if (outcome.status !== 'gaveUp') for (const incident of incidents) incident.told()
    },
  }
}

/** What was under way when an earlier process ended. */
export function lateRequest(
  { channel, priority, arrived, request }: KeptRequest,
  late: { readonly notice: string; told(): void },
): Delivery {
  return {
    channel,
    priority,
    arrived,
    isKept: () => true,
    render: () => withNotice(request, late.notice),
    settle(outcome) {
      if (outcome.status !== 'gaveUp') late.told()
    },
  }
}

function viewLate({ entries, first, host, release }: LateIncident): IncidentView {
  const times = entries.map(({ event }) => event.time)
  return {
    fingerprint: first.fingerprint,
    state: 'active',
    count: entries.length,
    firstSeen: Math.min(...times),
    lastSeen: Math.max(...times),
    perMinute: [],
    hosts: [host],
    releases: release === undefined ? [] : [release],
    sample: first.event,
    alert: {
      reason: first.priority === 'fatal' ? 'fatal' : 'new',
      at: first.at,
      count: entries.length,
      previousCount: 0,
    },
    nextMilestone: undefined,
  }
}

function lateMember({ entries, first }: LateIncident, settings: MessageSettings): StormMember {
  const { fingerprint, event } = first
  return memberOf(event, { fingerprint, count: entries.length }, settings)
}

function fillThread(
  view: IncidentView,
  root: { readonly outcome: Outcome & { status: 'sent' }; readonly channel: string },
  { renderer, push }: LateParts,
): void {
  const { channel, ts: threadTs } = root.outcome
  const { messages, file } = renderer.replies(view)
  const reply = (request: SendRequest, priority: Priority = 'thread'): void =>
    push({ channel: root.channel, priority, render: () => request, settle: () => undefined })
  for (const message of messages) reply({ kind: 'post', channel, threadTs, message })
  if (file !== undefined) reply({ kind: 'upload', channel, threadTs, file })
}

/** Replies and edits stand where their time is seen; a root must say that it is late. */
function withNotice(request: SendRequest, notice: string): SendRequest {
  if (request.kind !== 'post' || request.threadTs !== undefined) return request
  return { ...request, message: noted(request.message, notice) }
}

function noted(message: SlackMessage, notice: string): SlackMessage {
  const { blocks } = message
  if (blocks === undefined) return { ...message, text: `${message.text}\n${escapeMrkdwn(notice)}` }
  if (blocks.length >= maxBlocks) return message
  return { ...message, blocks: [...blocks, contextBlock(escapeMrkdwn(notice))] }
}
