import type { Clock } from '../environment.ts'
import { buildLateMessage, type DiedProcess, type LateView } from '../message/late-message.ts'
import { lateNotice } from '../message/late-notice.ts'
import { maxListed } from '../message/list-message.ts'
import {
  lateList,
  lateRequest,
  lateRoot,
  type LateIncident,
  type LateParts,
} from './late-deliveries.ts'
import { freePath, heartbeatMs } from './spool-folder.ts'
import { endLine, type KeptEvent, type KeptRequest, type SpoolEntry } from './spool-line.ts'
import { recoverSpools, type Recovered, type RecoveryParts } from './spool-recovery.ts'

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
