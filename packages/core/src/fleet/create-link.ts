import { loadRedisLink } from '#load-web-api'
import { type Clock, hasSystemClock, type SinkEnvironment } from '../environment.ts'
import { type JournalFolder, onThisKernel, shortHash } from '../journal/folder.ts'
import type { ResolvedFleet, ResolvedOptions } from '../options/resolve.ts'
import { HostLink } from './host-link.ts'
import type { FleetLink, FleetLinkDeps } from './link.ts'

/**
 * The link of the options.
 *
 * @throws TypeError for a server without the package that it needs.
 */
export function createLink(
  options: Pick<ResolvedOptions, 'fleet' | 'service' | 'environment' | 'target'>,
  folder: JournalFolder | undefined,
  { given, clock, sender, name }: LinkGiven,
): FleetLink {
  const { fleet, target } = options
  if (fleet === false) return new NoLink('`fleet` is false')
  if (fleet.link !== undefined) return fleet.link
  // What is only shown here is no concern of others.
  if (target.kind === 'preview') return new NoLink('messages are previewed')
  const { random, process } = given
  const deps = { sender: shortHash(sender), clock, random, process }
  if (fleet.redis !== undefined) {
    return requireRedis().createRedisLink(fleet.redis, { ...deps, fleet: fleetOnServer(options) })
  }
  if (folder === undefined || name === undefined)
    return new NoLink('there is no folder for a journal')
  // Sockets know no other time.
  if (!hasSystemClock(given)) return new NoLink('the clock is not the system’s')
  return new HostLink({ ...deps, fleet: onThisKernel(name, folder), folder })
}

/** The name of a fleet on a server. */
export function fleetOnServer({
  service,
  environment,
}: Pick<ResolvedOptions, 'service' | 'environment'>): string {
  return shortHash(JSON.stringify([service, environment]))
}

interface RedisPackage {
  createRedisLink(options: ResolvedFleet['redis'], deps: FleetLinkDeps): FleetLink
}

function requireRedis(): RedisPackage {
  const found = loadRedisLink()
  if (found !== undefined) return found as RedisPackage
  throw new TypeError(
    'Expected the package `@slack-logger/redis` to be installed for `fleet.redis`: npm install @slack-logger/redis',
  )
}

export interface LinkGiven {
  readonly given: SinkEnvironment
  /** The system's own, with contained timers. */
  readonly clock: Clock
  /** Identifies what sends. */
  readonly sender: string
  /** Identifies the fleet; `undefined` where messages go nowhere. */
  readonly name: string | undefined
}

/** For a process that decides by itself. */
class NoLink implements FleetLink {
  readonly name = 'none'
  readonly isLeading = true
  readonly #reason: string

  constructor(reason: string) {
    this.#reason = reason
  }

  join(member: Parameters<FleetLink['join']>[0]): void {
    member.alone(this.#reason)
  }

  report(): void {
    // Nobody leads.
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
