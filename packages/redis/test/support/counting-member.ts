import type {
  ActionAnswer,
  FleetLink,
  FleetMember,
  FleetRole,
  FleetView,
  IncidentAction,
  LeftByLeader,
  ReportBatch,
  ReportedIncident,
} from '@slack-logger/core'

/** What a member that counts writes down as its journal: how far it has merged whose reports, and how many occurrences there were. */
interface State {
  readonly merged: Record<string, number>
  total: number
}

/** The least that a sink does with a link: counts, reports what it counted, and merges what others counted. */
export class CountingMember implements FleetMember {
  readonly id: string
  readonly role: FleetRole
  readonly host = 'host'
  readonly journal = undefined
  readonly #link: FleetLink
  readonly #unacknowledged: ReportBatch[] = []
  #seq = 0
  #state: State = { merged: {}, total: 0 }
  /** Occurrences that this process decides about by itself. */
  own = 0
  /** What happened, in order. */
  readonly calls: string[] = []
  readonly troubles: string[] = []
  view: FleetView | undefined
  /** How many there are, as the leader knows it. */
  members = 0
  onMerged: ((batches: readonly ReportBatch[]) => void) | undefined

  constructor(link: FleetLink, id: string, role: FleetRole = 'auto') {
    this.#link = link
    this.id = id
    this.role = role
    link.join(this)
  }

  /** Occurrences of the fleet, as the leader knows them. */
  get total(): number {
    return this.#state.total
  }

  get is(): string {
    return this.calls.at(-1)?.split(' ')[0] ?? 'joining'
  }

  /** Batches that are not acknowledged. */
  get waiting(): number {
    return this.#unacknowledged.length
  }

  count(occurrences: number, { isUrgent = false, isFatal = false } = {}): void {
    this.#seq += 1
    const batch = batchOf(this.id, this.#seq, occurrences)
    if (this.is === 'lead') this.#add([batch])
    else if (this.is === 'alone') this.own += occurrences
    else {
      this.#unacknowledged.push(batch)
      if (this.is === 'follow') this.#link.report(batch, { isUrgent, isFatal })
    }
  }

  act(action: IncidentAction): Promise<ActionAnswer> {
    this.calls.push(`act ${action.kind}`)
    return Promise.resolve({ status: 'done' })
  }

  lead({ text, batches = [] }: LeftByLeader): void {
    this.calls.push(text === undefined ? 'lead' : `lead ${text.length}`)
    const lines = text?.trim().split('\n') ?? []
    const [last] = lines.slice(-1)
    if (last !== undefined && last !== '') this.#state = JSON.parse(last) as State
    this.#link.store?.replace(`${JSON.stringify(this.#state)}\n`)
    this.#add([...batches, ...this.#unacknowledged.splice(0)])
  }

  follow(view: FleetView): void {
    this.calls.push(`follow ${view.leader}`)
    this.view = view
    for (const batch of this.#unacknowledged)
      this.#link.report(batch, { isUrgent: false, isFatal: false })
  }

  alone(reason: string): void {
    this.calls.push(`alone ${reason}`)
    this.own += countOf(this.#unacknowledged.splice(0))
  }

  acknowledged(seq: number, view: FleetView): void {
    this.view = view
    while ((this.#unacknowledged[0]?.seq ?? Number.POSITIVE_INFINITY) <= seq)
      this.#unacknowledged.shift()
  }

  merge(batches: readonly ReportBatch[]): boolean {
    this.#add(batches)
    this.onMerged?.(batches)
    return true
  }

  left(): void {
    this.calls.push('left')
  }

  counted(members: number): void {
    this.members = members
  }

  trouble(reason: string): void {
    this.troubles.push(reason)
  }

  #add(batches: readonly ReportBatch[]): void {
    for (const batch of batches) {
      if (batch.seq <= (this.#state.merged[batch.member] ?? 0)) continue
      this.#state.merged[batch.member] = batch.seq
      this.#state.total += countOf([batch])
    }
    if (batches.length > 0) this.#link.store?.append(`${JSON.stringify(this.#state)}\n`)
  }
}

export function batchOf(member: string, seq: number, count: number): ReportBatch {
  return { v: 1, member, seq, incidents: [incidentOf(count)] }
}

function incidentOf(count: number): ReportedIncident {
  return {
    fingerprint: 'no stock',
    route: {
      channel: '#alerts',
      mentions: [],
      loud: 'state',
      minCount: 1,
      withinMs: undefined,
      repeat: { policy: 'milestones', holdMs: 2000 },
    },
    count,
    firstSeen: 1_760_000_000_000,
    lastSeen: 1_760_000_000_000,
    isFatal: false,
    isCollapsed: false,
    perMinute: [[29_333_333, count]],
    hosts: ['host'],
    releases: [],
    requests: 0,
    endpoints: [],
    users: [],
    events: [],
    breadcrumbs: [],
  }
}

function countOf(batches: readonly ReportBatch[]): number {
  return batches.flatMap(({ incidents }) => incidents).reduce((sum, { count }) => sum + count, 0)
}
