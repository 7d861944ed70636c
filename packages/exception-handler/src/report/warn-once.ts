const minGapMs = 60_000

let lastMs = Number.NEGATIVE_INFINITY

/** Tells of our own trouble where no logger can: as a warning of the process, at most once a minute. */
export function warnOnce(text: string): void {
  const now = performance.now()
  if (now - lastMs < minGapMs) return
  lastMs = now
  process.emitWarning(text, 'SlackLoggerWarning')
}
