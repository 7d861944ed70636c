/** What became of one request, with one case per reaction. */
export type SendResult =
  /** Slack has it. `ts` is empty for a webhook, which tells none. */
  | { readonly status: 'sent'; readonly ts: string; readonly channel: string }
  /** Slack said when to come back. */
  | { readonly status: 'wait'; readonly reason: string; readonly afterMs: number }
  /** Try again with backoff; `isAmbiguous` if Slack may have it already. */
  | { readonly status: 'retry'; readonly reason: string; readonly isAmbiguous: boolean }
  /** Slack refuses this rendering: send a simpler one. */
  | { readonly status: 'degrade'; readonly reason: string }
  /** The edit or the thread is refused for good: post anew. */
  | { readonly status: 'repost'; readonly reason: string }
  /** Nothing more to this channel. */
  | { readonly status: 'stopChannel'; readonly reason: string }
  /** Nothing more to this destination until a probe passes. */
  | { readonly status: 'stopDestination'; readonly reason: string }
