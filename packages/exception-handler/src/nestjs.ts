import { FailureHandler } from './failure-handler.ts'
import { createFilter, nestReader, type NestRequest } from './http/nest-filter.ts'
import { nameHandlers, nameRoutes } from './http/nest-handler-names.ts'
import { watchStreamedFiles, type NestHttpAdapter } from './http/nest-streamed-files.ts'
import { resolveOptions, type ExceptionHandlerOptions } from './options.ts'
import { runInScope } from './request-scope.ts'

export {
  exceptionFilter,
  type NestArgumentsHost,
  type NestExceptionFilter,
  type NestRequest,
} from './http/nest-filter.ts'

/** A module for the `imports` of another. */
export interface NestDynamicModule {
  readonly module: new () => object
  readonly providers: { readonly provide: string; readonly useValue: object }[]
}

/** The parts of Nest's `MiddlewareConsumer` that this package uses. */
interface MiddlewareConsumer {
  getHttpAdapter(): NestHttpAdapter & {
    use(middleware: (request: NestRequest, response: never, next: () => void) => void): unknown
  }
}

/** A global filter, the names of controllers, the errors of streamed files, and the request for log lines. */
// oxlint-disable-next-line typescript/no-extraneous-class -- Nest's modules are classes with `forRoot`
export class ExceptionHandlerModule {
  /**
   * The module for an application's `imports`.
   *
   * @throws TypeError for a wrong option, which it names.
   * @example
   * @Module({ imports: [ExceptionHandlerModule.forRoot({ logger })] })
   */
  static forRoot(options: ExceptionHandlerOptions<NestRequest | undefined>): NestDynamicModule {
    const handler = new FailureHandler(resolveOptions(options), nestReader)
    return {
      module: class extends ExceptionHandlerModule {
        configure(consumer: MiddlewareConsumer): void {
          const adapter = consumer.getHttpAdapter()
          // Not `forRoutes()`, with which Nest matches the path of every request.
          adapter.use((request, _response, next) => {
            runInScope(() => handler.scope(request), next)
          })
          nameHandlers(consumer)
          nameRoutes(adapter)
          watchStreamedFiles(adapter, handler)
        }
      },
      providers: [{ provide: 'APP_FILTER', useValue: createFilter(handler) }],
    }
  }
}
