import { createRedactor } from '@slack-logger/core'
import { isError } from './read-safely.ts'
import { runWaiting } from './report/in-turn.ts'
import { createLogWriter, hasLevel, type Logger } from './report/log-writer.ts'
import { errorMessage, serialiseError } from './report/serialise-error.ts'
import { warnOnce } from './report/warn-once.ts'

/** Two loggers that are both told. */
export interface TwoLoggers {
  readonly fileLogger: Logger
  readonly slackLogger: Logger
}

/**
 * Logs what nobody caught, at the logger's most severe level, and leaves the rest to Node, which prints it and exits as always.
 * The transports' exit hooks bring the last words.
 *
 * @returns a function that stops it
 * @example
 * onUncaught(logger)
 */
export function onUncaught(logger: Logger | TwoLoggers): () => void {
  const loggers = 'fileLogger' in logger ? [logger.fileLogger, logger.slackLogger] : [logger]
  const tells = loggers.map((one) => teller(one))
  const listener = (error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void => {
    // What failed before it is logged before it.
    runWaiting()
    for (const tell of tells) tell(error, origin)
  }
  process.on('uncaughtExceptionMonitor', listener)
  return () => void process.off('uncaughtExceptionMonitor', listener)
}

function teller(logger: Logger): (error: unknown, origin: string) => void {
  if (!hasLevel(logger, 'error')) {
    throw new TypeError('Expected `logger` to be a logger with a method `error`')
  }
  const writer = createLogWriter(logger)
  const redactor = createRedactor()
  const level = ['fatal', 'emerg'].find((known) => hasLevel(logger, known)) ?? 'error'
  // pino's serialiser marks what it has seen, which a frozen error does not let it.
  const errorFor = (error: unknown): unknown =>
    writer.convention === 'pino' && isError(error) && Object.isExtensible(error)
      ? error
      : serialiseError(error, { withStack: true, redactor })
  return (error, origin) => {
    try {
      writer.write({
        level,
        message: errorMessage(error),
        fields: { [writer.errorKey]: errorFor(error), origin },
      })
    } catch (failure) {
      // An exception here would replace the one that Node is about to print.
      warnOnce(`an uncaught exception could not be logged: ${errorMessage(failure)}`)
    }
  }
}
