import type { Json, JsonObject } from './json.ts'

/** An answer with `ok: false`. */
export interface Refusal {
  readonly ok: false
  readonly error: string
  readonly [property: string]: Json | undefined
}

/** The answer that says `error`. */
export function refuse(error: string, details: JsonObject = {}): Refusal {
  return { ok: false, error, ...details }
}

/** The answer that says `error` and, in sentences, why. */
export function refuseBecause(error: string, reasons: readonly string[]): Refusal {
  return refuse(error, {
    errors: reasons,
    response_metadata: { messages: reasons.map((reason) => `[ERROR] ${reason}`) },
  })
}
