import type { Clock, SinkEnvironment } from '../environment.ts'
import type { SharedPace } from '../delivery/shared-pace.ts'
import type { Act, IncidentAction } from '../incident/actions/action.ts'
import type { ReportedIncident } from '../incident/reported.ts'

/**
 * How the processes of one service find each other, so that one problem is one message: one of them leads, the others report to it what
 * they counted. Nothing here throws, rejects or keeps the process alive. Never called for a repeated record.
 *
 * A link elects the leader and carries batches to it. What a batch means, and that it is counted exactly once, is decided elsewhere: the
 * leader merges batches of one member in the order of `seq`, and ignores those that it has merged already.
 */
export interface FleetLink {
  /** As in `'host'`, for `health()`. */
  readonly name: string
  /**
   * Takes part from now on: calls {@link FleetMember.lead}, {@link FleetMember.follow} or {@link FleetMember.alone} as soon as it is known
   * who leads, and again whenever that changes. Called when the process first has something to report or to take over, and again before
   * further reports: a link that does not notice by itself that the leader has ended looks then.
   */
  join(member: FleetMember): void
  /**
   * Carries a batch to the leader. Called in the order of `seq`, only after {@link FleetMember.follow}, several before the first is
   * acknowledged. After each `follow`, what is not acknowledged is reported again.
   */
  report(batch: ReportBatch, options: ReportOptions): void
  /**
   * Whether this process still leads: read before each request to the destination, so it costs microseconds. `false` as soon as another
   * process may lead: where a lease has ended by a monotonic clock, or another process has taken over.
   */
  readonly isLeading: boolean
  /**
   * Where a successor may run on another host: keeps what the leader's journal contains, for {@link FleetMember.lead} of the next one. Left
   * out where the successor reads the leader's file.
   *
   * `append` adds lines, `replace` is all of them anew. What is appended while {@link FleetMember.merge} runs, contains what was merged:
   * a batch must not be handed out again once that is kept, and must be handed out again to the next leader if it is not.
   */
  readonly store?: {
    /** Whether it takes something now. Once it does again, {@link FleetMember.lead} is called again for all of it. */
    readonly isTaking: boolean
    append(text: string): void
    replace(text: string): void
  }
  /**
   * Whether the leader notices when this process ends, and takes over what it wrote down. Then a process that exits has nothing to wait
   * for.
   */
  readonly isWatched?: boolean
  /**
   * For a process that exits, unless it is watched: hands over with blocking calls, or calls {@link FleetMember.lead} or
   * {@link FleetMember.alone} if that is not possible.
   *
   * @returns whether the leader has merged all of them
   */
  reportSync?(batches: readonly ReportBatch[], exit: ExitCalls): boolean
  /** Called when the process exits and has something to hand over: starts what that needs, while messages are sent. */
  prepareExit?(): void
  /**
   * For a leader that exits, and has written everything to its journal: hands that to the store with blocking calls, and leaves the fleet.
   * Where it is left out or not possible, what only this process counted waits for the next process of its host.
   *
   * @returns whether the store has all of it
   */
  leaveSync?(exit: Pick<ExitCalls, 'withinMs'>): boolean
  /** For a leader that is about to leave: merges no more, so that all it has merged is sent. What is reported waits for the next one. */
  pause?(): void
  /** The pace that this service shares with others. */
  readonly pace?: SharedPace
  /** Loads what the first report needs, while nothing more urgent runs. */
  warmUp?(): void
  /** Leaves the fleet. A leader has written everything before; another process takes over. Resolves when that is known to all. */
  close(): Promise<void>
}

/** How a batch is reported. */
export interface ReportOptions {
  /** Whether it contains a new problem or a fatal occurrence, and is not only a count. */
  readonly isUrgent: boolean
  /** Whether it contains a fatal occurrence, which waits for nothing. */
  readonly isFatal: boolean
}

/** What a process that exits has in place of its event loop. */
export interface ExitCalls {
  /** The time until the process must have exited, in milliseconds; a link takes only a part of it, as the alert may have to be sent then. */
  readonly withinMs: number
  /**
   * Connects to a socket, writes a text and blocks until the answer contains another one.
   *
   * @returns whether it came in time
   */
  readonly talk: (
    socket: { readonly address: string; readonly text: string; readonly answer: string },
    withinMs: number,
  ) => boolean
}

/** What a link calls: the sink of one process. Nothing here throws. */
export interface FleetMember {
  /** Identifies this sink; never used again by another one. */
  readonly id: string
  /** Whether it may lead: `follower` never does, `leader` takes part from the start. */
  readonly role: FleetRole
  /** The name of the host, for `health()` of others. */
  readonly host: string
  /** The name of this sink's journal in the folder that the processes of a host share; `undefined` without one. */
  readonly journal: string | undefined
  /**
   * This process leads, and continues with what earlier leaders left. Returns when that was taken over. Called again without anything left
   * when the link's store has lost what it had.
   */
  lead(left: LeftByLeader): void
  /** Another process leads. Reports follow, also those that an earlier leader did not acknowledge. */
  follow(leader: FleetView): void
  /**
   * There is no way to know who leads: this process decides by itself until `lead` or `follow` is called.
   *
   * @param options.isTrouble whether that is reported on stderr: nobody wants it so, and nothing else reports it
   */
  alone(reason: string, options?: { readonly isTrouble?: boolean }): void
  /** The leader has merged this batch and all before it, and its death does not undo that. */
  acknowledged(seq: number, view: FleetView): void
  /**
   * For the leader: merges batches of other members, decides, and has written down both when it returns. What was merged already is left
   * out.
   */
  merge(batches: readonly ReportBatch[]): void
  /** For the leader: applies what a person did, where that arrives by itself and in no batch. */
  readonly act: Act
  /** For the leader: a member of this host has ended, and left a journal of this name. */
  left(journal: string): void
  /** For the leader: how many members there are, itself included. */
  counted(members: number): void
  /** Something failed; reported in `health()` and once on stderr. */
  trouble(reason: string): void
}

/** What the option says: `auto` leads if nobody else does. */
export type FleetRole = 'auto' | 'follower' | 'leader'

/** What an earlier leader left. */
export interface LeftByLeader {
  /** The name of its journal on this host. */
  readonly journal?: string | undefined
  /** The journals of leaders before it, in case that it was replaced before it had taken them over. */
  readonly earlier?: readonly string[] | undefined
  /** What its {@link FleetLink.store} contains. */
  readonly text?: string | undefined
  /** What was reported and never merged, this process's own reports included: to be merged before what it has not reported yet. */
  readonly batches?: readonly ReportBatch[] | undefined
}

/** What a follower learns of its fleet. */
export interface FleetView {
  /** Who leads, as in `'web-1:4711'`; `undefined` if nobody does at present. */
  readonly leader: string | undefined
  /** How many processes take part, the leader included. */
  readonly members: number
  /** The time until the next report of counts, in milliseconds. */
  readonly nextInMs: number
}

/** What a link is made of: by the sink, or by a package that has another link. */
export interface FleetLinkDeps {
  /** Identifies service, environment and destination: processes with the same one are a fleet. 16 hexadecimal digits. */
  readonly fleet: string
  /** Identifies what sends, whose requests are limited together. 16 hexadecimal digits. */
  readonly sender: string
  /** Its timers keep no process alive. */
  readonly clock: Clock
  readonly random: () => number
  readonly process: SinkEnvironment['process']
}

/** What one process counted since its last report. Plain data, at most 64 kB as JSON. */
export interface ReportBatch {
  /** The version of this format. */
  readonly v: 1
  /** {@link FleetMember.id} of the one that reports. */
  readonly member: string
  /** Grows by one from batch to batch of a member, from 1 up. */
  readonly seq: number
  readonly incidents: readonly ReportedIncident[]
  /** Asks the leader to send a report about the service, with what is counted here. */
  readonly asks?: 'report'
  /** What people did whose clicks arrived there. */
  readonly actions?: readonly IncidentAction[]
}
