import express, { type ErrorRequestHandler, type Express } from 'express'
import expressWinston from 'express-winston'
import morgan from 'morgan'
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import type { LogEntry, Logger } from 'winston'
import { exceptionHandler } from '../../src/express.ts'
import { onUncaught } from '../../src/index.ts'
import { listen } from '../conformance/service.ts'
import { alertsOf, charge, logAndThrow, request, testOnce, type Start } from './alerts.ts'

function service(build: (logger: Logger) => Express): Start {
  return ({ winstonLogger }) => listen(createServer(build(winstonLogger)))
}

/** As morgan's lines of failed requests are usually given to winston. */
function morganFor(logger: Logger, format: string): express.RequestHandler {
  return morgan(format, {
    skip: (_request, response) => response.statusCode < 500,
    stream: { write: (line) => void logger.error(line.trim()) },
  })
}

const answer: ErrorRequestHandler = (_error, _request, response, _next) => {
  response.status(500).end()
}

testOnce({
  'the handler with two loggers': service((logger) =>
    express()
      .post('/orders/:id', charge)
      .use(exceptionHandler({ fileLogger: logger, slackLogger: logger.child({ to: 'slack' }) })),
  ),
  'morgan (tiny) and the handler': service((logger) =>
    express()
      .use(morganFor(logger, 'tiny'))
      .post('/orders/:id', charge)
      .use(exceptionHandler({ logger })),
  ),
  'morgan (dev) and the handler': service((logger) =>
    express()
      .use(morganFor(logger, 'dev'))
      .post('/orders/:id', charge)
      .use(exceptionHandler({ logger })),
  ),
  'morgan (combined) and the handler': service((logger) =>
    express()
      .use(morganFor(logger, 'combined'))
      .post('/orders/:id', charge)
      .use(exceptionHandler({ logger })),
  ),
  "express-winston's logger and the handler": service((logger) =>
    express()
      .use(expressWinston.logger({ winstonInstance: logger, statusLevels: true }))
      .post('/orders/:id', charge)
      .use(exceptionHandler({ logger })),
  ),
  "both of express-winston's loggers": service((logger) =>
    express()
      .use(expressWinston.logger({ winstonInstance: logger, statusLevels: true }))
      .post('/orders/:id', charge)
      .use(expressWinston.errorLogger({ winstonInstance: logger }))
      .use(answer),
  ),
  "express-winston's error logger, morgan and the handler": service((logger) =>
    express()
      .use(morganFor(logger, 'short'))
      .post('/orders/:id', charge)
      .use(expressWinston.errorLogger({ winstonInstance: logger }))
      .use(exceptionHandler({ logger })),
  ),
  'a catch block that logs and throws on, and the handler': service((logger) =>
    express()
      .post('/orders/:id', () => logAndThrow((err) => logger.error('order failed', { err })))
      .use(exceptionHandler({ logger })),
  ),
  'catch blocks that log and wrap, and the handler': service((logger) =>
    express()
      .post('/orders/:id', () => {
        logAndThrow(
          (error) => logger.error(error),
          () =>
            logAndThrow((error) => {
              logger.error(error)
              throw new Error('the payment failed', { cause: error })
            }),
        )
      })
      .use(exceptionHandler({ logger })),
  ),
})

test('an error object that a service keeps counts for each request', async () => {
  const kept = new TypeError('no connection')
  const start = service((logger) =>
    express()
      .post('/orders/:id', () => {
        throw kept
      })
      .use(exceptionHandler({ logger })),
  )

  const alerts = await alertsOf(start, (running) =>
    Promise.all([1, 2, 3, 4].map(() => request(running, '/orders/17'))),
  )

  expect(alerts).toMatchObject({ problems: 1, occurrences: 4 })
})

test('what winston, onUncaught and a catch block log of one uncaught exception is one occurrence', async () => {
  const alerts = await alertsOf(
    ({ winstonLogger }) => {
      const stop = onUncaught(winstonLogger)
      const error = new TypeError('no card')
      winstonLogger.error('order failed', { err: error })
      process.listeners('uncaughtExceptionMonitor').at(-1)?.(error, 'uncaughtException')
      for (const transport of winstonLogger.transports) transport.handleExceptions = true
      winstonLogger.log(winstonLogger.exceptions.getAllInfo(error) as unknown as LogEntry)
      stop()
      return { url: '', close: () => Promise.resolve() }
    },
    () => Promise.resolve(),
  )

  expect(alerts).toMatchObject({ problems: 1, occurrences: 1, duplicates: 2 })
})
