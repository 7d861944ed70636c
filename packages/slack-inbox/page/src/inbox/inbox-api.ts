import type { FaultOptions } from '../../../src/http/faults.ts'
import type { Interaction } from '../../../src/interactivity/interactions.ts'
import type { InboxMessage } from '../../../src/workspace/message.ts'
import type { PageRequest, PageRequests } from '../../../src/inbox-api/page-api.ts'
import type { PageMessage } from './inbox-state.ts'

/** What became of an interaction. */
export type Delivery = NonNullable<Interaction['delivery']>

export type { FaultOptions, InboxMessage, PageRequest, PageRequests }

/** A fault as the inbox lists it. */
export interface ListedFault {
  readonly id: number
  readonly options: FaultOptions
  readonly hits: number
}

/** Fetches a message with its history and the content of its files. */
export async function fetchMessage(ts: string, signal: AbortSignal): Promise<InboxMessage> {
  return (await request<{ message: InboxMessage }>(`page/message?ts=${ts}`, { signal })).message
}

/** Fetches messages older than `before`, and the number of even older ones. */
export function fetchEarlier(
  before: string,
): Promise<{ readonly messages: readonly PageMessage[]; readonly earlier: number }> {
  return request(`page/earlier?before=${before}`)
}

export function fetchRequests(signal: AbortSignal): Promise<PageRequests> {
  return request('page/requests', { signal })
}

export async function fetchFaults(signal: AbortSignal): Promise<readonly ListedFault[]> {
  return (await request<{ faults: readonly ListedFault[] }>('faults', { signal })).faults
}

export async function addFault(options: FaultOptions): Promise<void> {
  await post('faults', options)
}

export async function stopFault(id: number): Promise<void> {
  await request(`faults?id=${id}`, { method: 'DELETE' })
}

/** Uses a button or a menu, and waits for the app. */
export async function clickElement(click: {
  readonly ts: string
  readonly blockId: string
  readonly actionId: string
  readonly user: string
  readonly value: string | undefined
}): Promise<Delivery> {
  const { interaction } = await post<{ interaction: { delivery: Delivery } }>('click', click)
  return interaction.delivery
}

export async function changeReaction(
  change: 'react' | 'unreact',
  reaction: { readonly ts: string; readonly name: string; readonly user: string },
): Promise<void> {
  await post(change, reaction)
}

/** Replies in a thread as a person. */
export async function sendReply(reply: {
  readonly ts: string
  readonly text: string
  readonly user: string
}): Promise<void> {
  await post('reply', reply)
}

/** Removes messages, requests and faults. */
export async function clearInbox(): Promise<void> {
  await request('clear', { method: 'POST' })
}

function post<Result>(path: string, body: object): Promise<Result> {
  return request(path, { method: 'POST', body: JSON.stringify(body) })
}

async function request<Result>(path: string, init: RequestInit = {}): Promise<Result> {
  const response = await fetch(`/_inbox/${path}`, init)
  if (!response.ok)
    throw new Error(`The inbox responded with ${response.status}: ${await response.text()}`)
  const result: Result = await response.json()
  return result
}
