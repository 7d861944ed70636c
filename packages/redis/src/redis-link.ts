import type {
  ExitCalls,
  FleetLink,
  FleetLinkDeps,
  FleetMember,
  ReportBatch,
  ReportOptions,
  SharedPace,
  Timer,
} from '@slack-logger/core'
import { Calls } from './calls.ts'
import { type ExitJob, ExitWorker } from './exit-worker.ts'
import { Following, type FollowingEnd } from './following.ts'
import { Leadership, type LeadershipEnd } from './leadership.ts'
import { createSharedPace } from './shared-pace.ts'
import { createSource, type IoredisClient, type NodeRedisClient, type Source } from './source.ts'
import { isFailed, type Leader, leaseMs, Store } from './store.ts'
import { Time } from './time.ts'

/** Which server a fleet uses. */
export interface RedisLinkOptions {
  /**
   * The address of a server, as in `'rediss://user:password@redis.example:6379/0'`, which may be a node of a cluster; or a client of ioredis,
   * iovalkey or node-redis that the service has already.
   */
  readonly redis: string | IoredisClient | NodeRedisClient
  /**
   * What the names of all keys begin with.
   *
   * @default 'slack-logger:'
   */
  readonly keyPrefix?: string | undefined
}

/** The time between two attempts to find out who leads, in milliseconds. */
const retryMs = 1000
/** How long nobody may lead before a process that may not lead decides by itself, in milliseconds: a lease, and the time to notice its end. */
const aloneAfterMs = 12_000
/** A leader that met reports of a newer version does not lead for so long, in milliseconds. */
const resignedMs = 60_000
/** How long a process that exits may take to hand over, in milliseconds: it starts a thread, which loads ioredis and connects. */
const exitMs = 1500
/** How long leaving may take, in milliseconds. */
const closeMs = 1000

/**
 * Creates the link between the processes of a service on many hosts, over a server of Redis or Valkey.
 *
 * @throws TypeError if `redis` is neither an address nor a client.
 */
export function createRedisLink(options: RedisLinkOptions, deps: FleetLinkDeps): FleetLink {
  return new RedisLink(options, deps)
}

/** What names of keys begin with. One hash tag, so that a cluster has all keys of a fleet on one node. */
export function prefixOf(
  { keyPrefix = 'slack-logger:' }: Pick<RedisLinkOptions, 'keyPrefix'>,
  fleet: string,
): string {
  return `${keyPrefix}{${fleet}}:`
}

class RedisLink implements FleetLink {
  readonly name = 'redis'
  readonly store: NonNullable<FleetLink['store']>
  readonly pace: SharedPace
  readonly #deps: FleetLinkDeps
  readonly #prefix: string
  readonly #self: string
  readonly #source: Source
  readonly #time: Time
  readonly #calls: Calls
  readonly #blocking: Calls | undefined
  #session: { readonly member: FleetMember; readonly store: Store } | undefined
  #leadership: Leadership | undefined
  #following: Following | undefined
  #leaderships = 0
  #isElecting = false
  #isAlone = false
  #isClosed = false
  #mayLeadFrom = Number.NEGATIVE_INFINITY
  /** When a leader was seen last. */
  #ledAt = Number.NEGATIVE_INFINITY
  #nobodySince: number | undefined
  #retry: Timer | undefined
  #exitWorker: ExitWorker | undefined

  constructor(options: RedisLinkOptions, deps: FleetLinkDeps) {
    const { redis } = options
    this.#deps = deps
    this.#prefix = prefixOf(options, deps.fleet)
    this.#self = `${deps.process.host}:${deps.process.pid}`
    const time = new Time(deps.clock)
    const { random } = deps
    const source = createSource(redis)
    this.#source = source
    this.#time = time
    this.#calls = new Calls({ source, time, random })
    this.#blocking = source.blocking && new Calls({ source: source.blocking, time, random })
    this.store = this.#createStore()
    const isCutOff = (): boolean => this.#isAlone
    this.pace = createSharedPace(this.#calls, prefixOf(options, deps.sender), isCutOff)
  }

  get isLeading(): boolean {
    return this.#leadership?.isHeld ?? false
  }

  warmUp(): void {
    this.#source.warmUp?.()
  }

  /** Takes part from the first call on, and notices by itself when the leader ends. */
  join(member: FleetMember): void {
    if (this.#session !== undefined) return
    const store = new Store({
      calls: this.#calls,
      blocking: this.#blocking,
      time: this.#time,
      prefix: this.#prefix,
      member: member.id,
      name: this.#self,
    })
    this.#session = { member, store }
    this.#run(this.#elect())
  }

  /** What comes while nobody leads is reported again when somebody does. */
  report(batch: ReportBatch, options: ReportOptions): void {
    if (this.#following !== undefined) this.#following.report(batch, options)
    else if (options.isFatal) this.#decideAlone('nobody leads')
  }

  /** What nobody else knows of is sent by this process, where it cannot report it. */
  reportSync(batches: readonly ReportBatch[], { withinMs }: ExitCalls): boolean {
    const { member } = this.#session ?? {}
    const incidents = batches.flatMap((batch) => batch.incidents)
    const isUrgent = incidents.some(({ events, isFatal }) => isFatal || events.length > 0)
    if (member === undefined || !isUrgent) return false
    const texts = batches.map((batch) => JSON.stringify(batch))
    const isFatal = incidents.some((incident) => incident.isFatal)
    if (this.#runAtExit({ kind: 'report', texts, isFatal }, withinMs)) return true
    member.alone('the process exits')
    return false
  }

  leaveSync({ withinMs }: Pick<ExitCalls, 'withinMs'>): boolean {
    const leadership = this.#leadership
    if (leadership?.isHeld !== true || !leadership.isTaking) return false
    const { holder, pending: saves } = leadership
    return this.#runAtExit({ kind: 'leave', holder, saves }, withinMs)
  }

  prepareExit(): void {
    const { url } = this.#source
    const { member } = this.#session ?? {}
    // With the service's own client, nothing can be done while the thread is blocked.
    if (url === undefined || member === undefined || this.#isAlone) return
    const given = { url, prefix: this.#prefix, member: member.id, name: this.#self }
    this.#exitWorker ??= new ExitWorker(given)
  }

  #runAtExit(job: ExitJob, withinMs: number): boolean {
    this.prepareExit()
    return this.#exitWorker?.run(job, Math.min(withinMs, exitMs)) ?? false
  }

  pause(): void {
    this.#leadership?.pause()
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#retry?.cancel()
    this.#following?.stop()
    // A process that ends waits for it.
    const timer = this.#time.later(closeMs, () => this.#disconnect())
    timer.ref?.()
    await this.#leadership?.leave()
    await this.#session?.store.leave()
    timer.cancel()
    this.#disconnect()
  }

  #createStore(): NonNullable<FleetLink['store']> {
    const leadership = (): Leadership | undefined => this.#leadership
    return {
      get isTaking() {
        return leadership()?.isTaking ?? false
      },
      append: (text) => leadership()?.keep('append', text),
      replace: (text) => leadership()?.keep('replace', text),
    }
  }

  #disconnect(): void {
    this.#leadership?.stop()
    this.#calls.close()
    this.#blocking?.close()
  }

  /** For work that nobody waits for. An answer that makes no sense is no answer. */
  #run(work: Promise<void>): void {
    work.catch((error: unknown) => this.#decideAlone(String(error)))
  }

  /** Finds out who leads, and leads if nobody does. */
  async #elect(): Promise<void> {
    if (this.#session === undefined || this.#isClosed || this.#isElecting) return
    const { member, store } = this.#session
    const askedAt = this.#time.elapsed()
    const mayLead = member.role !== 'follower' && askedAt >= this.#mayLeadFrom
    // The same one until it has led, so that a lost answer does no harm.
    const holder = `${member.id} ${this.#leaderships}`
    this.#isElecting = true
    const verb = askedAt - this.#ledAt < leaseMs ? 'succeed' : 'take'
    const leader = await (mayLead ? store.lead(verb, holder) : store.look())
    this.#isElecting = false
    if (this.#isClosed) return
    if (isFailed(leader)) this.#decideAlone(leader.failed)
    else if (leader.isOwn) await this.#lead(holder, { takenAt: askedAt, members: leader.members })
    // A lease of this process from before has to end first.
    else if (leader.name === '' || leader.name === this.#self) this.#waitForLeader()
    else this.#follow(leader)
  }

  async #lead(
    holder: string,
    { takenAt, members }: Pick<Leader, 'members'> & { readonly takenAt: number },
  ): Promise<void> {
    if (this.#session === undefined) return
    const { member, store } = this.#session
    const [journal, waiting] = [await store.journal(), await store.waiting()]
    if (this.#isClosed) return
    if (isFailed(journal) || isFailed(waiting)) {
      this.#decideAlone(isFailed(journal) ? journal.failed : 'the reports cannot be read')
      return
    }
    this.#leaderships += 1
    this.#settle()
    const onEnd = (end: LeadershipEnd): void => this.#ledUntil(end, holder)
    const skipsNewer = Number.isFinite(this.#mayLeadFrom)
    this.#leadership = new Leadership({
      member,
      store,
      time: this.#time,
      holder,
      takenAt,
      skipsNewer,
      onEnd,
    })
    this.#leadership.start(journal.text, waiting)
    // Where there are others, what is counted here is saved as often as they report.
    member.counted(members)
  }

  #follow({ name: leader, members }: Leader): void {
    if (this.#session === undefined) return
    const { member, store } = this.#session
    this.#settle()
    const { random } = this.#deps
    const onEnd = (end: FollowingEnd): void => this.#followedUntil(end)
    const deps = { member, store, time: this.#time, random, leader, members, onEnd }
    this.#following = new Following(deps)
    member.follow(this.#following.view)
  }

  #settle(): void {
    this.#retry?.cancel()
    this.#isAlone = false
    this.#nobodySince = undefined
  }

  #waitForLeader(): void {
    this.#nobodySince ??= this.#time.elapsed()
    if (this.#time.elapsed() - this.#nobodySince >= aloneAfterMs) this.#decideAlone('nobody leads')
    else this.#electLater()
  }

  #decideAlone(reason: string): void {
    this.#electLater()
    if (this.#isAlone) return
    this.#isAlone = true
    this.#session?.member.alone(reason)
  }

  #electLater(): void {
    this.#retry?.cancel()
    this.#retry = this.#time.later(retryMs, () => this.#run(this.#elect()))
  }

  #ledUntil(end: LeadershipEnd, holder: string): void {
    this.#leadership = undefined
    if (end.because === 'cut off') this.#decideAlone(end.reason)
    else if (end.because === 'deposed') this.#run(this.#elect())
    else this.#run(this.#resign(holder))
  }

  async #resign(holder: string): Promise<void> {
    this.#mayLeadFrom = this.#time.elapsed() + resignedMs
    await this.#session?.store.lead('leave', holder)
    await this.#elect()
  }

  #followedUntil(end: FollowingEnd): void {
    this.#following = undefined
    this.#ledAt = this.#time.elapsed()
    if (end.because === 'cut off') this.#decideAlone(end.reason)
    else this.#run(this.#elect())
  }
}
