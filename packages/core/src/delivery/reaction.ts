import type { Detail } from '../slack/message.ts'
import type { AttemptResult } from './attempt.ts'
import { isEdit, type Outcome, type Waiting } from './delivery.ts'

/** What follows from an answer. */
export type Reaction =
  | { readonly action: 'settle'; readonly outcome: Outcome }
  /** Again after a while, in which more than this one waits: its channel, all edits, or only itself. */
  | {
      readonly action: 'again'
      readonly afterMs: number
      readonly holds: 'channel' | 'edits' | 'itself'
      readonly detail: Detail
      /** Whether Slack asked for it. */
      readonly isLimit: boolean
    }
  /** Kept until the channel or the destination takes messages again. */
  | { readonly action: 'keep'; readonly until: 'channel' | 'destination'; readonly reason: string }

/** What a reaction depends on beside the answer. */
export interface ReactionContext {
  readonly now: number
  /** From 0 to 1. */
  readonly random: number
  /** When anything was sent last, in milliseconds since 1970. */
  readonly lastSentAt: number
}

/** For how long a delivery is tried again while others are sent, in milliseconds. */
const retryForMs = 600_000
/** After so many failures others of the channel go first: the delivery itself may be what fails. */
const maxFirst = 3
const simpler: Readonly<Record<Detail, Detail | undefined>> = {
  full: 'minimal',
  minimal: 'text',
  text: undefined,
}

/** Decides what happens next with a delivery. */
export function react(waiting: Waiting, result: AttemptResult, context: ReactionContext): Reaction {
  switch (result.status) {
    case 'wait':
      return wait(waiting, result.afterMs)
    case 'retry':
      return retry(waiting, result.reason, context)
    case 'degrade':
      return degrade(waiting, result.reason)
    case 'refused':
      return giveUp(result.reason)
    case 'stopChannel':
      return { action: 'keep', until: 'channel', reason: result.reason }
    case 'stopDestination':
      return { action: 'keep', until: 'destination', reason: result.reason }
    default:
      return { action: 'settle', outcome: result }
  }
}

function wait(waiting: Waiting, afterMs: number): Reaction {
  return { ...again(waiting, afterMs, isEdit(waiting) ? 'edits' : 'channel'), isLimit: true }
}

function retry(waiting: Waiting, reason: string, context: ReactionContext): Reaction {
  const firstTriedAt = waiting.firstTriedAt ?? context.now
  const isItsOwnFault = context.now - firstTriedAt > retryForMs && context.lastSentAt > firstTriedAt
  if (isItsOwnFault) return giveUp(reason)
  const afterMs = backoffMs(Math.max(waiting.attempts, 1), context.random)
  return again(waiting, afterMs, waiting.attempts <= maxFirst ? 'channel' : 'itself')
}

function degrade(waiting: Waiting, reason: string): Reaction {
  const detail = simpler[waiting.detail]
  return detail === undefined ? giveUp(reason) : { ...again(waiting, 0, 'itself'), detail }
}

function again(
  { detail }: Waiting,
  afterMs: number,
  holds: (Reaction & { action: 'again' })['holds'],
): Reaction & { action: 'again' } {
  return { action: 'again', afterMs, holds, detail, isLimit: false }
}

function giveUp(reason: string): Reaction {
  return { action: 'settle', outcome: { status: 'gaveUp', reason } }
}

const firstMs = 1000
const maxMs = 30_000

/**
 * How long to wait before the next attempt, in milliseconds: doubling from 1 to 30 seconds, with full jitter above half.
 *
 * @param attempts made so far, from 1 up
 * @param random from 0 to 1
 */
export function backoffMs(attempts: number, random: number): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** (attempts - 1))
  return ceiling / 2 + (ceiling / 2) * random
}
