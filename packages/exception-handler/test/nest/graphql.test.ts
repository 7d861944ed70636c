import type * as Common from '@nestjs/common'
import type * as Core from '@nestjs/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decorate, runNest, type Class, type NestService } from '../support/run-nest.ts'
import { versions, type NestVersion } from './versions.ts'

type Decorate = (...values: unknown[]) => MethodDecorator & ClassDecorator

interface Graphql {
  readonly GraphQLModule: { forRoot(options: object): Common.DynamicModule }
  readonly Resolver: Decorate
  readonly Query: Decorate
  readonly Mutation: Decorate
  readonly Subscription: Decorate
  readonly ResolveField: Decorate
}

interface GraphqlJs {
  readonly GraphQLError: new (message: string, options?: object) => Error
}

type CreateClient = (options: object) => {
  iterate(operation: object): AsyncIterator<unknown>
  dispose(): unknown
}

const typeDefs = `
  type Order { id: Int, total: Int, taxed: Int, seller: String! }
  type Query {
    bug: Int, reject: Int, badInput: Int, noUser: Int, closed: Int, plain: Int, unavailable: Int, wrapped: Int, located: Int
    forbidden: Int, orders: [Order]
  }
  type Mutation { pay(card: String): Int }
  type Subscription { shipped: Int }
`

const servers = [
  { server: 'Apollo', packageName: '@nestjs/apollo', driver: 'ApolloDriver', isOnFastify: false },
  {
    server: 'Apollo on Fastify',
    packageName: '@nestjs/apollo',
    driver: 'ApolloDriver',
    isOnFastify: true,
  },
  {
    server: 'Mercurius',
    packageName: '@nestjs/mercurius',
    driver: 'MercuriusDriver',
    isOnFastify: true,
  },
] as const

const cases = versions.flatMap((version) => servers.map((server) => ({ ...version, ...server })))

describe.each(cases)('$name with $server', ({ loadVersion, packageName, driver, isOnFastify }) => {
  const isApollo = driver === 'ApolloDriver'
  let version: NestVersion
  let graphql: Graphql
  let graphqlJs: GraphqlJs
  /** What Nest does itself. */
  let bare: NestService
  beforeAll(async () => {
    version = await loadVersion()
    graphql = await version.load('@nestjs/graphql')
    graphqlJs = await version.load('graphql')
    bare = await run(true)
  })
  afterAll(() => bare[Symbol.asyncDispose]())

  function createResolvers(): Class[] {
    const { GraphQLError } = graphqlJs
    const refuse = (code: string): never => {
      throw new GraphQLError(`refused: ${code}`, { extensions: { code } })
    }
    class ShopResolver {
      bug(): never {
        throw new Error('no card')
      }
      reject(): Promise<never> {
        return Promise.reject(new TypeError('x is not a function'))
      }
      badInput(): never {
        return refuse('BAD_USER_INPUT')
      }
      noUser(): never {
        return refuse('UNAUTHENTICATED')
      }
      closed(): never {
        return refuse('ORDER_CLOSED')
      }
      unavailable(): never {
        return refuse('PAYMENT_UNAVAILABLE')
      }
      wrapped(): never {
        const extensions = { code: 'ORDER_LOST' }
        throw new GraphQLError('lost', { extensions, originalError: new Error('no table') })
      }
      located(): never {
        const error = new Error('no table')
        throw new GraphQLError('lost', { path: ['other'], originalError: error })
      }
      plain(): never {
        throw new GraphQLError('no idea')
      }
      forbidden(): never {
        throw new version.common.ForbiddenException('not your order')
      }
      orders(): object[] {
        return [{ id: 17 }]
      }
      pay(): never {
        throw new Error('no card')
      }
      shipped(): never {
        throw new Error('no carrier')
      }
    }
    graphql.Resolver()(ShopResolver)
    const others = { pay: graphql.Mutation('pay'), shipped: graphql.Subscription('shipped') }
    for (const name of Object.getOwnPropertyNames(ShopResolver.prototype)) {
      if (name === 'constructor') continue
      const decorator = Object.entries(others).find(([other]) => other === name)?.[1]
      decorate(ShopResolver, name, decorator ?? graphql.Query(name))
    }
    class OrderResolver {
      total(): never {
        throw new Error('no prices')
      }
      async taxed(): Promise<never> {
        await Promise.resolve()
        throw new version.common.NotFoundException('no tax')
      }
    }
    graphql.Resolver('Order')(OrderResolver)
    decorate(OrderResolver, 'total', graphql.ResolveField('total'))
    decorate(OrderResolver, 'taxed', graphql.ResolveField('taxed'))
    return [ShopResolver, OrderResolver]
  }

  async function run(isBare = false, options: object = {}): Promise<NestService> {
    const drivers = await version.load<Readonly<Record<string, Class>>>(packageName)
    const { FastifyAdapter } = await version.load<{
      FastifyAdapter: new () => Core.AbstractHttpAdapter
    }>('@nestjs/platform-fastify')
    return runNest(
      {
        common: version.common,
        core: version.core,
        ...(isOnFastify && { createAdapter: () => new FastifyAdapter() }),
      },
      {
        isBare,
        imports: [
          graphql.GraphQLModule.forRoot({
            driver: drivers[driver],
            typeDefs,
            includeStacktraceInErrorResponses: false,
            graphiql: false,
            ...options,
            ...(isApollo ? { subscriptions: { 'graphql-ws': true } } : { subscription: true }),
          }),
        ],
        providers: createResolvers(),
      },
    )
  }

  test.each([
    ['{ bug }', 50, 500, 'ShopResolver.bug'],
    ['{ reject }', 50, 500, 'ShopResolver.reject'],
    ['{ plain }', 50, 500, 'ShopResolver.plain'],
    ['{ unavailable }', 50, 500, 'ShopResolver.unavailable'],
    ['{ wrapped }', 50, 500, 'ShopResolver.wrapped'],
    ['{ located }', 50, 500, 'ShopResolver.located'],
    ['{ badInput }', 40, 400, 'ShopResolver.badInput'],
    ['{ noUser }', 40, 401, 'ShopResolver.noUser'],
    ['{ closed }', 40, 400, 'ShopResolver.closed'],
    ['{ forbidden }', 40, 403, 'ShopResolver.forbidden'],
    ['{ orders { id total } }', 50, 500, 'OrderResolver.total'],
    ['{ orders { id taxed } }', 40, 404, 'OrderResolver.taxed'],
  ])('answers "%s" as Nest does, and logs it once at level %i', async (query, ...expected) => {
    const [level, status, handler] = expected
    const own = await ask(bare, query)
    await using service = await run()

    const answer = await ask(service, query)

    expect(answer).toEqual(own)
    expect(JSON.stringify(answer)).not.toContain('    at ')
    expect(service.lines).toMatchObject([{ level, status, handler }])
  })

  test('logs the request, the field and the operation', async () => {
    await using service = await run()

    await ask(service, 'mutation PayOrder($card: String) { paid: pay(card: $card) }')

    expect(service.lines).toMatchObject([
      {
        handler: 'ShopResolver.pay',
        request: {
          method: 'POST',
          path: '/graphql',
          route: 'Mutation.pay',
          operation: 'mutation PayOrder',
          fieldPath: 'paid',
          userAgent: 'shop-app',
          clientIp: expect.stringContaining('127.0.0.1'),
        },
      },
    ])
    expect(JSON.stringify(service.lines)).not.toContain('4111')
  })

  test.each(['{ nothing }', '{ bug'])(
    'does not alert a query that is not valid: %s',
    async (query) => {
      const own = await ask(bare, query)
      await using service = await run()

      expect(await ask(service, query)).toEqual(own)

      expect(service.lines.filter((line) => line.level === 50)).toEqual([])
    },
  )

  test('alerts a subscription that fails, with the request of its connection', async () => {
    const { createClient } = await version.load<{ createClient: CreateClient }>('graphql-ws')
    const { WebSocket } = await version.load<{ WebSocket: unknown }>('ws')
    await using service = await run()
    const url = `${service.url.replace('http', 'ws')}/graphql`
    const client = createClient({ url, webSocketImpl: WebSocket })

    const results = client.iterate({ query: 'subscription { shipped }' })
    await results.next().catch(() => 'refused')
    await client.dispose()

    expect(service.lines).toMatchObject([
      {
        level: 50,
        msg: 'no carrier',
        handler: 'ShopResolver.shipped',
        request: { route: 'Subscription.shipped', path: '/graphql' },
      },
    ])
  })

  test.runIf(isApollo)('alerts a context that cannot be made', async () => {
    await using service = await run(false, {
      context: () => {
        throw new Error('no session')
      },
    })

    await ask(service, '{ bug }')

    expect(service.lines).toMatchObject([{ level: 50, status: 500, msg: 'no session' }])
  })

  test.runIf(isApollo)('alerts a null where the schema has none', async () => {
    await using service = await run()

    await ask(service, 'query Sellers { orders { seller } }')

    expect(service.lines).toMatchObject([
      {
        level: 50,
        msg: 'Cannot return null for non-nullable field Order.seller.',
        request: { path: '/graphql', fieldPath: 'orders.0.seller', operation: 'query Sellers' },
      },
    ])
  })
})

async function ask({ url }: NestService, query: string): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'shop-app' },
    body: JSON.stringify({ query, variables: { card: '4111 1111 1111 1111' } }),
  })
  return [response.status, await response.json()]
}
