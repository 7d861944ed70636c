/** What a reader of the next message must know of the messages before it. */
export interface TroubleView {
  readonly failedSends: number
  /** When the first and the last of them failed, in milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** Events that are in no message. */
  readonly lostEvents: number
}

/** Collects what went wrong until a message tells it. */
export class Trouble {
  #view: TroubleView | undefined

  failed(at: number): void {
    const { failedSends = 0, from = at, lostEvents = 0 } = this.#view ?? {}
    this.#view = {
      failedSends: failedSends + 1,
      from: failedSends === 0 ? at : from,
      to: at,
      lostEvents,
    }
  }

  lost(at: number): void {
    const { failedSends = 0, from = at, to = at, lostEvents = 0 } = this.#view ?? {}
    this.#view = { failedSends, from, to, lostEvents: lostEvents + 1 }
  }

  /** `undefined` if nothing went wrong since it was told. */
  read(): TroubleView | undefined {
    return this.#view
  }

  /** A message with this in it was sent; what went wrong since then is told by the next. */
  told(view: TroubleView): void {
    if (this.#view === undefined) return
    const failedSends = this.#view.failedSends - view.failedSends
    const lostEvents = this.#view.lostEvents - view.lostEvents
    this.#view =
      failedSends + lostEvents > 0
        ? { failedSends, from: view.to, to: this.#view.to, lostEvents }
        : undefined
  }
}
