import type { Clock } from '../../src/environment.ts'
import type {
  FleetLink,
  FleetMember,
  FleetView,
  LeftByLeader,
  ReportBatch,
} from '../../src/index.ts'

/** Links of one memory: each answer takes some time, and a member can be cut off or killed. */
export class MemoryFleet {
  readonly clock: Clock
  readonly latencyMs: number
  readonly members: MemoryLink[] = []
  leader: MemoryLink | undefined
  /** What the leader that ended last left. */
  left: LeftByLeader = {}

  constructor(clock: Clock, latencyMs: number = 1) {
    this.clock = clock
    this.latencyMs = latencyMs
  }

  link(): MemoryLink {
    const link = new MemoryLink(this)
    this.members.push(link)
    return link
  }

  get view(): FleetView {
    const { member } = this.leader ?? {}
    return {
      leader: member?.host,
      members: this.members.length,
      nextInMs: Math.max(1000, this.members.length * 5),
    }
  }

  /** Its process has ended. */
  kill(link: MemoryLink): void {
    this.members.splice(this.members.indexOf(link), 1)
    link.isOut = true
    const { journal } = link.member ?? {}
    if (this.leader === link) this.replace()
    else if (journal !== undefined)
      this.clock.setTimer(() => this.leader?.member?.left(journal), this.latencyMs)
  }

  /** Another one leads, as where the leader does not answer. */
  replace(how: 'at once' | 'soon' = 'soon'): void {
    const before = this.leader
    this.leader = undefined
    this.left = { journal: before?.member?.journal }
    const { members } = this
    for (const link of members.filter((each) => each !== before)) {
      if (link.member === undefined) continue
      if (how === 'at once') link.elect()
      else this.clock.setTimer(() => link.elect(), this.latencyMs)
    }
  }
}

export class MemoryLink implements FleetLink {
  readonly name = 'memory'
  member: FleetMember | undefined
  /** Whether nothing that it sends arrives. */
  isCut = false
  isOut = false
  readonly #fleet: MemoryFleet
  #replaced: { looks: number; readonly how: 'at once' | 'soon' } | undefined

  constructor(fleet: MemoryFleet) {
    this.#fleet = fleet
  }

  get isLeading(): boolean {
    const isLeading = this.#fleet.leader === this
    if (isLeading && this.#replaced !== undefined) {
      this.#replaced.looks -= 1
      if (this.#replaced.looks < 0) this.#fleet.replace(this.#replaced.how)
    }
    return this.#replaced === undefined || this.#replaced.looks >= 0 ? isLeading : this.#lastLook()
  }

  /** As where this process is stopped: another one leads from one of its next looks on whether it leads, or right after that. */
  replaceAt(looks: number, how: 'at once' | 'soon'): void {
    this.#replaced = { looks, how }
  }

  /** It was stopped after it had looked. */
  #lastLook(): boolean {
    this.#replaced = undefined
    return true
  }

  join(member: FleetMember): void {
    if (this.member !== undefined) return
    this.member = member
    this.elect()
  }

  report(batch: ReportBatch): void {
    const { clock, latencyMs } = this.#fleet
    const text = JSON.stringify(batch)
    clock.setTimer(() => this.#arrive(JSON.parse(text) as ReportBatch), latencyMs)
  }

  async close(): Promise<void> {
    if (!this.isOut) this.#fleet.kill(this)
  }

  /** Leads if nobody else does. */
  elect(): void {
    const { member } = this
    if (member === undefined || this.isOut) return
    if (this.#fleet.leader !== undefined && this.#fleet.leader !== this) {
      member.follow(this.#fleet.view)
      this.#fleet.leader.member?.counted(this.#fleet.members.length)
      return
    }
    this.#fleet.leader = this
    const { left } = this.#fleet
    this.#fleet.left = {}
    member.lead(left)
    member.counted(this.#fleet.members.length)
  }

  #arrive(batch: ReportBatch): void {
    const { leader, clock, latencyMs, view } = this.#fleet
    if (this.isOut || this.isCut || leader === undefined || leader.isCut || leader === this) return
    leader.member?.merge([batch])
    clock.setTimer(() => {
      if (!this.isOut && !this.isCut && this.#fleet.leader === leader)
        this.member?.acknowledged(batch.seq, view)
    }, latencyMs)
  }
}
