/** What the page shows, which is what its address says: as in Slack, `/archives/CHANNEL/pTS?thread_ts=TS`. */
export interface Place {
  readonly channel: string | undefined
  /** The message that a permalink points at. */
  readonly message: string | undefined
  /** The root of the thread that is open. */
  readonly thread: string | undefined
}

/** Reads an address. */
export function readPlace(url: URL): Place {
  const [, channel, packed] = /^\/archives\/(\w+)(?:\/p(\d{7,}))?/.exec(url.pathname) ?? []
  const message = packed === undefined ? undefined : `${packed.slice(0, -6)}.${packed.slice(-6)}`
  return { channel, message, thread: url.searchParams.get('thread_ts') ?? undefined }
}

/** Writes an address. */
export function writePlace({ channel, message, thread }: Place): string {
  if (channel === undefined) return '/'
  const at = message === undefined ? '' : `/p${message.replace('.', '')}`
  return `/archives/${channel}${at}${thread === undefined ? '' : `?thread_ts=${thread}`}`
}
