import type * as Common from '@nestjs/common'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { ExceptionHandlerModule } from '../../src/nestjs.ts'
import { nests } from '../conformance/nests.ts'
import type { Nest } from '../conformance/services/nestjs.ts'
import { createLog, decorate, moduleOf, runNest, type Class } from '../support/run-nest.ts'

/** What Nest calls of a module. */
interface MiddlewareModule {
  configure(consumer: object): void
}

/** Puts another function in the place of a method, as decorators for caches and transactions do. */
const wrap: MethodDecorator = (_prototype, _key, descriptor) => {
  const inner = descriptor.value as (...values: unknown[]) => unknown
  const outer = function (this: unknown, ...values: unknown[]): unknown {
    return inner.apply(this, values)
  }
  return { ...descriptor, value: outer as never }
}

describe.each(nests)('$name names the handler of a failure', ({ name, load }) => {
  let nest: Nest
  let common: typeof Common
  beforeAll(async () => {
    nest = await load()
    common = nest.common
  })

  /** A class with a method that fails. */
  function failing(): Class {
    class Failing {
      find(id: string): never {
        throw new Error(`no card ${id}`)
      }
    }
    common.Param('id')(Failing.prototype, 'find', 0)
    decorate(Failing, 'find', common.Get('items/:id'))
    return Failing
  }

  /** Controllers that inherit all they do, each with a name and what decorates it. */
  function heirs(options: Readonly<Record<string, string | Common.ControllerOptions>>): Class[] {
    const Base = failing()
    return Object.entries(options).map(([className, decoration]) => {
      const Heir = { [className]: class extends Base {} }[className] as Class
      common.Controller(typeof decoration === 'string' ? { path: decoration } : decoration)(Heir)
      return Heir
    })
  }

  test('of a controller of its own', async () => {
    class OrdersController {
      charge(): never {
        throw new Error('no card')
      }
    }
    common.Controller('orders')(OrdersController)
    decorate(OrdersController, 'charge', common.Post(':id'))
    await using service = await runNest(nest, { controllers: [OrdersController] })

    expect(await service.failedIn('/orders/1', { method: 'POST' })).toBe('OrdersController.charge')
  })

  test('of controllers that inherit it from one class', async () => {
    const controllers = heirs({
      RootController: '',
      CardsController: 'cards',
      CoinsController: { path: ['coins', 'notes'] },
    })
    await using service = await runNest(nest, { controllers })

    expect(await service.failedIn('/items/1')).toBe('RootController.find')
    expect(await service.failedIn('/cards/items/1')).toBe('CardsController.find')
    expect(await service.failedIn('/coins/items/1')).toBe('CoinsController.find')
    expect(await service.failedIn('/notes/items/1')).toBe('CoinsController.find')
  })

  test('that keeps its parameters where it is inherited', async () => {
    const controllers = heirs({ CardsController: 'cards', CoinsController: 'coins' })
    await using service = await runNest(nest, { controllers })

    await service.failedIn('/cards/items/1')
    await service.failedIn('/coins/items/2')

    expect(service.lines).toMatchObject([{ msg: 'no card 1' }, { msg: 'no card 2' }])
  })

  test('of a controller that inherits it from another controller', async () => {
    const Parent = failing()
    Object.defineProperty(Parent, 'name', { value: 'ParentController' })
    class ChildController extends Parent {}
    common.Controller('parent')(Parent)
    common.Controller('child')(ChildController)
    await using service = await runNest(nest, { controllers: [Parent, ChildController] })

    expect(await service.failedIn('/parent/items/1')).toBe('ParentController.find')
    expect(await service.failedIn('/child/items/1')).toBe('ChildController.find')
  })

  test('of versions of one path that inherit it', async () => {
    const controllers = heirs({
      FirstController: { path: 'cards', version: '1' },
      SecondController: { path: 'cards', version: '2' },
    })
    await using service = await runNest(nest, {
      controllers,
      prepare: (app) => {
        app.enableVersioning({ type: common.VersioningType.HEADER, header: 'x-version' })
      },
    })

    const answers = ['1', '2'].map((version) =>
      service.failedIn('/cards/items/1', { headers: { 'x-version': version } }),
    )

    expect(await Promise.all(answers)).toEqual(['FirstController.find', 'SecondController.find'])
  })

  test('under a global prefix, versions in the path, and prefixes of modules', async () => {
    const [Cards, Coins] = heirs({
      CardsController: { path: 'x', version: ['1', '2'] },
      CoinsController: { path: 'x', version: '1' },
    }) as [Class, Class]
    const CardsModule = moduleOf(common, { controllers: [Cards] })
    const CoinsModule = moduleOf(common, { controllers: [Coins] })
    const prefixes = nest.core.RouterModule.register([
      { path: 'cards', module: CardsModule },
      { path: 'coins', module: CoinsModule },
    ])
    await using service = await runNest(nest, {
      imports: [CardsModule, CoinsModule, prefixes],
      prepare: (app) => {
        app.setGlobalPrefix('api')
        app.enableVersioning({ type: common.VersioningType.URI })
      },
    })

    expect(await service.failedIn('/api/v1/cards/x/items/1')).toBe('CardsController.find')
    expect(await service.failedIn('/api/v2/cards/x/items/1')).toBe('CardsController.find')
    expect(await service.failedIn('/api/v1/coins/x/items/1')).toBe('CoinsController.find')
  })

  test('of a controller for one host', async () => {
    const controllers = heirs({ HostController: { path: 'cards', host: '127.0.0.1' } })
    await using service = await runNest(nest, { controllers })

    expect(await service.failedIn('/cards/items/1')).toBe('HostController.find')
  })

  test('of controllers that live for a request', async () => {
    const controllers = heirs({
      CardsController: { path: 'cards', scope: common.Scope.REQUEST },
      CoinsController: { path: 'coins', scope: common.Scope.REQUEST },
    })
    await using service = await runNest(nest, { controllers })

    expect(await service.failedIn('/cards/items/1')).toBe('CardsController.find')
    expect(await service.failedIn('/coins/items/1')).toBe('CoinsController.find')
  })

  test('of routes of every method, and of several paths', async () => {
    class AnyController {
      any(): never {
        throw new Error('no card')
      }
      options(): never {
        throw new Error('no card')
      }
      get(): never {
        throw new Error('no card')
      }
    }
    common.Controller('x')(AnyController)
    decorate(AnyController, 'any', common.All(['any', 'each/:id']))
    decorate(AnyController, 'options', common.Options('options'))
    decorate(AnyController, 'get', common.Get('get'))
    await using service = await runNest(nest, { controllers: [AnyController] })

    expect(await service.failedIn('/x/any', { method: 'DELETE' })).toBe('AnyController.any')
    expect(await service.failedIn('/x/each/1')).toBe('AnyController.any')
    expect(await service.failedIn('/x/options', { method: 'OPTIONS' })).toBe(
      'AnyController.options',
    )
    expect(await service.failedIn('/x/get', { method: 'HEAD' })).toBe('AnyController.get')
  })

  test('of a method that a decorator replaced, and of a class in a Proxy', async () => {
    const Failing = failing()
    decorate(Failing, 'find', wrap, common.Get('items/:id'))
    const Wrapped = new Proxy(class CardsController extends Failing {}, {})
    common.Controller('cards')(Wrapped)
    await using service = await runNest(nest, { controllers: [Wrapped] })

    expect(await service.failedIn('/cards/items/1')).toBe('CardsController.find')
  })

  test('by no wrong name where a mixin made it the same in two controllers', async () => {
    const Failing = failing()
    const [Cards, Coins] = ['CardsController', 'CoinsController'].map((className) => {
      // oxlint-disable-next-line typescript/no-extraneous-class -- the mixin fills it
      const Mixed = { [className]: class {} }[className] as Class
      const mixin = Object.getOwnPropertyDescriptors(Failing.prototype)
      Object.defineProperties(Mixed.prototype, mixin)
      common.Controller(className)(Mixed)
      return Mixed
    }) as [Class, Class]
    await using service = await runNest(nest, { controllers: [Cards, Coins] })

    const names = [
      await service.failedIn('/CardsController/items/1'),
      await service.failedIn('/CoinsController/items/2'),
    ]

    expect(names[0] ?? 'CardsController.find').toBe('CardsController.find')
    expect(names[1] ?? 'CoinsController.find').toBe('CoinsController.find')
    expect(service.lines).toMatchObject([{ msg: 'no card 1' }, { msg: 'no card 2' }])
  })

  test('that throws no error', async () => {
    class TextController {
      find(): never {
        throw 'no card'
      }
    }
    common.Controller('texts')(TextController)
    decorate(TextController, 'find', common.Get())
    await using service = await runNest(nest, { controllers: [TextController] })

    expect(await service.failedIn('/texts')).toBe('TextController.find')
  })

  test('that a guard does not let a request reach', async () => {
    const controllers = heirs({ CardsController: 'cards' })
    const guard = { canActivate: () => false }
    await using service = await runNest(nest, {
      controllers,
      providers: [{ provide: 'APP_GUARD', useValue: guard }],
    })

    expect(await service.failedIn('/cards/items/1')).toBe('CardsController.find')
  })

  test('of a module that is loaded dynamically', async () => {
    const controllers = heirs({ CardsController: 'cards' })
    await using service = await runNest(nest, {
      imports: [{ module: moduleOf(common, {}), controllers }],
    })

    expect(await service.failedIn('/cards/items/1')).toBe('CardsController.find')
  })

  test('again where the same controllers are in another application', async () => {
    const controllers = heirs({ CardsController: 'cards' })
    await using first = await runNest(nest, { controllers })
    await using second = await runNest(nest, { controllers })

    expect(await first.failedIn('/cards/items/1')).toBe('CardsController.find')
    expect(await second.failedIn('/cards/items/1')).toBe('CardsController.find')
  })

  test('on the lines that are logged before it fails', async () => {
    const { logger, lines } = createLog()
    class CardsController {
      find(): never {
        logger.error('no cards here')
        throw new Error('no card')
      }
    }
    common.Controller('cards')(CardsController)
    decorate(CardsController, 'find', common.Get(':id'))
    await using service = await runNest(nest, { controllers: [CardsController] })

    await service.failedIn('/cards/1')

    // On Fastify, Nest's middleware is given Node's request, which knows no route.
    const handler = name.endsWith('Fastify') ? undefined : 'CardsController.find'
    expect(lines.map(({ request }) => (request as { handler?: unknown }).handler)).toEqual([
      handler,
    ])
  })

  test('where the module is imported by two modules', async () => {
    const controllers = heirs({ CardsController: 'cards' })
    const { logger, lines } = createLog()
    const Other = moduleOf(common, { imports: [ExceptionHandlerModule.forRoot({ logger })] })
    await using service = await runNest(nest, { controllers, imports: [Other] })

    await service.failedIn('/cards/items/1')

    expect([...service.lines, ...lines]).toMatchObject([
      { request: { handler: 'CardsController.find' } },
    ])
  })

  test('not where there is none', async () => {
    await using service = await runNest(nest, { controllers: heirs({ CardsController: 'cards' }) })

    expect(await service.failedIn('/nowhere')).toBeUndefined()
  })
})

test('an application whose controllers cannot be read runs with a warning', () => {
  const { logger } = createLog()
  const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const { module: Module } = ExceptionHandlerModule.forRoot({ logger })
  const adapter = { use: () => {}, reply: () => {} }

  ;(new Module() as MiddlewareModule).configure({ getHttpAdapter: () => adapter })

  expect(warned.mock.calls).toEqual([
    [
      expect.stringContaining('controllers of this version of Nest could not be read'),
      'SlackLoggerWarning',
    ],
  ])
  warned.mockRestore()
})
