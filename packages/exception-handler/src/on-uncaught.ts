import { createRedactor } from '@slack-logger/core'
import { isError } from '@slack-logger/core/reading'
import { createLogWriter, hasLevel, innerLogger, warn, type Logger } from './report/log-writer.ts'
import { runDeferred } from './report/run-or-defer.ts'
import { errorMessage, serializeError } from './report/serialize-error.ts'

/** A logger for the file and one for Slack; both get every uncaught error. */
export interface TwoLoggers {
  readonly fileLogger: Logger
  readonly slackLogger: Logger
}

/**
 * Logs uncaught exceptions and unhandled rejections at the logger's most severe level. Node then prints the error and exits as usual,
 * and the transports' exit flush sends what is queued.
 *
 * @returns a function that stops it
 * @example
 * onUncaught(logger)
 */
export function onUncaught(logger: Logger | TwoLoggers): () => void {
  const loggers = 'fileLogger' in logger ? [logger.fileLogger, logger.slackLogger] : [logger]
  const logs = loggers.map((one) => createUncaughtLog(one))
  const listener = (error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void => {
    // Earlier failures come first.
    runDeferred()
    for (const log of logs) log(error, origin)
  }
  process.on('uncaughtExceptionMonitor', listener)
  return () => void process.off('uncaughtExceptionMonitor', listener)
}

function createUncaughtLog(given: Logger): (error: unknown, origin: string) => void {
  const logger = innerLogger(given)
  if (!hasLevel(logger, 'error')) {
    throw new TypeError('Expected `logger` to be a logger with a method `error`')
  }
  const writer = createLogWriter(logger)
  const redactor = createRedactor()
  const level = ['fatal', 'emerg'].find((known) => hasLevel(logger, known)) ?? 'error'
  // pino's serializer marks errors it has seen, and so throws on a frozen one.
  const errorFor = (error: unknown): unknown =>
    writer.convention === 'pino' && isError(error) && Object.isExtensible(error)
      ? error
      : serializeError(error, { withStack: true, redactor })
  return (error, origin) => {
    try {
      const fields = { [writer.errorKey]: errorFor(error), origin }
      writer.write({ level, message: errorMessage(error), fields })
    } catch (failure) {
      // An exception here would replace the one that Node is about to print.
      warn(`an uncaught exception could not be logged: ${errorMessage(failure)}`)
    }
  }
}
