import { watchEventStreams } from './http/nest-event-streams.ts'
import {
  createFilter,
  createNestHandler,
  type NestRequest,
  type NestSource,
  rawRequestOf,
} from './http/nest-filter.ts'
import { nameHandlers, nameRoutes } from './http/nest-handler-names.ts'
import { watchStreamedFiles, type NestHttpAdapter } from './http/nest-streamed-files.ts'
import { filterGateways } from './nest/gateways.ts'
import { MessageHandlers } from './nest/message-handlers.ts'
import { modulesOf, runHooksFirst, type NestModules } from './nest/modules.ts'
import { watchUnfiltered } from './nest/unfiltered.ts'
import type { ExceptionHandlerOptions } from './options.ts'
import { runInScope } from './request-scope.ts'

export {
  exceptionFilter,
  type NestArgumentsHost,
  type NestClient,
  type NestExceptionFilter,
  type NestRequest,
  type NestSource,
} from './http/nest-filter.ts'

/** A module for the `imports` of another. */
export interface NestDynamicModule {
  readonly module: new () => object
  readonly providers: { readonly provide: string; readonly useFactory: () => object }[]
}

/** The parts of Nest's `MiddlewareConsumer` that this package uses. */
interface MiddlewareConsumer {
  getHttpAdapter(): NestHttpAdapter & {
    use(middleware: (request: NestRequest, response: never, next: () => void) => void): unknown
  }
}

/**
 * A global filter, the names of handlers, the errors of streams, schedules, events and queues, and the request for log lines.
 */
// oxlint-disable-next-line typescript/no-extraneous-class -- Nest's modules are classes with `forRoot`
export class ExceptionHandlerModule {
  /**
   * The module for an application's `imports`.
   *
   * @throws TypeError for a wrong option, which it names.
   * @example
   * @Module({ imports: [ExceptionHandlerModule.forRoot({ logger })] })
   */
  static forRoot(options: ExceptionHandlerOptions<NestSource>): NestDynamicModule {
    const handler = createNestHandler(options)
    const { trustProxy = false } = options
    let modules: NestModules | undefined
    return {
      module: class extends ExceptionHandlerModule {
        configure(consumer: MiddlewareConsumer): void {
          const adapter = consumer.getHttpAdapter()
          // Not `forRoutes()`, with which Nest matches the path of every request.
          adapter.use((request, _response, next) => {
            runInScope(() => handler.scope(request), next, rawRequestOf(request))
          })
          nameHandlers(modules)
          if (modules !== undefined) watchEventStreams(modules, handler)
          nameRoutes(adapter)
          watchStreamedFiles(adapter, handler)
        }
      },
      providers: [
        {
          provide: 'APP_FILTER',
          // A method, since Nest calls it on what knows the application.
          useFactory(this: unknown): object {
            const found = modulesOf(this)
            modules = found
            runHooksFirst(this)
            if (found === undefined) return createFilter(handler, { trustProxy })
            const reading = { trustProxy, handlers: new MessageHandlers(found) }
            filterGateways(found, (gateway) => createFilter(handler, { ...reading, gateway }))
            return Object.assign(createFilter(handler, reading), {
              onModuleInit: () => watchUnfiltered(found, handler),
            })
          },
        },
      ],
    }
  }
}
