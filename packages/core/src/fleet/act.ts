import * as v from 'valibot'
import { delay } from '../clock.ts'
import type { Clock, SinkEnvironment } from '../environment.ts'
import type { Act, ActionAnswer, IncidentAction } from '../incident/actions/action.ts'
import { onThisKernel } from '../journal/folder.ts'
import { Election } from './election.ts'
import { connectTo, readLines, writeLine } from './host-server.ts'

/** For so long, an action waits for a process that leads, in milliseconds. */
export const actionWaitMs: number = 5 * 60_000
const retryMs = 250
/** The leader may have to ask who is in a group, in milliseconds. */
const answerMs = 10_000
export const unreachable: ActionAnswer = { status: 'refused', reason: 'unreachable' }

/** A sink of this thread, as far as people act on its incidents. */
export interface ActionTaker {
  readonly act: Act
  /** Somebody without permission has tried something. */
  readonly onRejected: () => void
}

/** The sinks of this thread, by the fleet that their buttons name. */
const sinks = new Map<string, Set<ActionTaker>>()

/** Lets a sink of this thread take actions. @returns ends that */
export function takeActions(fleet: string, taker: ActionTaker): () => void {
  const known = sinks.get(fleet) ?? new Set()
  sinks.set(fleet, known.add(taker))
  return () => {
    known.delete(taker)
    if (known.size === 0) sinks.delete(fleet)
  }
}

/** A request was refused of which nobody knows for whom it was: each sink of this thread counts it. */
export function countRejected(): void {
  for (const takers of sinks.values()) for (const { onRejected } of takers) onRejected()
}

export interface ActDeps extends Pick<SinkEnvironment, 'clock' | 'fileSystem' | 'process'> {
  /** The folder of the journal; `undefined` without one. */
  readonly path: string | undefined
  /** The fleet of an action that no button names one for. */
  readonly fleet?: string | undefined
}

/** Passes an action on to the process that leads its fleet: a sink of this thread, or a process of this host. */
export async function actInFleet(action: IncidentAction, deps: ActDeps): Promise<ActionAnswer> {
  const { path, clock, fleet: named = '' } = deps
  const { owner = named } = action.target ?? {}
  let answer = await actInThread(action, owner)
  if (answer !== undefined || path === undefined || !/^[\da-f]{16}$/.test(owner))
    return answer ?? { status: 'refused', reason: 'unknown' }
  const fleet = onThisKernel(owner, deps)
  const election = new Election({ folder: { ...deps, path, owner }, fleet, clock })
  const deadline = clock.now() + actionWaitMs
  while (clock.now() < deadline) {
    const found = election.find()
    if (found?.status === 'follows') answer = await askLeader(found.leader.address, action, clock)
    if (answer !== undefined) return answer
    await delay(clock, retryMs, {})
  }
  return unreachable
}

/** @returns `undefined` if this thread has no sink of the fleet */
async function actInThread(
  action: IncidentAction,
  owner: string,
): Promise<ActionAnswer | undefined> {
  let answer: ActionAnswer | undefined
  for (const taker of sinks.get(owner) ?? []) {
    answer = await taker.act(action)
    // Where each sink decides by itself, another one may have the incident.
    if (answer.status === 'done' || answer.reason !== 'old') return answer
  }
  return answer
}

/** Passes an action to the leader at an address. @returns `undefined` if it does not answer */
function askLeader(
  address: string,
  action: IncidentAction,
  clock: Clock,
): Promise<ActionAnswer | undefined> {
  return new Promise((resolve) => {
    const socket = connectTo(address)
    socket.unref()
    const timer = clock.setTimer(() => end(undefined), answerMs)
    const end = (answer: ActionAnswer | undefined): void => {
      timer.cancel()
      socket.destroy()
      resolve(answer)
    }
    // Its end follows.
    socket.on('error', () => undefined)
    socket.on('close', () => end(undefined))
    readLines(socket, (message) => end(v.is(actedMessage, message) ? message.answer : undefined))
    writeLine(socket, { kind: 'act', v: 1, action })
  })
}

const actedMessage = v.looseObject({
  kind: v.literal('acted'),
  answer: v.variant('status', [
    v.object({ status: v.literal('done') }),
    v.object({
      status: v.literal('refused'),
      reason: v.picklist(['unknown', 'old', 'already', 'forbidden', 'unconfirmed', 'unreachable']),
    }),
  ]),
})
