import type { LogRecord } from './event/log-record.ts'
import type { SinkHealth } from './health.ts'

/** Takes records, and brings what a person must know to Slack. */
export interface SlackSink {
  /** Records less severe than this are ignored, on pino's scale, so that an adapter need not parse them. */
  readonly intakeSeverity: number
  /** Whether so many different problems come at once that most records are only counted: see `skips`. */
  readonly isFlooded: boolean
  /** Whether a record that says this is one of those. It counts with that, so that an adapter need not parse it. */
  skips(look: Pick<LogRecord, 'message' | 'error'>): boolean
  /** Takes one record. Returns at once and never throws, whatever the record is. */
  write(record: LogRecord): void
  /**
   * Sends what waits.
   *
   * @returns whether everything was sent within the time
   */
  flush(options?: FlushOptions): Promise<boolean>
  /** Sends what waits, within `closeTimeoutMs`, then accepts no more. Calling it again waits for the same end. */
  close(): Promise<void>
  /** What became of everything so far. */
  health(): SinkHealth
}

/** How long to wait. */
export interface FlushOptions {
  /**
   * In milliseconds.
   *
   * @default the sink's `closeTimeoutMs`
   */
  readonly timeoutMs?: number
}
