/** What became of one request, with one case per reaction. */
export type SendResult =
  /** Slack has it. `ts` is empty for a webhook, which tells none. */
  { readonly status: 'sent'; readonly ts: string; readonly channel: string } | Failure

/** A request that was no success. */
export type Failure =
  /** Slack said when to come back. */
  | { readonly status: 'wait'; readonly reason: string; readonly afterMs: number }
  /** Try again with backoff. */
  | { readonly status: 'retry'; readonly reason: string; readonly arrived: Arrived }
  /** Slack refuses this rendering: send a simpler one. */
  | { readonly status: 'degrade'; readonly reason: string }
  /** The edit or the thread is refused for good: post anew. */
  | { readonly status: 'repost'; readonly reason: string }
  /** Slack refuses this one however it is rendered; others are not affected. */
  | { readonly status: 'refused'; readonly reason: string }
  /** Nothing more to this channel until somebody changed it. */
  | { readonly status: 'stopChannel'; readonly reason: string }
  /** Nothing more to this destination until a probe passes. */
  | { readonly status: 'stopDestination'; readonly reason: string }

/**
 * Whether Slack may have a request that failed: `no` if none was sent or Slack took none, `unlikely` if Slack answered that it
 * failed, `unknown` if there was no answer that can be read.
 */
export type Arrived = 'no' | 'unlikely' | 'unknown'
