import * as fs from 'node:fs'
import { resolve } from 'node:path'
import type { NamedAlert } from '../../src/delivery/channel-queue.ts'
import { nameAlerts } from '../../src/delivery/channel-queue.ts'
import { SteadyClock } from '../../src/clock.ts'
import type { Clock, FileSystem, ProcessIdentity } from '../../src/environment.ts'
import type { LogEvent } from '../../src/event/log-event.ts'
import type { Sample } from '../../src/event/samples.ts'
import { type Alert, type Incident, markShown } from '../../src/incident/incident.ts'
import { Incidents } from '../../src/incident/incidents.ts'
import type { AlertPolicy } from '../../src/incident/policies/policy.ts'
import type { IncidentSnapshot, SnapshotRoot } from '../../src/incident/snapshot.ts'
import type { Adopted } from '../../src/journal/adopt.ts'
import { ProcessWatch } from '../../src/journal/folder.ts'
import { Journal } from '../../src/journal/journal.ts'
import { keyOfIncident, namesOf } from '../../src/journal/records.ts'
import { routeWith } from '../incident/policies/policy-run.ts'
import { eventWith } from '../notification/samples.ts'

/** What processes of a test share. */
export interface Host {
  /** A folder that exists; the journals are in `spool` below it. */
  readonly root: string
  readonly clock: Clock
  /** The ids of the processes that are running. */
  readonly alive: Set<number>
}

export interface GivenProcess {
  readonly pid: number
  readonly host?: string
  readonly startedAt?: number
  readonly uid?: number
  readonly owner?: string
  readonly fileSystem?: FileSystem
  /** The folder of the journals. @default 'spool' */
  readonly spool?: string
}

/** Alerts for the first occurrence and for each fatal one. */
const policy: AlertPolicy = {
  keepsLiveRoot: true,
  onOccurrence: ({ count }, { isFatal }) => {
    if (count === 1) return { action: 'alert', reason: isFatal ? 'fatal' : 'new' }
    return isFatal ? { action: 'alert', reason: 'fatal' } : undefined
  },
}

/** A process with incidents and a journal, in which the test plays the part of the deliveries. */
export class JournalProcess {
  readonly journal: Journal
  readonly incidents: Incidents
  readonly adopted: Adopted[] = []
  readonly troubles: string[] = []
  /** Reason and fingerprint of the alerts that were handed to deliveries. */
  readonly alerts: string[] = []
  readonly #host: Host
  readonly #pid: number
  readonly #known = new Map<string, Incident>()
  readonly #posts = new Map<string, readonly NamedAlert[]>()

  constructor(host: Host, given: GivenProcess) {
    const { root, clock, alive } = host
    const { pid, owner = 'checkout', fileSystem = fs, spool = 'spool' } = given
    this.#host = host
    this.#pid = pid
    alive.add(pid)
    const identity: ProcessIdentity = {
      pid,
      host: given.host ?? 'web-1',
      startedAt: given.startedAt ?? 1_000_000,
      uid: given.uid ?? process.getuid?.(),
      isAlive: (other) => alive.has(other),
    }
    this.journal = new Journal({
      folder: { path: resolve(root, spool), owner, fileSystem, process: identity },
      watch: new ProcessWatch(identity),
      clock: new SteadyClock(clock),
      release: '1.8.2',
      snapshots: (which) => this.incidents.saved.snapshots(clock.now(), which),
      onAdopted: (adopted) => this.#absorb(adopted),
      onDue: () => undefined,
      onTrouble: (reason) => void this.troubles.push(reason),
    })
    const { journal } = this
    const route = routeWith(policy)
    this.incidents = new Incidents({
      openThread: (incident) => this.#openThread(incident),
      openStorm: () => createThread(),
      routes: {
        to: (channel) => (channel === route.channel ? route : undefined),
        like: () => route,
        default: route,
      },
      toWall: (time) => time,
      actions: {
        owner: undefined,
        release: undefined,
        fromWall: (time) => time,
        redact: (text) => text,
      },
      onUnknown: () => undefined,
      isIdle: () => true,
      journal: {
        get hasTime() {
          return journal.hasTime
        },
        occurrence: (incident, occurrence) => {
          this.#known.set(incident.fingerprint, incident)
          return journal.occurrence(incident, occurrence)
        },
        changed: () => journal.changed(),
        saveNow: () => journal.saveNow(),
      },
    })
  }

  /** Logs an occurrence. */
  fail(
    fingerprint: string,
    given: { readonly isFatal?: boolean; readonly event?: Partial<LogEvent> } = {},
  ): void {
    const { isFatal = false, event } = given
    this.incidents.take({
      now: this.#host.clock.now(),
      fingerprint,
      route: routeWith(policy),
      isFatal,
      host: 'web-1',
      release: '1.8.2',
      keep: (onNormalized) => sampleOf({ ...eventOf(fingerprint), ...event }, onNormalized),
      variation: () => '',
      place: () => undefined,
    })
  }

  incident(fingerprint: string): Incident | undefined {
    return this.#known.get(fingerprint)
  }

  /** Writes that a post is about to be sent, which shows these problems as they are now. */
  post(id: string, ...fingerprints: readonly string[]): void {
    const incidents = fingerprints.flatMap((each) => this.incident(each) ?? [])
    const named = nameAlerts(incidents)
    this.#posts.set(id, named)
    this.journal.sending({ id, channel: '#alerts', attempts: 1, names: namesOf(named) })
  }

  /** The post was accepted. */
  accept(id: string): void {
    const named = this.#posts.get(id) ?? []
    this.#posts.delete(id)
    for (const { incident, alert } of named) markShown(incident, alert)
    this.journal.sent(id, `C1/${id}`, namesOf(named))
  }

  /** Sends an alert from the first line to the last. */
  send(...fingerprints: readonly string[]): void {
    const id = `${this.#pid}-${fingerprints.join('+')}`
    this.post(id, ...fingerprints)
    this.accept(id)
  }

  /** Whether the next process will send this. */
  holds(fingerprint: string): boolean {
    const incident = this.incident(fingerprint)
    return incident !== undefined && this.journal.holds(namesOf(nameAlerts([incident])))
  }

  /** Decides again to send what earlier processes left, after their unanswered posts were looked up and not found. */
  alertAdopted(): this {
    const now = this.#host.clock.now()
    for (const { id, names } of this.adopted.flatMap(({ unconfirmed }) => unconfirmed)) {
      const concerns = (incident: Incident): boolean => names[keyOfIncident(incident)] !== undefined
      this.incidents.adoption.confirm(
        { isSent: false, unanswered: 0, concerns, names: () => false },
        now,
      )
      this.journal.sent(id, '', {})
    }
    this.incidents.flush(now)
    return this
  }

  /** Ends without any last write. */
  kill(): void {
    this.#host.alive.delete(this.#pid)
  }

  close(): void {
    this.journal.close()
    this.kill()
  }

  adopt(): this {
    this.journal.adopt()
    return this
  }

  /** The messages of the alerts that earlier processes left unsent. */
  get unsent(): readonly string[] {
    return this.snapshots.flatMap(({ adopted, event }) =>
      adopted === undefined ? [] : [event?.message ?? ''],
    )
  }

  /** The incidents that earlier processes knew. */
  get snapshots(): readonly IncidentSnapshot[] {
    return this.adopted.flatMap(({ incidents }) => incidents)
  }

  #absorb(adopted: Adopted): readonly IncidentSnapshot[] {
    const now = this.#host.clock.now()
    this.adopted.push(adopted)
    const absorbed = this.incidents.adoption.absorb(adopted.incidents, now)
    for (const incident of absorbed) this.#known.set(incident.fingerprint, incident)
    return this.incidents.saved.snapshots(now, { isComplete: true, of: absorbed })
  }

  #openThread(incident: Incident): NonNullable<Incident['thread']> {
    this.#known.set(incident.fingerprint, incident)
    const notify = ({ reason }: Alert): void =>
      void this.alerts.push(`${reason} ${incident.fingerprint}`)
    return Object.assign(createThread(), { notify })
  }
}

function createThread() {
  let position: SnapshotRoot | undefined
  return {
    notify: () => undefined,
    note: () => undefined,
    count: () => undefined,
    resume: (given: SnapshotRoot | undefined) => void (position = given),
    edit: () => undefined,
    update: () => undefined,
    list: () => undefined,
    tick: () => undefined,
    hasListed: () => false,
    markListed: () => undefined,
    markUnlisted: () => undefined,
    dueAt: Number.POSITIVE_INFINITY,
    isFinished: true,
    root: undefined,
    get position() {
      return position
    },
  }
}

/** Normalized on first access, as a sink's are. */
function sampleOf(event: LogEvent, onNormalized: ((event: LogEvent) => void) | undefined): Sample {
  let isNormalized = false
  return {
    get event() {
      if (!isNormalized) {
        isNormalized = true
        onNormalized?.(event)
      }
      return event
    },
  }
}

export function eventOf(message: string): LogEvent {
  return eventWith({ message, time: 0 })
}
