import { type Incident, isUnsent } from './incident.ts'
import { type ReportedIncident, unsavedReport } from './reported.ts'
import { type IncidentSnapshot, takeSnapshot } from './snapshot.ts'

/** Beyond these, the least recently seen incidents are in no snapshot. */
const maxSnapshots = 200
/** Incidents that were not seen for this long are in no snapshot, in milliseconds. */
const maxSnapshotAgeMs = 7 * 86_400_000
/** The same for incidents about which people decided something. */
const maxTriagedAgeMs = 90 * 86_400_000
export const maxTriaged = 300

/** What others know of the incidents: a later process by what was written down, one that leads instead by what is reported to it. */
export class SavedIncidents {
  readonly #all: () => Iterable<Incident>
  readonly #toWall: (time: number) => number
  readonly #hasRoutes: () => boolean
  /** Those of the last snapshots, until they are written. */
  #unsettled: Incident[] = []

  /** @param hasRoutes whether other processes, which may be configured otherwise, may continue them */
  constructor(
    all: () => Iterable<Incident>,
    toWall: (time: number) => number,
    hasRoutes: () => boolean = () => false,
  ) {
    this.#all = all
    this.#toWall = toWall
    this.#hasRoutes = hasRoutes
  }

  /** What a later process must know, of these incidents or of all. */
  snapshots(
    now: number,
    {
      isComplete,
      of = this.#all(),
    }: { readonly isComplete: boolean; readonly of?: Iterable<Incident> },
  ): readonly IncidentSnapshot[] {
    const snapshots: IncidentSnapshot[] = []
    const hasRoute = this.#hasRoutes()
    this.#unsettled = []
    const left = { untouched: maxSnapshots, triaged: maxTriaged }
    for (const incident of of) {
      if (!isComplete && !incident.isUnsaved) continue
      if (!isUnsent(incident)) {
        const kind = incident.triage === undefined ? 'untouched' : 'triaged'
        if (!isWorthKeeping(incident, now) || left[kind] <= 0) continue
        left[kind] -= 1
      }
      const [sample] = incident.samples
      const hasEvent = isComplete || incident.savedSample !== sample
      snapshots.push(takeSnapshot(incident, { now, hasEvent, isComplete, hasRoute }))
      incident.isUnsaved = false
      this.#unsettled.push(incident)
      incident.savedSample = sample
    }
    return snapshots
  }

  /** What the last snapshots say is in the journal, or is not. */
  settle({ isSaved }: { readonly isSaved: boolean }): void {
    if (isSaved) for (const incident of this.#unsettled) incident.savedCount = incident.count
    this.#unsettled = []
  }

  /**
   * Takes out what this process counted and no other one knows.
   *
   * @param which all of it, or that of the last snapshots
   * @param given.hasRoots whether the messages are not known either
   */
  takeUnsaved(
    which: 'all' | 'unsettled',
    { hasRoots = false }: { readonly hasRoots?: boolean } = {},
  ): readonly ReportedIncident[] {
    const incidents = which === 'all' ? [...this.#all()] : this.#unsettled
    return incidents.flatMap((incident) => {
      const { count, savedCount, storm } = incident
      const { ref } = incident.thread?.position ?? {}
      const root = hasRoots && storm === undefined ? ref : undefined
      if (count <= savedCount && root === undefined) return []
      const report = unsavedReport(incident, this.#toWall, root)
      incident.savedCount = count
      return report
    })
  }

  /** The keys of those that a message shows. */
  get shown(): readonly string[] {
    return [...this.#all()].filter(({ alerts }) => alerts.shown > 0).map(({ key }) => key)
  }
}

/** Whether another process would continue an incident whose alerts are all sent. */
function isWorthKeeping(incident: Incident, now: number): boolean {
  const { alerts, route, isReported, triage, lastSeen } = incident
  const isContinued = alerts.last !== undefined && route.policy.keepsLiveRoot
  const maxAgeMs = triage === undefined ? maxSnapshotAgeMs : maxTriagedAgeMs
  return (isContinued || isReported) && now - lastSeen <= maxAgeMs
}
