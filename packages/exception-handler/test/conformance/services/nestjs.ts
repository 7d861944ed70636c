// oxlint-disable-next-line import/no-unassigned-import -- decorators need what it puts on `Reflect`
import 'reflect-metadata'
import type * as Common from '@nestjs/common'
import type * as Core from '@nestjs/core'
import type { Server, ServerResponse } from 'node:http'
import { ExceptionHandlerModule } from '../../../src/nestjs.ts'
import { brokenStream, createOrder, failAs, userOf } from '../failures.ts'
import { listen, type Framework, type Setup } from '../service.ts'

interface AdapterOptions {
  readonly trustProxy: 'loopback' | false
  readonly http2: boolean
}

/** One version of Nest. */
export interface Nest {
  readonly common: typeof Common
  readonly core: typeof Core
  /** The framework below, if it is not Express. */
  readonly createAdapter?: (options: AdapterOptions) => Core.AbstractHttpAdapter
}

/** What is used of the framework below: Express has the one, Fastify the other. */
interface Below {
  set?(name: string, value: unknown): unknown
  ready?(): PromiseLike<unknown>
}

/** The service in a version of Nest; decorators are called as functions, since the version is a value here. */
export function createNestService(name: string, loadNest: () => Promise<Nest>): Framework {
  return {
    name,
    handler: 'ServiceController.fail',
    start: async (setup) => {
      const { common, core, createAdapter } = await loadNest()
      const { trustProxy = 0 } = setup.options
      const root = createModule(common, setup)
      const app = await (createAdapter === undefined
        ? core.NestFactory.create(root, { logger: false })
        : core.NestFactory.create(
            root,
            createAdapter({
              trustProxy: trustProxy > 0 ? 'loopback' : false,
              http2: setup.isHttp2,
            }),
            { logger: false },
          ))
      const below = app.getHttpAdapter().getInstance() as Below
      below.set?.('trust proxy', trustProxy)
      await app.init()
      await below.ready?.()
      const service = await listen(app.getHttpServer() as Server)
      return {
        url: service.url,
        close: async () => {
          await service.close()
          await app.close()
        },
      }
    },
  }
}

function createModule(common: typeof Common, { options, logger, gate }: Setup): new () => object {
  class ServiceController {
    fail(how: string): void {
      failAs(how)
    }
    async reject(how: string): Promise<void> {
      await Promise.resolve()
      failAs(how)
    }
    create(body: unknown): object {
      return createOrder(body)
    }
    logged(): object {
      logger.info('on the way')
      logger.error('inside')
      return { ok: true }
    }
    late(response: ServerResponse | { raw: ServerResponse }): void {
      const raw = 'raw' in response ? response.raw : response
      raw.write('part')
      failAs('bug')
    }
    stream(): Common.StreamableFile {
      return new common.StreamableFile(brokenStream())
    }
    async wait(): Promise<void> {
      await gate()
      failAs('bug')
    }
  }
  const route = (decorate: MethodDecorator, method: keyof ServiceController): void => {
    const descriptor = Object.getOwnPropertyDescriptor(ServiceController.prototype, method)
    decorate(ServiceController.prototype, method, descriptor ?? {})
  }
  common.Controller()(ServiceController)
  route(common.Get('fail/:how'), 'fail')
  common.Param('how')(ServiceController.prototype, 'fail', 0)
  route(common.Get('reject/:how'), 'reject')
  common.Param('how')(ServiceController.prototype, 'reject', 0)
  route(common.Post('orders'), 'create')
  common.Body()(ServiceController.prototype, 'create', 0)
  route(common.Post('logged'), 'logged')
  route(common.HttpCode(200), 'logged')
  route(common.Get('late'), 'late')
  common.Res()(ServiceController.prototype, 'late', 0)
  route(common.Get('stream'), 'stream')
  route(common.Get('wait'), 'wait')

  class SignIn {
    canActivate(context: Common.ExecutionContext): boolean {
      const request = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>()
      Object.assign(request, { user: userOf(request.headers['x-user']) })
      return true
    }
  }
  // oxlint-disable-next-line typescript/no-extraneous-class -- a module of Nest is a class
  class Root {}
  common.Module({
    imports: [ExceptionHandlerModule.forRoot(options)],
    controllers: [ServiceController],
    providers: [{ provide: 'APP_GUARD', useValue: new SignIn() }],
  })(Root)
  return Root
}
