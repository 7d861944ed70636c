import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { Clock, FleetLink, FleetRole } from '@slack-logger/core'
import { createRedisLink, type RedisLinkOptions } from '../../src/index.ts'
import { CountingMember } from './counting-member.ts'

/** The system's clock, with timers that keep no process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (callback, delayMs) => {
    const timeout = setTimeout(callback, delayMs).unref()
    return { cancel: () => clearTimeout(timeout), ref: () => timeout.ref() }
  },
}

/** A clock that can be stopped, as that of a process that is stopped: nothing of its own happens until it goes on. */
export class StoppableClock implements Clock {
  readonly #held: (() => void)[] = []
  #isStopped = false

  now(): number {
    return systemClock.now()
  }

  monotonic(): number {
    return performance.now()
  }

  setTimer(callback: () => void, delayMs: number): ReturnType<Clock['setTimer']> {
    return systemClock.setTimer(() => {
      if (this.#isStopped) this.#held.push(callback)
      else callback()
    }, delayMs)
  }

  stop(): void {
    this.#isStopped = true
  }

  resume(): void {
    this.#isStopped = false
    for (const callback of this.#held.splice(0)) callback()
  }
}

let pids = 1

/** A fleet of its own for a test. */
export function newFleet(): string {
  return randomBytes(8).toString('hex')
}

export interface TestMemberOptions {
  readonly redis: RedisLinkOptions['redis']
  readonly id: string
  readonly role?: FleetRole
  readonly fleet: string
  readonly keyPrefix?: string
  readonly clock?: Clock
}

/** A process of a fleet, inside this one. */
export interface TestMember extends AsyncDisposable {
  readonly link: FleetLink
  readonly member: CountingMember
}

export function joinFleet({
  redis,
  id,
  role = 'auto',
  fleet,
  keyPrefix,
  clock = systemClock,
}: TestMemberOptions): TestMember {
  pids += 1
  const link = createRedisLink(
    { redis, ...(keyPrefix !== undefined && { keyPrefix }) },
    {
      fleet,
      sender: 'sender',
      clock,
      random: Math.random,
      process: { pid: pids, host: 'host', startedAt: 0, uid: 0, isAlive: () => true },
    },
  )
  const member = new CountingMember(link, id, role)
  return { link, member, [Symbol.asyncDispose]: () => link.close() }
}
