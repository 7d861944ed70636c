import { type Clock, hasSystemClock, type SinkEnvironment } from '../environment.ts'
import { type JournalFolder, shortHash } from '../journal/folder.ts'
import type { ResolvedOptions } from '../options/resolve.ts'
import { HostLink } from './host-link.ts'
import type { FleetLink } from './link.ts'

/** The link of the options. */
export function createLink(
  { fleet, environment }: Pick<ResolvedOptions, 'fleet' | 'environment'>,
  folder: JournalFolder | undefined,
  { given, clock }: { readonly given: SinkEnvironment; readonly clock: Clock },
): FleetLink {
  if (fleet === false) return new NoLink('`fleet` is false')
  if (fleet.link !== undefined) return fleet.link
  if (folder === undefined) return new NoLink('there is no folder for a journal')
  // Sockets know no other time.
  if (!hasSystemClock(given)) return new NoLink('the clock is not the system’s')
  const { random, process } = given
  const name = shortHash(JSON.stringify([folder.owner, environment]))
  return new HostLink({ fleet: name, clock, random, process, folder })
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
