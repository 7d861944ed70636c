declare module 'morgan' {
  import type { RequestHandler } from 'express'
  export default function morgan(
    format: string,
    options: {
      readonly skip: (request: unknown, response: { readonly statusCode: number }) => boolean
      readonly stream: { readonly write: (line: string) => void }
    },
  ): RequestHandler
}

declare module 'koa-pino-logger' {
  import type { Middleware } from 'koa'
  import type { Options } from 'pino-http'
  export default function koaPino(options: Options): Middleware
}
