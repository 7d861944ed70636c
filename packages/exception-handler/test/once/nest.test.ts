// oxlint-disable-next-line import/no-unassigned-import -- decorators need what it puts on `Reflect`
import 'reflect-metadata'
import * as common from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { WinstonModule } from 'nest-winston'
import { Logger, LoggerErrorInterceptor, LoggerModule, PinoLogger } from 'nestjs-pino'
import type { Server } from 'node:http'
import pino from 'pino'
import { catchError, throwError } from 'rxjs'
import { ExceptionHandlerModule } from '../../src/nestjs.ts'
import { listen, type Service } from '../conformance/service.ts'
import { decorate, moduleOf } from '../support/run-nest.ts'
import { charge, customLogLevel, testOnce } from './alerts.ts'

interface Parts {
  readonly imports: readonly unknown[]
  readonly providers?: readonly common.Provider[]
  readonly prepare?: (app: common.INestApplication) => void
  readonly logger?: common.LoggerService | false
  readonly fail?: () => void
}

async function nestService({
  imports,
  providers = [],
  prepare,
  logger = false,
  fail = charge,
}: Parts): Promise<Service> {
  class OrdersController {
    create(): void {
      fail()
    }
  }
  common.Controller()(OrdersController)
  decorate(OrdersController, 'create', common.Post('orders/:id'))
  const root = moduleOf(common, {
    imports: imports as common.DynamicModule[],
    controllers: [OrdersController],
    providers: [...providers],
  })
  const app = await NestFactory.create(root, { logger })
  prepare?.(app)
  await app.init()
  const service = await listen(app.getHttpServer() as Server)
  return {
    url: service.url,
    close: async () => {
      await service.close()
      await app.close()
    },
  }
}

/** As many services have one. */
const loggingInterceptor = (log: (error: unknown) => void): common.NestInterceptor => ({
  intercept: (_context, next) =>
    next.handle().pipe(
      catchError((error: unknown) => {
        log(error)
        return throwError(() => error)
      }),
    ),
})

testOnce({
  'nestjs-pino and the handler': ({ stream }) => {
    const logger = pino({}, stream)
    return nestService({
      imports: [
        LoggerModule.forRoot({ pinoHttp: { logger, customLogLevel } }),
        ExceptionHandlerModule.forRoot({ logger }),
      ],
    })
  },
  'nestjs-pino with its interceptor, and the handler': ({ stream }) => {
    const logger = pino({}, stream)
    return nestService({
      imports: [
        LoggerModule.forRoot({ pinoHttp: { logger, customLogLevel } }),
        ExceptionHandlerModule.forRoot({ logger }),
      ],
      prepare: (app) => {
        app.useLogger(app.get(Logger))
        app.useGlobalInterceptors(new LoggerErrorInterceptor())
      },
    })
  },
  "nestjs-pino with its interceptor, and Nest's own filter": ({ stream }) => {
    const logger = pino({}, stream)
    return nestService({
      imports: [LoggerModule.forRoot({ pinoHttp: { logger, customLogLevel } })],
      prepare: (app) => {
        app.useLogger(app.get(Logger))
        app.useGlobalInterceptors(new LoggerErrorInterceptor())
      },
    })
  },
  'an interceptor that logs with nestjs-pino, and the handler': ({ stream }) => {
    const logger = pino({}, stream)
    return nestService({
      imports: [
        LoggerModule.forRoot({ pinoHttp: { logger, customLogLevel } }),
        ExceptionHandlerModule.forRoot({ logger }),
      ],
      prepare: (app) => {
        const log = new PinoLogger({ pinoHttp: { logger } })
        app.useGlobalInterceptors(loggingInterceptor((err) => log.error({ err }, 'failed')))
      },
    })
  },
  "nest-winston and Nest's own filter": ({ winstonLogger }) =>
    nestService({ imports: [], logger: WinstonModule.createLogger({ instance: winstonLogger }) }),
  'an interceptor that logs with nest-winston, and the handler': ({ winstonLogger }) => {
    const log = WinstonModule.createLogger({ instance: winstonLogger })
    return nestService({
      imports: [ExceptionHandlerModule.forRoot({ logger: winstonLogger })],
      logger: log,
      prepare: (app) => app.useGlobalInterceptors(loggingInterceptor((error) => log.error(error))),
    })
  },
  'an interceptor that logs message and stack with nest-winston, and the handler': ({
    winstonLogger,
  }) => {
    const log = WinstonModule.createLogger({ instance: winstonLogger })
    return nestService({
      imports: [ExceptionHandlerModule.forRoot({ logger: winstonLogger })],
      logger: log,
      prepare: (app) =>
        app.useGlobalInterceptors(
          loggingInterceptor((error) =>
            log.error((error as Error).message, (error as Error).stack),
          ),
        ),
    })
  },
})
