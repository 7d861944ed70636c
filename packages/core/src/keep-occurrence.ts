import { SampleKeeper, type Sample } from './event/sample.ts'
import { ToldPlaces } from './event/told-places.ts'
import type { AlertReason } from './incident/incident.ts'
import type { Route } from './incident/routes.ts'
import type { Accepted, Intake } from './intake.ts'
import type { Dispatch } from './outbox/dispatch.ts'

/** What keeping works with. */
export interface OccurrenceKeeperParts {
  readonly intake: Pick<Intake, 'describe'>
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
