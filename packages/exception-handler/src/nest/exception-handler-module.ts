import { FailureHandler } from '../failure-handler.ts'
import { runInScope } from '../context/request-scope.ts'
import type { ExceptionHandlerOptions } from '../options.ts'
import { resolveOptions } from '../resolve-options.ts'
import { createFilter } from './exception-filter.ts'
import { controllersOf } from './controllers.ts'
import { noteHandlerNames } from './handler-names.ts'
import { nestReader, type NestRequest } from './read-nest-request.ts'
import { nameRoutes, type RouteTaker } from './route-names.ts'
import { watchStreamedFiles, type NestHttpAdapter } from './streamed-files.ts'

/** A module as Nest imports it. */
export interface NestDynamicModule {
  readonly module: new () => object
  readonly providers: { readonly provide: string; readonly useValue: object }[]
}

/** What this package uses of Nest's `MiddlewareConsumer`. */
interface MiddlewareConsumer {
  getHttpAdapter(): NestHttpAdapter &
    RouteTaker & {
      use(middleware: (request: NestRequest, response: never, next: () => void) => void): unknown
    }
}

/** Everything for Nest at once: a global filter, the names of controllers, streamed files, and the request on every line. */
// oxlint-disable-next-line typescript/no-extraneous-class -- Nest's modules are classes with `forRoot`
export class ExceptionHandlerModule {
  /**
   * The module for an application's `imports`.
   *
   * @throws TypeError for a wrong option, in one sentence that names it.
   * @example
   * @Module({ imports: [ExceptionHandlerModule.forRoot({ logger })] })
   */
  static forRoot(options: ExceptionHandlerOptions<NestRequest | undefined>): NestDynamicModule {
    const handler = new FailureHandler(resolveOptions(options), nestReader)
    return {
      module: class extends ExceptionHandlerModule {
        configure(consumer: MiddlewareConsumer): void {
          const adapter = consumer.getHttpAdapter()
          // Not for routes of Nest, each of which it would match against the path of every request.
          adapter.use((request, _response, next) => {
            runInScope(() => handler.scope(request), next)
          })
          controllersOf(consumer).forEach(noteHandlerNames)
          nameRoutes(adapter)
          watchStreamedFiles(adapter, handler)
        }
      },
      providers: [{ provide: 'APP_FILTER', useValue: createFilter(handler) }],
    }
  }
}
