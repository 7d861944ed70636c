/** So many endpoints are counted one by one. */
const maxEndpoints = 20
/** So many people are told apart. */
const maxUsers = 500

/** How often it happened at an endpoint. */
export interface EndpointCount {
  /** As in `'POST /orders/:id'`. */
  readonly name: string
  readonly count: number
}

/** Whom and what an incident hits, with bounded counters. */
export class Impact {
  readonly #endpoints = new Map<string, number>()
  readonly #users = new Set<string>()
  #requests = 0

  add(endpoint: string | undefined, user: string | undefined): void {
    if (user !== undefined && this.#users.size < maxUsers) this.#users.add(user)
    if (endpoint === undefined) return
    this.#requests += 1
    const count = this.#endpoints.get(endpoint)
    if (count !== undefined) this.#endpoints.set(endpoint, count + 1)
    else if (this.#endpoints.size < maxEndpoints) this.#endpoints.set(endpoint, 1)
  }

  /** How often a request was known, at any endpoint. */
  get requests(): number {
    return this.#requests
  }

  /** The most frequent first. */
  get endpoints(): readonly EndpointCount[] {
    const counts = [...this.#endpoints].map(([name, count]) => ({ name, count }))
    return counts.toSorted((a, b) => b.count - a.count)
  }

  /** How many people, as far as they were told apart. */
  get users(): number {
    return this.#users.size
  }
}
