import { bodyParser } from '@koa/bodyparser'
import { createServer } from 'node:http'
import { Writable } from 'node:stream'
import express from 'express'
import Koa from 'koa'
import pino from 'pino'
import { createRedactor } from '@slack-logger/core'
import { expect, test } from 'vitest'
import winston from 'winston'
import { exceptionHandler as forExpress } from '../../src/express.ts'
import type { Logger } from '../../src/index.ts'
import { exceptionHandler as forKoa } from '../../src/koa.ts'
import { serializeError, withoutBody } from '../../src/report/serialize-error.ts'
import { listen } from '../conformance/service.ts'

const services = {
  Express: (logger: Logger) => createServer(express().use(express.json(), forExpress({ logger }))),
  Koa: (logger: Logger) => {
    const app = new Koa().use(forKoa({ logger })).use(bodyParser())
    const callback = app.callback()
    return createServer((request, response) => void callback(request, response))
  },
}

const loggers = {
  pino: (write: (line: string) => void) => pino({}, { write }),
  winston: (write: (line: string) => void) => {
    const stream = new Writable({
      write: (line: Buffer, _encoding, next) => {
        write(String(line))
        next()
      },
    })
    return winston.createLogger({ transports: [new winston.transports.Stream({ stream })] })
  },
}

test.each([
  ['Express', 'pino'],
  ['Express', 'winston'],
  ['Koa', 'pino'],
  ['Koa', 'winston'],
] as const)('a body that is no JSON is not in the log of %s with %s', async (framework, kind) => {
  const lines: string[] = []
  const logger = loggers[kind]((line) => void lines.push(line))
  const service = await listen(services[framework](logger))

  const response = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"password": hunter2-very-secret, "x": 1}',
  })

  expect(response.status).toBe(400)
  await expect.poll(() => lines).toHaveLength(1)
  expect(lines[0]).toContain('is not valid JSON')
  expect(lines[0]).toContain('SyntaxError')
  expect(lines[0]).not.toMatch(/hunter|passw|very/)
  await service.close()
})

test('what is no error of a body is given back as it is', () => {
  const error = Object.assign(new Error('no seat'), { body: 'b' })

  expect(withoutBody(error)).toBe(error)
  expect(withoutBody('no stock')).toBe('no stock')
})

test('an error with a property `raw`, as those of Stripe have, is serialized with it', () => {
  const error = Object.assign(new Error('declined'), { raw: { code: 'card_declined' } })

  expect(serializeError(error, { withStack: false, redactor: createRedactor() })).toMatchObject({
    message: 'declined',
    raw: { code: 'card_declined' },
  })
})
