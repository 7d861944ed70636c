import { nests } from './nests.ts'
import type { Framework } from './service.ts'
import { express4Service, express5Service } from './services/express.ts'
import { fastifyService } from './services/fastify.ts'
import { honoService } from './services/hono.ts'
import { koaService } from './services/koa.ts'
import { createNestService } from './services/nestjs.ts'

/** The same service in every framework and version that is supported. */
export const frameworks: readonly Framework[] = [
  express5Service,
  express4Service,
  fastifyService,
  koaService,
  honoService,
  ...nests.map(({ name, load }) => createNestService(name, load)),
]
