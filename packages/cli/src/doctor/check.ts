/** What one check found. */
export interface Check {
  readonly name: string
  /** A check is skipped where the options need nothing, or the token may not ask. */
  readonly state: 'ok' | 'failed' | 'skipped'
  readonly text: string
  /** What to do about a failure. */
  readonly cure?: string
}

/** All results of one kind have its name. */
export interface Checks {
  readonly ok: (text: string) => Check
  readonly skipped: (text: string) => Check
  readonly failed: (text: string, cure: string) => Check
}

export function checksOf(name: string): Checks {
  return {
    ok: (text) => ({ name, state: 'ok', text }),
    skipped: (text) => ({ name, state: 'skipped', text }),
    failed: (text, cure) => ({ name, state: 'failed', text, cure }),
  }
}
