import type * as Common from '@nestjs/common'
import type * as Core from '@nestjs/core'
import type { Server } from 'node:http'
import pino from 'pino'
import { pinoMixin, type ScopeOptions } from '../../src/index.ts'
import { ExceptionHandlerModule, type NestSource } from '../../src/nestjs.ts'
import { listen } from '../conformance/service.ts'
import type { Nest } from '../conformance/services/nestjs.ts'

/** A class that Nest makes instances of. */
export type Class = new (...dependencies: never[]) => object

/** What a service of Nest is made of. */
export interface Parts {
  readonly controllers?: readonly Class[]
  readonly imports?: readonly (Class | Common.DynamicModule)[]
  readonly providers?: readonly Common.Provider[]
  /** Before Nest initialises it. */
  readonly prepare?: (app: Core.NestApplication) => unknown
  /** Once Nest has initialised it. */
  readonly started?: (app: Core.NestApplication) => unknown
  /** Options of the module, beside the logger. */
  readonly options?: ScopeOptions<NestSource> & { readonly skipEndpoints?: readonly string[] }
  /** Without the module of this package: what Nest does itself. */
  readonly isBare?: boolean
}

/** What is read of a line of the log. */
export interface Line {
  readonly msg?: string
  readonly level?: number
  readonly status?: number
  readonly request?: Readonly<Record<string, unknown>>
  readonly err?: Readonly<Record<string, unknown>>
  readonly handler?: string
}

/** A running service of Nest. */
export interface NestService extends AsyncDisposable {
  readonly url: string
  /** What is logged. */
  readonly lines: readonly Line[]
  /** Fails a request and returns the handler in the log. */
  readonly failedIn: (address: string, init?: RequestInit) => Promise<unknown>
}

/** A logger with the request on every line, and what it logged. */
export function createLog(): { readonly logger: pino.Logger; readonly lines: Line[] } {
  const lines: Line[] = []
  const write = (line: string): void => void lines.push(JSON.parse(line) as Line)
  return { logger: pino({ mixin: pinoMixin() }, { write }), lines }
}

/** Runs a service whose log is kept. */
export async function runNest(
  { common, core, createAdapter }: Nest,
  {
    controllers = [],
    imports = [],
    providers = [],
    prepare,
    started,
    options,
    isBare = false,
  }: Parts,
): Promise<NestService> {
  const { logger, lines } = createLog()
  const root = moduleOf(common, {
    imports: [
      ...(isBare ? [] : [ExceptionHandlerModule.forRoot({ ...options, logger })]),
      ...imports,
    ] as Common.DynamicModule[],
    controllers: [...controllers],
    providers: [...providers],
  })
  const app = await (createAdapter === undefined
    ? core.NestFactory.create(root, { logger: false })
    : core.NestFactory.create(root, createAdapter({ trustProxy: false, http2: false }), {
        logger: false,
      }))
  await prepare?.(app as Core.NestApplication)
  await app.init()
  const below = app.getHttpAdapter().getInstance() as { ready?(): PromiseLike<unknown> }
  await below.ready?.()
  await started?.(app as Core.NestApplication)
  const service = await listen(app.getHttpServer() as Server)
  return {
    url: service.url,
    lines,
    failedIn: async (address, init) => {
      const response = await fetch(new URL(address, service.url), init)
      await response.arrayBuffer()
      return lines.at(-1)?.handler
    },
    [Symbol.asyncDispose]: async () => {
      await service.close()
      await app.close()
    },
  }
}

/** A module of Nest. */
export function moduleOf(common: typeof Common, parts: Common.ModuleMetadata): new () => object {
  // oxlint-disable-next-line typescript/no-extraneous-class -- a module of Nest is a class
  class Part {}
  common.Module(parts)(Part)
  return Part
}

/** Decorates a method; decorators are called as functions, since the version of Nest is a value here. */
export function decorate(of: Class, method: string, ...decorators: MethodDecorator[]): void {
  const prototype = of.prototype as object
  for (const decorator of decorators) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, method) ?? {}
    const replaced = decorator(prototype, method, descriptor) ?? descriptor
    Object.defineProperty(prototype, method, replaced)
  }
}
