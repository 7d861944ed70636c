import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Framework } from './service.ts'
import { express4Service, express5Service } from './services/express.ts'
import { fastifyService } from './services/fastify.ts'
import { honoService } from './services/hono.ts'
import { koaService } from './services/koa.ts'
import { createNestService, type Nest } from './services/nestjs.ts'

/** The newer Nest is a dependency of the example; this package's own is the older. */
const fromExample = createRequire(
  new URL('../../../../examples/nestjs/package.json', import.meta.url),
)

async function loadFromExample<Module>(name: string): Promise<Module> {
  return (await import(pathToFileURL(fromExample.resolve(name)).href)) as Module
}

/** The same service in every framework and version that is supported. */
export const frameworks: readonly Framework[] = [
  express5Service,
  express4Service,
  fastifyService,
  koaService,
  honoService,
  createNestService('Nest 11', async () => ({
    common: await import('@nestjs/common'),
    core: await import('@nestjs/core'),
  })),
  createNestService('Nest 11 on Fastify', async () => {
    const { FastifyAdapter } = await import('@nestjs/platform-fastify')
    return {
      common: await import('@nestjs/common'),
      core: await import('@nestjs/core'),
      createAdapter: (trustProxy) => new FastifyAdapter({ trustProxy }),
    }
  }),
  createNestService('Nest 12', async () => ({
    common: await loadFromExample<Nest['common']>('@nestjs/common'),
    core: await loadFromExample<Nest['core']>('@nestjs/core'),
  })),
]
