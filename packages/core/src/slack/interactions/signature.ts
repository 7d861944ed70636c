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

/**
 * Whether a request is from Slack and recent.
 *
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function isSignedBySlack(
  { signature, timestamp, body }: SignedRequest,
  signingSecret: string,
  nowMs: number,
): boolean {
  const ageSeconds = nowMs / 1000 - Number(timestamp)
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(ageSeconds) > maxAgeSeconds) return false
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body)
  const expected = Buffer.from(`v0=${digest.digest('hex')}`)
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
