import type { SlackOptions } from '@slack-logger/core'
import { loadHooks } from './load-hooks.ts'

/** What the pino adapter accepts: everything a sink does, and what pino does not pass on by itself. */
export interface PinoSlackOptions extends SlackOptions {
  /**
   * The key of the logged message, for `createSlackStream`; a worker learns it from pino.
   *
   * @default 'msg'
   */
  readonly messageKey?: string
  /**
   * The key of the logged error, for `createSlackStream`; a worker learns it from pino.
   *
   * @default 'err'
   */
  readonly errorKey?: string
  /** The key under which the logger's own `nestedKey` puts what was logged; pino tells it to no transport. */
  readonly nestedKey?: string
  /**
   * A module whose exports are the hooks `beforeSend`, `fingerprint`, `formatter`, `onError` and `onHealth`, since functions cannot
   * cross into a worker: a path from the working directory on, as in `'./slack-hooks.js'`, or the name of a package.
   */
  readonly hooks?: string
}

/** How the lines of one logger look. */
export interface LineFormat {
  readonly messageKey: string
  readonly errorKey: string
  readonly nestedKey: string | undefined
  /** The label of each level's number. */
  readonly labels: Readonly<Record<number, string>>
}

/** Parts the adapter's options from the sink's. */
export function splitOptions(options: PinoSlackOptions): {
  readonly line: Pick<PinoSlackOptions, 'messageKey' | 'errorKey' | 'nestedKey'>
  readonly sink: SlackOptions
} {
  const { messageKey, errorKey, nestedKey, hooks, ...sink } = options
  for (const [name, value] of Object.entries({ messageKey, errorKey, nestedKey, hooks })) {
    if (value !== undefined && (typeof value !== 'string' || value === '')) {
      throw new TypeError(
        `Expected \`${name}\` to be a non-empty string, got ${JSON.stringify(value)}`,
      )
    }
  }
  return {
    line: {
      ...(messageKey !== undefined && { messageKey }),
      ...(errorKey !== undefined && { errorKey }),
      ...(nestedKey !== undefined && { nestedKey }),
    },
    sink: { ...withoutWorkerOwn(sink), ...(hooks !== undefined && loadHooks(hooks)) },
  }
}

/** pino and thread-stream add keys of their own to the options that they hand to a worker. */
function withoutWorkerOwn(
  options: SlackOptions & { pinoWillSendConfig?: unknown; $context?: unknown },
): SlackOptions {
  const { pinoWillSendConfig: _, $context: __, ...sink } = options
  return sink
}
