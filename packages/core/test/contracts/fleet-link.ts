import { describe, expect, test } from 'vitest'
import type {
  ActionAnswer,
  FleetLink,
  FleetMember,
  FleetView,
  IncidentAction,
  ReportBatch,
  ReportedIncident,
} from '../../src/index.ts'

/** What the contract needs of an implementation. */
export interface LinkSetup extends AsyncDisposable {
  /** The link of another process of the fleet. */
  link(): FleetLink
  /** Resolves when something has happened, or was to happen. */
  until(isSo: () => boolean): Promise<void>
}

/** A member that writes down what its link calls. */
export class Recorder implements FleetMember {
  readonly id: string
  readonly role = 'auto'
  readonly host = 'web-1'
  readonly journal: string
  readonly link: FleetLink
  readonly calls: string[] = []
  readonly merged: ReportBatch[] = []
  acknowledgedSeq = 0
  view: FleetView | undefined

  constructor(id: string, link: FleetLink) {
    this.id = id
    this.journal = `${id}.journal`
    this.link = link
  }

  lead(): void {
    this.calls.push('lead')
  }

  follow(view: FleetView): void {
    this.calls.push('follow')
    this.view = view
  }

  alone(reason: string): void {
    this.calls.push(`alone: ${reason}`)
  }

  acknowledged(seq: number, view: FleetView): void {
    this.acknowledgedSeq = seq
    this.view = view
  }

  merge(batches: readonly ReportBatch[]): void {
    this.merged.push(...batches)
  }

  act(action: IncidentAction): Promise<ActionAnswer> {
    this.calls.push(`act: ${action.kind}`)
    return Promise.resolve({ status: 'done' })
  }

  left(journal: string): void {
    this.calls.push(`left: ${journal}`)
  }

  counted(): void {
    this.calls.push('counted')
  }

  trouble(reason: string): void {
    this.calls.push(`trouble: ${reason}`)
  }

  report(seq: number): void {
    const batch: ReportBatch = { v: 1, member: this.id, seq, incidents: [incident] }
    this.link.report(batch, { isUrgent: true, isFatal: false })
  }
}

const incident: ReportedIncident = {
  fingerprint: 'f1',
  route: {
    channel: '#alerts',
    mentions: [],
    loud: 'state',
    minCount: 1,
    repeat: { policy: 'milestones', holdMs: 2000 },
  },
  count: 3,
  firstSeen: 1_790_000_000_000,
  lastSeen: 1_790_000_000_500,
  isFatal: false,
  isCollapsed: false,
  perMinute: [[29_833_333, 3]],
  hosts: ['web-1'],
  releases: [],
  requests: 0,
  endpoints: [],
  users: [],
  events: [],
  breadcrumbs: [],
}

/** Members that have joined in this order. */
async function join(setup: LinkSetup, count: number): Promise<readonly [Recorder, ...Recorder[]]> {
  const members: Recorder[] = []
  for (let index = 0; index < count; index += 1) {
    const member = new Recorder(`member-${index}`, setup.link())
    members.push(member)
    member.link.join(member)
    await setup.until(() => member.calls.some((call) => call === 'lead' || call === 'follow'))
  }
  return members as [Recorder, ...Recorder[]]
}

/** What every link does. */
export function testLinkContract(name: string, setUp: () => Promise<LinkSetup>): void {
  describe(`the contract of fleet links: ${name}`, () => {
    test('the first one to join leads, and the others follow it', async () => {
      await using setup = await setUp()

      const [first, ...others] = await join(setup, 3)

      expect(first.calls).toContain('lead')
      expect(first.link.isLeading).toBe(true)
      expect(others.map(({ calls }) => calls[0])).toEqual(['follow', 'follow'])
      expect(others.map(({ link }) => link.isLeading)).toEqual([false, false])
      expect(others[0]?.view?.leader).toEqual(expect.any(String))
    })

    test('batches reach the leader whole and in their order, and are acknowledged', async () => {
      await using setup = await setUp()
      const [leader, follower] = await join(setup, 2)

      for (const seq of [1, 2, 3]) follower?.report(seq)
      await setup.until(() => follower?.acknowledgedSeq === 3)

      expect(leader.merged).toEqual(
        [1, 2, 3].map((seq) => ({ v: 1, member: 'member-1', seq, incidents: [incident] })),
      )
      expect(follower?.acknowledgedSeq).toBe(3)
      expect(follower?.view?.members).toBe(2)
    })

    test('when the leader closes, another one leads, and the others report to that', async () => {
      await using setup = await setUp()
      const [leader, second, third] = await join(setup, 3)
      second?.report(1)
      third?.report(1)
      await setup.until(() => second?.acknowledgedSeq === 1 && third?.acknowledgedSeq === 1)

      await leader.link.close()
      const successor = (): Recorder | undefined =>
        [second, third].find((member) => member?.calls.includes('lead'))
      await setup.until(() => successor() !== undefined)
      const other = successor() === second ? third : second
      await setup.until(() => (other?.calls.filter((call) => call === 'follow').length ?? 0) > 1)
      other?.report(2)
      await setup.until(() => other?.acknowledgedSeq === 2)

      expect(leader.link.isLeading).toBe(false)
      expect(successor()?.link.isLeading).toBe(true)
      expect(successor()?.merged.map(({ member, seq }) => [member, seq])).toEqual([[other?.id, 2]])
    })

    test('nothing that is called after the end throws', async () => {
      await using setup = await setUp()
      const [leader, follower] = await join(setup, 2)

      await follower?.link.close()
      await leader.link.close()
      follower?.report(1)
      leader.link.join(leader)
      await follower?.link.close()

      expect(leader.link.isLeading).toBe(false)
      expect(follower?.link.isLeading).toBe(false)
    })
  })
}
