export interface Scenario {
  readonly title: string
  readonly goal: readonly [least: number, most: number]
  readonly processes?: 'journal' | 'diskless'
  occurrences(): readonly (readonly [at: number, problem: number, variant?: number])[]
}

export declare const scenarios: readonly Scenario[]
