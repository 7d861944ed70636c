import { callMethod, isObject, readProperty, readText } from '@slack-logger/core/reading'
import type { NestFailureHandler } from '../http/nest-filter.ts'
import { NestMessage } from './message.ts'
import {
  classOf,
  metadata,
  methodsOf,
  providersOf,
  replaceMethod,
  type Callback,
  type HandlerClass,
  type NestModules,
} from './modules.ts'

/** @nestjs/schedule writes what a schedule throws to Nest's own logger, without its name. */
export function watchSchedules(explorer: object, handler: NestFailureHandler): void {
  replaceMethod(explorer, 'wrapFunctionInTryCatchBlocks', (wrap) => (method, instance) => {
    const name = nameOf(method as Callback, instance as object)
    const message = new NestMessage(() => ({ handler: name }))
    const watched = async (...values: unknown[]): Promise<unknown> => {
      try {
        return await Reflect.apply(method as Callback, instance, values)
      } catch (error) {
        handler.handle(error, message, { isBackground: true })
        return undefined
      }
    }
    return wrap(watched, instance)
  })
}

/** @nestjs/event-emitter does the same with what a listener throws, unless it is asked to pass it on. */
export function watchListeners(loader: object, handler: NestFailureHandler): void {
  replaceMethod(loader, 'wrapFunctionInTryCatchBlocks', (wrap) => async (...values) => {
    const [instance, key, data, options] = values
    if (readProperty(options, 'suppressErrors') === false) return await wrap(...values)
    try {
      const listener = readProperty(instance, key as string) as Callback
      return await Reflect.apply(listener, instance, data as unknown[])
    } catch (error) {
      const name = `${classOf(instance)?.name}.${String(key)}`
      const message = new NestMessage(() => ({ method: 'EVENT', handler: name, body: data }))
      handler.handle(error, message, { isBackground: true })
      return undefined
    }
  })
}

/** @nestjs/cqrs publishes what handlers of events and sagas throw, with the event, the command or the name of the saga. */
export function watchEvents(bus: object, handler: NestFailureHandler): void {
  callMethod(bus, 'subscribe', (failure: unknown) => {
    const cause = readProperty(failure, 'cause')
    const message = new NestMessage(() => ({
      method: 'EVENT',
      route: typeof cause === 'string' ? cause : classOf(cause)?.name,
      body: isObject(cause) ? cause : undefined,
    }))
    handler.handle(readProperty(failure, 'exception'), message, { isBackground: true })
  })
}

function nameOf(method: Callback, instance: object): string {
  const names = [...methodsOf(Object.getPrototypeOf(instance) as object)]
  const name = names.find((key) => readProperty(instance, key) === method) ?? method.name
  return `${classOf(instance)?.name}.${name}`
}

/** @nestjs/bullmq keeps the worker of a processor in the processor. */
export function watchQueues(
  explorer: object,
  { modules, handler }: { readonly modules: NestModules; readonly handler: NestFailureHandler },
): void {
  const watched = new WeakSet<object>()
  replaceMethod(explorer, 'register', (register) => (...values) => {
    const result = register(...values)
    for (const processor of providersOf(modules)) {
      const processorClass = classOf(processor)
      if (processorClass === undefined || !isProcessor(processorClass)) continue
      const worker = readProperty(processor, 'worker')
      if (!isObject(worker) || watched.has(worker)) continue
      watched.add(worker)
      const name = `${processorClass.name}.process`
      callMethod(worker, 'on', 'failed', (job: unknown, error: unknown) => {
        const queue = readText(worker, 'name')
        handler.handle(error, messageOf(job, { queue, handler: name }), {
          isBackground: true,
          willRetry: willRetry(job),
        })
      })
    }
    return result
  })
}

function isProcessor(processorClass: HandlerClass): boolean {
  return metadata.getMetadata('bullmq:processor_metadata', processorClass) !== undefined
}

function messageOf(
  job: unknown,
  { queue = '', handler }: { readonly queue: string | undefined; readonly handler: string },
): NestMessage {
  const name = readText(job, 'name')
  return new NestMessage(() => ({
    method: 'JOB',
    route: name === undefined ? queue : `${queue}/${name}`,
    handler,
    params: {
      queue,
      job: name,
      id: readProperty(job, 'id'),
      attempt: readProperty(job, 'attemptsMade'),
      attempts: readProperty(readProperty(job, 'opts'), 'attempts'),
    },
    body: readProperty(job, 'data'),
  }))
}

/** BullMQ sets the time of the end only when no attempt is left. A job that stalled too often may be gone. */
function willRetry(job: unknown): boolean {
  return job !== undefined && readProperty(job, 'finishedOn') === undefined
}
