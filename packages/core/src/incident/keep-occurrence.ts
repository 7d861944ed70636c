import type { Dispatch } from '../delivery/dispatch.ts'
import { type Sample, SampleKeeper, ToldPlaces } from '../event/samples.ts'
import { isFatal } from '../options/levels.ts'
import type { AlertReason } from './incident.ts'
import type { Arrival } from './incidents.ts'
import type { Accepted, Intake } from './intake.ts'
import { Subject } from './record-view.ts'
import type { Route } from './routes.ts'

/** What keeping works with. */
export interface OccurrenceKeeperParts {
  readonly intake: Pick<Intake, 'describe' | 'placeOf' | 'release'>
  readonly dispatch: Pick<Dispatch, 'keep' | 'hasTimeToKeep'>
}

/** Keeps occurrences to be shown, and those that are the first of their kind on disk until they are told. */
export class OccurrenceKeeper {
  readonly #parts: OccurrenceKeeperParts
  readonly #samples = new SampleKeeper()
  readonly #toldPlaces = new ToldPlaces()

  constructor(parts: OccurrenceKeeperParts) {
    this.#parts = parts
  }

  /** What an accepted record is for the incidents of one of its routes. */
  arrivalOf(accepted: Accepted, to: { readonly route: Route; readonly now: number }): Arrival {
    return new KeptArrival(accepted, to, this)
  }

  get release(): string | undefined {
    return this.#parts.intake.release
  }

  placeOf(accepted: Accepted): string | undefined {
    return this.#parts.intake.placeOf(accepted)
  }

  keep(accepted: Accepted, to: { readonly route: Route; readonly reason: AlertReason }): Sample {
    const { intake, dispatch } = this.#parts
    const { route, reason } = to
    const { fingerprint } = accepted
    const describe = () => this.#toldPlaces.once(intake.describe(accepted))
    // Repeats are in a counter that will be told anyway.
    if (reason !== 'new' && reason !== 'fatal') return this.#samples.keep(describe)
    const sample = this.#samples.keep(() => {
      const event = describe()
      dispatch.keep({ fingerprint, priority: reason, channel: route.channel, event })
      return event
    })
    // Nothing that is written to disk later survives an abort in this turn.
    if (dispatch.hasTimeToKeep) void sample.event
    return sample
  }

  /** For where there is no next turn. */
  describeAll(): void {
    this.#samples.describeAll()
  }
}

/** A class and no object of closures: in a flood there is one of these for every record. */
class KeptArrival implements Arrival {
  readonly fingerprint: string
  readonly route: Route
  readonly now: number
  readonly isFatal: boolean
  readonly host: string
  readonly release: string | undefined
  readonly endpoint: string | undefined
  readonly user: string | undefined
  readonly #accepted: Accepted
  readonly #keeper: OccurrenceKeeper

  constructor(
    accepted: Accepted,
    { route, now }: { readonly route: Route; readonly now: number },
    keeper: OccurrenceKeeper,
  ) {
    this.fingerprint = accepted.fingerprint
    this.route = route
    this.now = now
    this.isFatal = isFatal(accepted.severity)
    this.host = accepted.host
    this.release = keeper.release
    this.endpoint = accepted.endpoint
    this.user = accepted.user
    this.#accepted = accepted
    this.#keeper = keeper
  }

  keep(reason: AlertReason): Sample {
    return this.#keeper.keep(this.#accepted, { route: this.route, reason })
  }

  variation(): string {
    const { event, record, severity } = this.#accepted
    return new Subject(event ?? record, severity).variation
  }

  place(): string | undefined {
    return this.#keeper.placeOf(this.#accepted)
  }
}
