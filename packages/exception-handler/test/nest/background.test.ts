import type * as Common from '@nestjs/common'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ExceptionHandlerModule } from '../../src/nestjs.ts'
import {
  createLog,
  decorate,
  moduleOf,
  runNest,
  type Class,
  type Line,
} from '../support/run-nest.ts'
import { runRedis } from '../../../redis/test/support/run-redis.ts'
import { versions, type NestVersion } from './versions.ts'

type Decorate = (...values: unknown[]) => MethodDecorator & ClassDecorator

interface Schedule {
  readonly ScheduleModule: { forRoot(): Common.DynamicModule }
  readonly Cron: Decorate
  readonly Interval: Decorate
  readonly Timeout: Decorate
}

interface Bull {
  readonly BullModule: {
    forRoot(options: object): Common.DynamicModule
    registerQueue(options: object): Common.DynamicModule
  }
  readonly Processor: Decorate
  readonly WorkerHost: new () => object
  readonly getQueueToken: (name: string) => string
}

interface Events {
  readonly EventEmitterModule: { forRoot(): Common.DynamicModule }
  readonly EventEmitter2: Class
  readonly OnEvent: Decorate
}

interface Emitter {
  emitAsync(event: string, data: object): Promise<unknown>
}

interface Cqrs {
  readonly CqrsModule: { forRoot(): Common.DynamicModule }
  readonly EventBus: Class
  readonly EventsHandler: Decorate
}

interface Bus {
  publish(event: object): unknown
}

interface Queue {
  add(name: string, data: object, options?: object): Promise<unknown>
}

const redis = await runRedis('queues are')
afterAll(() => redis?.[Symbol.asyncDispose]())

describe.each(versions)('$name', ({ loadVersion }) => {
  let version: NestVersion
  let common: typeof Common
  beforeAll(async () => {
    version = await loadVersion()
    common = version.common
  })

  describe('alerts what a schedule throws, with the name of the handler', () => {
    test.each([
      ['a timeout', ({ Timeout }: Schedule) => Timeout(1)],
      ['an interval', ({ Interval }: Schedule) => Interval(20)],
      ['a cron expression', ({ Cron }: Schedule) => Cron('* * * * * *')],
    ])('of %s', async (_, decorator) => {
      await using service = await runNest(
        version,
        await schedule(version, decorator, () => {
          throw new Error('disk full')
        }),
      )

      await expect.poll(() => service.lines.length, { timeout: 3000 }).toBeGreaterThan(0)

      expect(service.lines[0]).toMatchObject({
        level: 50,
        status: 500,
        msg: 'disk full',
        handler: 'CleanupService.cleanUp',
      })
    })

    test('in an application without HTTP, whatever its status', async () => {
      const { logger, lines } = createLog()
      const { imports, providers } = await schedule(
        version,
        ({ Timeout }) => Timeout(1),
        () => {
          throw new common.NotFoundException('no such folder')
        },
      )
      const root = moduleOf(common, {
        // Behind that of the schedules.
        imports: [...imports, ExceptionHandlerModule.forRoot({ logger }) as Common.DynamicModule],
        providers: [...providers],
      })
      const app = await version.core.NestFactory.createApplicationContext(root, { logger: false })

      await expect.poll(() => lines).toHaveLength(1)

      await app.close()
      expect(lines).toMatchObject([
        { level: 50, msg: 'no such folder', handler: 'CleanupService.cleanUp' },
      ])
    })

    test('but not for those who call the handler themselves', async () => {
      const { providers, imports } = await schedule(
        version,
        ({ Cron }) => Cron('0 0 1 1 *'),
        () => {
          throw new Error('disk full')
        },
      )
      const [CleanupService] = providers
      let failure: unknown
      await using service = await runNest(version, {
        providers,
        imports,
        prepare: async (app) => {
          const cleanup = app.get<{ cleanUp(): Promise<void> }>(CleanupService)
          failure = await cleanup.cleanUp().catch((error: unknown) => error)
        },
      })

      expect(failure).toEqual(new Error('disk full'))
      expect(service.lines).toEqual([])
    })
  })

  test('alerts what a listener of an event throws, with the name of the handler', async () => {
    const { EventEmitterModule, EventEmitter2, OnEvent } =
      await version.load<Events>('@nestjs/event-emitter')
    class OrderListener {
      async shipped(): Promise<never> {
        await Promise.resolve()
        throw new Error('no carrier')
      }
    }
    common.Injectable()(OrderListener)
    decorate(OrderListener, 'shipped', OnEvent('order.shipped'))
    await using service = await runNest(version, {
      providers: [OrderListener],
      imports: [EventEmitterModule.forRoot()],
      started: (app) => app.get<Emitter>(EventEmitter2).emitAsync('order.shipped', { id: 17 }),
    })

    expect(service.lines).toMatchObject([
      {
        level: 50,
        msg: 'no carrier',
        handler: 'OrderListener.shipped',
        request: { method: 'EVENT', body: [{ id: 17 }] },
      },
    ])
  })

  test('alerts what the handler of an event of CQRS throws, with the event', async () => {
    const { CqrsModule, EventBus, EventsHandler } = await version.load<Cqrs>('@nestjs/cqrs')
    class OrderShipped {
      readonly id = 17
    }
    class NotifyKim {
      handle(): never {
        throw new Error('no address')
      }
    }
    EventsHandler(OrderShipped)(NotifyKim)
    await using service = await runNest(version, {
      providers: [NotifyKim],
      imports: [CqrsModule.forRoot()],
      started: (app) => app.get<Bus>(EventBus).publish(new OrderShipped()),
    })

    await expect.poll(() => service.lines).toHaveLength(1)

    expect(service.lines).toMatchObject([
      {
        level: 50,
        msg: 'no address',
        request: { method: 'EVENT', route: 'OrderShipped', body: { id: 17 } },
      },
    ])
  })

  describe.runIf(redis !== undefined)('alerts a job', () => {
    test('once no attempt is left, with queue, name and attempt', async () => {
      const lines = await runJob(
        version,
        () => {
          throw new Error('smtp refused')
        },
        { attempts: 2 },
      )

      const request = {
        method: 'JOB',
        route: 'mail/welcome',
        params: { queue: 'mail', job: 'welcome', id: '1', attempts: 2 },
        body: { to: 'kim', password: '[redacted]' },
      }
      const handler = 'MailProcessor.process'
      expect(lines).toMatchObject([
        { level: 40, handler, request: { ...request, params: { attempt: 1 } } },
        {
          level: 50,
          handler,
          msg: 'smtp refused',
          request: { ...request, params: { ...request.params, attempt: 2 } },
        },
      ])
    })

    test('at once if it is not to be tried again', async () => {
      const { UnrecoverableError } = await version.load<{
        UnrecoverableError: new (message: string) => Error
      }>('bullmq')

      const lines = await runJob(
        version,
        () => {
          throw new UnrecoverableError('no such address')
        },
        { attempts: 5 },
      )

      expect(lines).toMatchObject([{ level: 50, msg: 'no such address' }])
    })
  })
})

/** A provider with one handler, and the module of schedules. */
async function schedule(
  { common, load }: NestVersion,
  decorator: (schedules: Schedule) => MethodDecorator,
  fail: () => never,
): Promise<{ readonly providers: readonly [Class]; readonly imports: Common.DynamicModule[] }> {
  const schedules = await load<Schedule>('@nestjs/schedule')
  class CleanupService {
    async cleanUp(): Promise<never> {
      await Promise.resolve()
      return fail()
    }
  }
  common.Injectable()(CleanupService)
  decorate(CleanupService, 'cleanUp', decorator(schedules))
  return { providers: [CleanupService], imports: [schedules.ScheduleModule.forRoot()] }
}

/** Runs one job, which fails in each of its attempts, up to its last. */
async function runJob(
  version: NestVersion,
  fail: () => never,
  options: object,
): Promise<readonly Line[]> {
  const { BullModule, Processor, WorkerHost, getQueueToken } =
    await version.load<Bull>('@nestjs/bullmq')
  class MailProcessor extends WorkerHost {
    async process(): Promise<never> {
      await Promise.resolve()
      return fail()
    }
  }
  Processor('mail')(MailProcessor)
  const connection = { host: '127.0.0.1', port: redis?.port, maxRetriesPerRequest: null }
  await using service = await runNest(version, {
    imports: [
      BullModule.forRoot({ connection, prefix: crypto.randomUUID() }),
      BullModule.registerQueue({ name: 'mail' }),
    ],
    // What has no class, as a module of JavaScript, is a provider, too.
    providers: [MailProcessor, { provide: 'config', useValue: Object.create(null) as object }],
    started: (app) =>
      app
        .get<Queue>(getQueueToken('mail'))
        .add('welcome', { to: 'kim', password: 'hunter2' }, options),
  })
  await expect.poll(() => service.lines.map((line) => line.level), { timeout: 5000 }).toContain(50)
  return [...service.lines]
}
