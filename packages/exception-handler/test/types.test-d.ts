import type { NestApplicationOptions } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import express from 'express'
import createFastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import pino from 'pino'
import { expectTypeOf } from 'vitest'
import winston from 'winston'
import { exceptionHandler as forExpress, requestScope } from '../src/express.ts'
import { exceptionHandler as forFastify } from '../src/fastify.ts'
import { exceptionHandler as forHono } from '../src/hono.ts'
import { createExceptionHandler, onUncaught, pinoMixin, requestContext } from '../src/index.ts'
import { exceptionHandler as forKoa } from '../src/koa.ts'
import { exceptionFilter } from '../src/nestjs.ts'

const logger = winston.createLogger({ format: winston.format.combine(requestContext()) })
const fileLogger = pino({ mixin: pinoMixin() })
onUncaught(logger)
onUncaught({ fileLogger, slackLogger: fileLogger })

const app = express()
app.use(requestScope())
app.use(forExpress({ logger, getUser: (request) => request.user }))
app.use(forExpress({ fileLogger, getUser: (request: express.Request) => request.get('x-user') }))

void createFastify({ http2: true }).register(forFastify, { logger })
void createFastify().register(forFastify, { logger, getUser: (request) => request.headers['x'] })

new Koa().use(forKoa({ logger, getUser: (context) => context.state }))

forHono(new Hono<{ Variables: { user: string } }>(), { logger })

export async function startNest(root: new () => object, options: NestApplicationOptions) {
  const nest = await NestFactory.create(root, options)
  nest.useGlobalFilters(exceptionFilter({ logger }))
}

const { handleException } = createExceptionHandler({
  logger,
  shouldAlert: (_error, { status, route }) => status >= 500 || route === '/payments',
})
expectTypeOf(handleException('x').body.errors[0]?.field).toEqualTypeOf<string | undefined>()

// @ts-expect-error -- one logger, or two, not both
createExceptionHandler({ logger, fileLogger })

// @ts-expect-error -- a language there is not
createExceptionHandler({ logger, locale: 'fr' })
