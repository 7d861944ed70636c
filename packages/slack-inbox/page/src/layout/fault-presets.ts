import type { FaultOptions } from '../inbox/inbox-api.ts'

/** A way in which Slack or the network fails. */
export interface FaultPreset {
  readonly label: string
  readonly explained: string
  readonly options: FaultOptions
}

/** What happens in real life, by name. */
export const faultPresets: readonly FaultPreset[] = [
  {
    label: 'Rate limit',
    explained: 'HTTP 429 with Retry-After: 5',
    options: { retryAfter: 5 },
  },
  {
    label: 'Slack is down',
    explained: 'HTTP 503 with a page of HTML',
    options: { status: 503, html: true },
  },
  {
    label: 'Slow',
    explained: 'every answer comes after 5 seconds',
    options: { delayMs: 5000 },
  },
  { label: 'Hang', explained: 'no answer ever comes', options: { hang: true } },
  {
    label: 'Connection reset',
    explained: 'the connection breaks before an answer',
    options: { reset: true },
  },
  {
    label: 'Answer lost',
    explained: 'Slack takes the message, and the answer never arrives',
    options: { loseAnswer: true },
  },
  {
    label: 'Garbage',
    explained: 'something that claims to be JSON and is none',
    options: { garbage: true },
  },
  {
    label: 'Token revoked',
    explained: 'ok: false, token_revoked',
    options: { error: 'token_revoked' },
  },
  {
    label: 'Channel gone',
    explained: 'ok: false, channel_not_found',
    options: { error: 'channel_not_found' },
  },
  {
    label: 'Blocks refused',
    explained: 'ok: false, invalid_blocks',
    options: { error: 'invalid_blocks' },
  },
]
