import { readList, readProperty, readText } from '@slack-logger/core/reading'
import type { NestFailureHandler } from '../http/nest-filter.ts'
import {
  graphqlStatus,
  handleInGraphql,
  isHandled,
  operationOf,
  readField,
  requestOf,
} from './graphql.ts'
import { NestMessage } from './message.ts'
import { classOf, replaceMethod, type Callback } from './modules.ts'

/** The resolvers that always reach filters. */
const rootTypes: ReadonlySet<unknown> = new Set(['Query', 'Mutation', 'Subscription'])

/** Handles the failures of fields, which reach filters only where the service asks for it, and what Apollo Server itself finds. */
export function watchFields(explorer: object, handler: NestFailureHandler): void {
  const options = readProperty(explorer, 'gqlOptions')
  if (readList(options, 'fieldResolverEnhancers')?.includes('filters') !== true) {
    replaceMethod(explorer, 'createContextCallback', (create) => (...values) => {
      const resolve = create(...values) as Callback
      const [instance, , , , resolver] = values
      if (rootTypes.has(readProperty(resolver, 'type'))) return resolve
      const name = `${classOf(instance)?.name ?? ''}.${readText(resolver, 'methodName') ?? ''}`
      return onFailure(resolve, (error, called) => {
        handleInGraphql(
          handler,
          error,
          readField(called, () => name),
        )
      })
    })
  }
  if (readText(readProperty(options, 'driver'), 'name')?.startsWith('Apollo') === true) {
    const plugins = readList(options, 'plugins') ?? []
    Reflect.set(options as object, 'plugins', [...plugins, apolloPlugin(handler)])
  }
}

/** Calls a function with what another one throws or rejects with. The result of one that is not asynchronous stays so. */
function onFailure(
  resolve: Callback,
  handle: (error: unknown, called: readonly unknown[]) => void,
): Callback {
  return (...called) => {
    const fail = (error: unknown): never => {
      handle(error, called)
      throw error
    }
    try {
      const result = resolve(...called)
      return isPromise(result) ? result.then(undefined, fail) : result
    } catch (error) {
      return fail(error)
    }
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof readProperty(value, 'then') === 'function'
}

/** The parts of what Apollo Server passes to plugins that this package uses. */
interface ApolloRequest {
  readonly contextValue: unknown
  readonly errors: readonly unknown[]
  readonly operation?: unknown
}

/** A plugin for what fails outside resolvers, as a `null` where the schema has none. A query that is not valid is the client's fault. */
function apolloPlugin(handler: NestFailureHandler): object {
  const didEncounterErrors = (request: ApolloRequest): void => {
    for (const error of request.errors) {
      const original = readProperty(error, 'originalError')
      // What is no error is wrapped.
      const thrown = readProperty(original, 'thrownValue') ?? original ?? error
      if (isHandled(thrown) || isHandled(error) || (graphqlStatus(error) ?? 500) < 500) continue
      const path = readList(error, 'path')?.join('.')
      handleInGraphql(
        handler,
        thrown,
        new NestMessage(
          () => ({ route: path, fieldPath: path, operation: operationOf(request.operation) }),
          { request: requestOf(request.contextValue) },
        ),
      )
    }
  }
  /** The service's function for the context, before which there is no operation. */
  const contextCreationDidFail = ({ error }: { readonly error: unknown }): Promise<void> => {
    handleInGraphql(handler, error, new NestMessage(() => ({ route: 'context' })))
    return Promise.resolve()
  }
  return {
    requestDidStart: () => Promise.resolve({ didEncounterErrors }),
    contextCreationDidFail,
  }
}
