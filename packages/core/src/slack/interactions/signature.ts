import { createHmac, timingSafeEqual } from 'node:crypto'

/** Older requests may be replays, and the clocks of both sides may differ. */
const maxAgeSeconds = 5 * 60

/** What Slack signed. */
export interface SignedRequest {
  /** The header `x-slack-signature`. */
  readonly signature: string
  /** The header `x-slack-request-timestamp`. */
  readonly timestamp: string
  /** As it arrived: a body that was parsed and written again has another signature. */
  readonly body: Uint8Array
}

/** Why a request is not taken for one of Slack: no signature, a time that is more than five minutes off, or another signature. */
export type Refusal = 'unsigned' | 'outdated' | 'mismatch'

/**
 * Why a request is refused; undefined if it is from Slack and recent.
 *
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function refusalOf(
  { signature, timestamp, body }: SignedRequest,
  signingSecret: string,
  nowMs: number,
): Refusal | undefined {
  if (signature === '' || !/^\d{1,12}$/.test(timestamp)) return 'unsigned'
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > maxAgeSeconds) return 'outdated'
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body)
  const expected = Buffer.from(`v0=${digest.digest('hex')}`)
  const given = Buffer.from(signature)
  const isSame = given.length === expected.length && timingSafeEqual(given, expected)
  return isSame ? undefined : 'mismatch'
}
