import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Nest } from './services/nestjs.ts'

/** The newer Nest is a dependency of the example; this package's own is the older. */
const fromExample = createRequire(
  new URL('../../../../examples/nestjs/package.json', import.meta.url),
)

async function loadFromExample<Module>(name: string): Promise<Module> {
  return (await import(pathToFileURL(fromExample.resolve(name)).href)) as Module
}

/** Each version of Nest, and each framework below it, that is supported. */
export const nests: readonly { readonly name: string; readonly load: () => Promise<Nest> }[] = [
  {
    name: 'Nest 11',
    load: async () => ({
      common: await import('@nestjs/common'),
      core: await import('@nestjs/core'),
    }),
  },
  {
    name: 'Nest 11 on Fastify',
    load: async () => {
      const { FastifyAdapter } = await import('@nestjs/platform-fastify')
      return {
        common: await import('@nestjs/common'),
        core: await import('@nestjs/core'),
        createAdapter: (options) => new FastifyAdapter(options as { trustProxy: 'loopback' }),
      }
    },
  },
  {
    name: 'Nest 12',
    load: async () => ({
      common: await loadFromExample<Nest['common']>('@nestjs/common'),
      core: await loadFromExample<Nest['core']>('@nestjs/core'),
    }),
  },
]
