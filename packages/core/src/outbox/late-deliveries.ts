import type { IncidentView } from '../incident/incident.ts'
import { contextBlock } from '../message/blocks.ts'
import { escapeMrkdwn } from '../message/escape-mrkdwn.ts'
import type { DiedProcess } from '../message/late-message.ts'
import { lateNotice } from '../message/late-notice.ts'
import { buildListMessage, memberOf } from '../message/list-message.ts'
import type { MessageSettings } from '../message/message-settings.ts'
import type { Renderer } from '../message/renderer.ts'
import { maxBlocks } from '../message/slack-limits.ts'
import type { SlackMessage } from '../message/slack-message.ts'
import type { StormMember } from '../message/storm-message.ts'
import { showCount } from '../message/show-number.ts'
import { wordsFor } from '../message/words.ts'
import type { SendRequest } from '../slack/destination.ts'
import type { Delivery, Outcome, Priority } from './delivery.ts'
import type { KeptEvent, KeptRequest, SpoolEntry } from './spool-line.ts'

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
