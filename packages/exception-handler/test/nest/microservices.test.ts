import type * as Common from '@nestjs/common'
import { firstValueFrom, NEVER, throwError, timeout, type Observable } from 'rxjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ExceptionHandlerModule } from '../../src/nestjs.ts'
import { createLog, decorate, moduleOf, type Class, type Line } from '../support/run-nest.ts'
import { freePort, runRedis, type RedisServer } from '../../../redis/test/support/run-redis.ts'
import { versions, type NestVersion } from './versions.ts'

type Decorate = (...values: unknown[]) => MethodDecorator

interface Client {
  send(pattern: unknown, data: unknown): Observable<unknown>
  emit(pattern: unknown, data: unknown): Observable<unknown>
  connect(): Promise<unknown>
  close(): unknown
}

interface Microservices {
  readonly MessagePattern: Decorate
  readonly EventPattern: Decorate
  readonly RpcException: new (error: unknown) => Error
  readonly Transport: Readonly<Record<'TCP' | 'REDIS', number>>
  readonly ClientProxyFactory: { create(options: object): Client }
}

/** A service and a client of it. */
interface Service extends AsyncDisposable {
  readonly client: Client
  readonly lines: readonly Line[]
}

const redis = await runRedis('microservices over Redis are')

const transports = redis === undefined ? (['TCP'] as const) : (['TCP', 'REDIS'] as const)
const cases = versions.flatMap((version) =>
  transports.map((transport) => ({ ...version, transport })),
)

afterAll(() => redis?.[Symbol.asyncDispose]())

describe.each(cases)('$name over $transport', ({ loadVersion, transport }) => {
  let version: NestVersion
  let common: typeof Common
  let microservices: Microservices
  /** What Nest does itself. */
  let bare: Service
  beforeAll(async () => {
    version = await loadVersion()
    common = version.common
    microservices = await version.load('@nestjs/microservices')
    bare = await run({ isBare: true })
  })
  afterAll(() => bare[Symbol.asyncDispose]())

  function createController(): Class {
    class OrdersController {
      bug(): never {
        throw Object.assign(new Error('db password=hunter2 refused'), { password: 'hunter2' })
      }
      reject(): Promise<never> {
        return Promise.reject(new TypeError('x is not a function'))
      }
      stream(): Observable<never> {
        return throwError(() => new Error('no more'))
      }
      late(): Observable<never> {
        return NEVER.pipe(timeout(5))
      }
      refuse(): never {
        throw new microservices.RpcException('no such order')
      }
      explain(): never {
        throw new microservices.RpcException({ code: 'CLOSED', message: 'the order is closed' })
      }
      down(): never {
        throw new microservices.RpcException({ status: 503, message: 'closed for today' })
      }
      wrap(): never {
        throw new microservices.RpcException(new common.NotFoundException('no order 17'))
      }
      pass(): never {
        const error = new Error('duplicate key')
        throw new microservices.RpcException(Object.assign(error, { detail: 'hunter2' }))
      }
      invalid(): never {
        throw new common.BadRequestException('amount must be positive')
      }
      ping(): string {
        return 'pong'
      }
      shipped(): never {
        throw new Error('no carrier')
      }
    }
    common.Controller()(OrdersController)
    for (const name of Object.getOwnPropertyNames(OrdersController.prototype)) {
      if (name === 'constructor' || name === 'shipped') continue
      const pattern = name === 'ping' ? 'ping' : { cmd: name, area: 'orders' }
      decorate(OrdersController, name, microservices.MessagePattern(pattern))
    }
    decorate(OrdersController, 'shipped', microservices.EventPattern('order.shipped'))
    return OrdersController
  }

  async function optionsOf(server: RedisServer | undefined): Promise<object> {
    return transport === 'TCP'
      ? {
          transport: microservices.Transport.TCP,
          options: { host: '127.0.0.1', port: await freePort() },
        }
      : {
          transport: microservices.Transport.REDIS,
          options: { host: '127.0.0.1', port: server?.port },
        }
  }

  /** A service of its own, or with the rest of an application. */
  async function run({ isBare = false, isHybrid = false } = {}): Promise<Service> {
    const { logger, lines } = createLog()
    const root = moduleOf(common, {
      imports: isBare ? [] : [ExceptionHandlerModule.forRoot({ logger }) as Common.DynamicModule],
      controllers: [createController()],
    })
    const options = await optionsOf(redis)
    const { NestFactory } = version.core
    let app: { close(): Promise<void> }
    if (isHybrid) {
      const hybrid = await NestFactory.create(root, { logger: false })
      hybrid.connectMicroservice(options, { inheritAppConfig: true })
      await hybrid.startAllMicroservices()
      await hybrid.init()
      app = hybrid
    } else {
      const service = await NestFactory.createMicroservice(root, { ...options, logger: false })
      await service.listen()
      app = service
    }
    const client = microservices.ClientProxyFactory.create(options)
    await client.connect()
    return {
      client,
      lines,
      [Symbol.asyncDispose]: async () => {
        await client.close()
        await app.close()
      },
    }
  }

  test.each([
    ['bug', 50, 500],
    ['reject', 50, 500],
    ['stream', 50, 500],
    ['late', 50, 500],
    ['refuse', 40, 400],
    ['explain', 40, 400],
    ['down', 50, 503],
    ['wrap', 40, 404],
    ['invalid', 40, 400],
  ])('answers "%s" as Nest does, and logs it once at level %i', async (name, level, status) => {
    const own = await answerOf(bare, name)
    await using service = await run()

    const answer = await answerOf(service, name)

    expect(answer).toEqual(own)
    expect(answer).not.toBe('no failure')
    expect(JSON.stringify(answer)).not.toContain('hunter2')
    expect(service.lines).toMatchObject([
      {
        level,
        status,
        handler: `OrdersController.${name}`,
        request: {
          method: 'RPC',
          route: `{"area":"orders","cmd":"${name}"}`,
          body: { id: 17 },
          // Redis is in between.
          ...(transport === 'TCP' && { clientIp: '127.0.0.1' }),
        },
      },
    ])
  })

  test('hides an error that is passed on in an exception, and logs it itself', async () => {
    await using service = await run()

    expect(await answerOf(service, 'pass')).toEqual({
      status: 'error',
      message: 'Internal server error',
    })
    expect(service.lines).toMatchObject([
      { level: 50, status: 500, err: { type: 'Error', stack: expect.stringContaining('pass') } },
    ])
  })

  test('alerts the failure of an event once, and goes on', async () => {
    await using service = await run()

    await firstValueFrom(service.client.emit('order.shipped', { id: 17 }), { defaultValue: '' })
    await expect.poll(() => service.lines).toHaveLength(1)

    expect(await firstValueFrom(service.client.send('ping', ''))).toBe('pong')
    expect(service.lines).toMatchObject([
      {
        level: 50,
        msg: 'no carrier',
        handler: 'OrdersController.shipped',
        request: { route: 'order.shipped' },
      },
    ])
  })

  test('handles the messages of an application that also has HTTP', async () => {
    await using service = await run({ isHybrid: true })

    expect(await answerOf(service, 'refuse')).toEqual({ status: 'error', message: 'no such order' })
    expect(service.lines).toMatchObject([{ level: 40, handler: 'OrdersController.refuse' }])
  })
})

/** What a client gets from a handler that fails. */
function answerOf({ client }: Service, name: string): Promise<unknown> {
  return firstValueFrom(client.send({ area: 'orders', cmd: name }, { id: 17 })).then(
    () => 'no failure',
    (error: unknown) => error,
  )
}
