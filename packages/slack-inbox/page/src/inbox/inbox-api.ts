import type { FaultOptions } from '../../../src/faults.ts'
import type { InboxMessage } from '../../../src/message.ts'
import type { PageRequest, PageRequests } from '../../../src/page-api/answer-page-api.ts'
import type { PageMessage } from './inbox-state.ts'

export type { FaultOptions, InboxMessage, PageRequest, PageRequests }

/** A fault that is switched on. */
export interface ActiveFault {
  readonly id: number
  readonly options: FaultOptions
  readonly hits: number
}

/** Everything about one message: with its history and its files' content. */
export async function fetchMessage(ts: string, signal: AbortSignal): Promise<InboxMessage> {
  return (await ask<{ message: InboxMessage }>(`page/message?ts=${ts}`, { signal })).message
}

/** Messages older than `before`, and how many are older still. */
export function fetchEarlier(
  before: string,
): Promise<{ readonly messages: readonly PageMessage[]; readonly earlier: number }> {
  return ask(`page/earlier?before=${before}`)
}

/** What became of the latest requests. */
export function fetchRequests(signal: AbortSignal): Promise<PageRequests> {
  return ask('page/requests', { signal })
}

/** The faults that are switched on. */
export async function fetchFaults(signal: AbortSignal): Promise<readonly ActiveFault[]> {
  return (await ask<{ faults: readonly ActiveFault[] }>('faults', { signal })).faults
}

/** Makes requests fail from now on. */
export async function addFault(options: FaultOptions): Promise<void> {
  await ask('faults', { method: 'POST', body: JSON.stringify(options) })
}

/** Ends one fault. */
export async function stopFault(id: number): Promise<void> {
  await ask(`faults?id=${id}`, { method: 'DELETE' })
}

/** Forgets messages, requests and faults. */
export async function clearInbox(): Promise<void> {
  await ask('clear', { method: 'POST' })
}

async function ask<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`/_inbox/${path}`, init)
  if (!response.ok)
    throw new Error(`The inbox answered ${response.status}: ${await response.text()}`)
  const answer: Answer = await response.json()
  return answer
}
