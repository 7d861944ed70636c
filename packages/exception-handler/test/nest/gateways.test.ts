import type * as Common from '@nestjs/common'
import { once } from 'node:events'
import { throwError, type Observable } from 'rxjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { exceptionFilter, type NestSource } from '../../src/nestjs.ts'
import {
  createLog,
  decorate,
  runNest,
  type Class,
  type NestService,
  type Parts,
} from '../support/run-nest.ts'
import { versions, type NestVersion } from './versions.ts'

/** A decorator of Nest. */
type Decorate = (...values: unknown[]) => MethodDecorator & ClassDecorator

interface Sockets {
  readonly WebSocketGateway: Decorate
  readonly SubscribeMessage: Decorate
  readonly WsException: new (error: unknown) => Error
}

type Send = (...values: unknown[]) => void

/** What a client got, as event and data. */
type Received = readonly [string, unknown]

interface GatewayParts {
  readonly isBare?: boolean
  readonly gateways?: Class[]
  readonly options?: NonNullable<Parts['options']>
}

/** A connected client. */
interface Client {
  readonly send: (event: string, data: unknown) => void
  readonly received: Received[]
  readonly close: () => void
}

type Connect = (version: NestVersion, url: string, namespace?: string) => Promise<Client>

const transports: readonly {
  readonly transport: string
  readonly adapter: readonly [packageName: string, className: string]
  readonly connect: Connect
}[] = [
  {
    transport: 'socket.io',
    adapter: ['@nestjs/platform-socket.io', 'IoAdapter'],
    connect: connectSocketIo,
  },
  { transport: 'ws', adapter: ['@nestjs/platform-ws', 'WsAdapter'], connect: connectWs },
]

const cases = versions.flatMap((version) =>
  transports.map((transport) => ({ ...version, ...transport })),
)

const order = { id: 17, card: '4111111111111111' }

/** What Nest sends for an error that is not meant for the client. */
function unknown(pattern: string): object {
  return { status: 'error', message: 'Internal server error', cause: { pattern, data: order } }
}

describe.each(cases)('$name with $transport', ({ name: ofNest, loadVersion, adapter, connect }) => {
  const isSocketIo = adapter[1] === 'IoAdapter'
  // Nest 11 sends nothing to a client of `ws`; this package sends what Nest 12 does.
  const isSilent = ofNest === 'Nest 11' && !isSocketIo
  let version: NestVersion
  let common: typeof Common
  let sockets: Sockets
  beforeAll(async () => {
    version = await loadVersion()
    common = version.common
    sockets = await version.load('@nestjs/websockets')
  })

  /** A gateway whose events fail. */
  function createGateway(): Class {
    class OrdersGateway {
      bug(): never {
        throw new Error('db password=hunter2 refused')
      }
      reject(): Promise<never> {
        return Promise.reject(new TypeError('x is not a function'))
      }
      stream(): Observable<never> {
        return throwError(() => new Error('no more'))
      }
      refuse(): never {
        throw new sockets.WsException('no such order')
      }
      explain(): never {
        throw new sockets.WsException({ code: 'CLOSED', message: 'the order is closed' })
      }
      invalid(): never {
        throw new common.BadRequestException('amount must be positive')
      }
      ping(): object {
        return { event: 'pong', data: 1 }
      }
    }
    for (const event of Object.getOwnPropertyNames(OrdersGateway.prototype)) {
      if (event === 'constructor') continue
      decorate(OrdersGateway, event, sockets.SubscribeMessage(event))
    }
    sockets.WebSocketGateway()(OrdersGateway)
    return OrdersGateway
  }

  async function run({
    isBare = false,
    gateways = [createGateway()],
    options = {},
  }: GatewayParts = {}): Promise<NestService> {
    const module = await version.load<Readonly<Record<string, new (app: object) => never>>>(
      adapter[0],
    )
    const Adapter = module[adapter[1]]
    return runNest(version, {
      providers: gateways,
      options,
      isBare,
      prepare: (app) => Adapter && app.useWebSocketAdapter(new Adapter(app)),
    })
  }

  /** What a client of a service gets for an event, up to the answer to a ping. */
  async function answersTo(service: NestService, event: string): Promise<readonly Received[]> {
    const client = await connect(version, service.url)
    client.send(event, order)
    client.send('ping', {})
    await expect.poll(() => client.received.some(([answer]) => answer === 'pong')).toBe(true)
    client.close()
    return client.received.filter(([answer]) => answer !== 'pong')
  }

  /** A gateway with the same event as others. */
  function createRoom(name: string): Class {
    const Gateway = {
      [name]: class {
        join(): never {
          throw new Error('no room')
        }
      },
    }[name] as Class
    decorate(Gateway, 'join', sockets.SubscribeMessage('join'))
    sockets.WebSocketGateway(isSocketIo ? { namespace: name } : { path: `/${name}` })(Gateway)
    return Gateway
  }

  test.each([
    ['bug', 50, 500, unknown('bug')],
    ['reject', 50, 500, unknown('reject')],
    ['stream', 50, 500, unknown('stream')],
    ['refuse', 40, 400, { ...unknown('refuse'), message: 'no such order' }],
    ['explain', 40, 400, { code: 'CLOSED', message: 'the order is closed' }],
    ['invalid', 40, 400, unknown('invalid')],
  ])('answers "%s" as Nest does, and logs it at level %i', async (event, level, ...expected) => {
    const [status, payload] = expected
    await using bare = await run({ isBare: true })
    await using service = await run()

    const answers = await answersTo(service, event)

    expect(answers).toEqual([['exception', payload]])
    expect(await answersTo(bare, event)).toEqual(isSilent ? [] : answers)
    expect(JSON.stringify(answers)).not.toContain('hunter2')
    expect(service.lines).toMatchObject([
      {
        level,
        status,
        handler: `OrdersGateway.${event}`,
        request: {
          method: 'WS',
          route: event,
          clientIp: expect.stringMatching('127.0.0.1'),
          body: { id: 17, card: '[redacted]' },
        },
      },
    ])
  })

  test("leaves an error to the gateway's own filter, and what that does not catch to this one", async () => {
    const gateway = createGateway()
    class RefusalFilter {
      catch(_error: Error, host: Common.ArgumentsHost): void {
        const client = host.switchToWs().getClient<{ emit: Send; send: Send }>()
        if (isSocketIo) client.emit('refused', {})
        else client.send(JSON.stringify({ event: 'refused', data: {} }))
      }
    }
    common.Catch(sockets.WsException)(RefusalFilter)
    common.UseFilters(RefusalFilter)(gateway)
    await using service = await run({ gateways: [gateway] })

    expect(await answersTo(service, 'refuse')).toEqual([['refused', {}]])
    expect(service.lines).toEqual([])
    await answersTo(service, 'bug')
    expect(service.lines).toMatchObject([{ level: 50 }])
  })

  test('handles each error once where the filter is on the gateway as well', async () => {
    const gateway = createGateway()
    const { logger, lines } = createLog()
    common.UseFilters(exceptionFilter({ logger }))(gateway)
    await using service = await run({ gateways: [gateway] })

    const answers = await answersTo(service, 'bug')

    expect(answers).toMatchObject([['exception', { message: 'Internal server error' }]])
    expect(lines).toMatchObject([{ level: 50, request: { method: 'WS', route: 'bug' } }])
    expect(service.lines).toEqual([])
  })

  test('logs what a guard refuses as a warning, and the user that it found', async () => {
    const gateway = createGateway()
    class Guard {
      canActivate(context: Common.ExecutionContext): boolean {
        const client = context.switchToWs().getClient<{ data?: object }>()
        client.data = { user: { id: 17, name: 'kim' } }
        return context.switchToWs().getPattern() !== 'bug'
      }
    }
    common.UseGuards(Guard)(gateway)
    await using service = await run({ gateways: [gateway] })

    await answersTo(service, 'bug')

    expect(service.lines).toMatchObject([
      {
        level: 40,
        msg: 'Forbidden resource',
        handler: 'OrdersGateway.bug',
        request: { user: { id: '17', name: 'kim' } },
      },
    ])
  })

  test('takes the user from the client, and alerts no gateway of the skip list', async () => {
    const options = {
      getUser: (client: NestSource) => client !== undefined && 'on' in client && { id: 3 },
      skipEndpoints: ['OrdersGateway'],
    }
    await using service = await run({ options })

    await answersTo(service, 'bug')

    expect(service.lines).toMatchObject([
      { level: 40, status: 500, request: { user: { id: '3' } } },
    ])
  })

  test('names the handler of an event that several gateways have', async () => {
    await using service = await run({ gateways: [createRoom('chat'), createRoom('admin')] })
    const client = await connect(version, service.url, '/admin')

    client.send('join', {})
    await expect.poll(() => service.lines).toHaveLength(1)
    client.close()

    expect(service.lines).toMatchObject([{ handler: 'admin.join' }])
  })
})

async function connectSocketIo(
  { load }: NestVersion,
  url: string,
  namespace = '',
): Promise<Client> {
  const { io } = await load<{
    io: (
      url: string,
      options: object,
    ) => {
      emit(event: string, data: unknown): unknown
      onAny(listener: (event: string, data: unknown) => void): unknown
      once(event: string, listener: () => void): unknown
      close(): unknown
    }
  }>('socket.io-client')
  const socket = io(url + namespace, { transports: ['websocket'], forceNew: true })
  const received: Received[] = []
  socket.onAny((event, data) => void received.push([event, data]))
  await new Promise<void>((resolve) => void socket.once('connect', resolve))
  return {
    send: (event, data) => void socket.emit(event, data),
    received,
    close: () => void socket.close(),
  }
}

async function connectWs({ load }: NestVersion, url: string, path = ''): Promise<Client> {
  const { WebSocket } = await load<{
    WebSocket: new (url: string) => {
      send(text: string): void
      on(event: string, listener: (text: Buffer) => void): unknown
      close(): void
    }
  }>('ws')
  const socket = new WebSocket(url.replace('http', 'ws') + path)
  const received: Received[] = []
  socket.on('message', (text) => {
    const { event, data } = JSON.parse(text.toString()) as { event: string; data: unknown }
    received.push([event, data])
  })
  await once(socket as never, 'open')
  return {
    send: (event, data) => socket.send(JSON.stringify({ event, data })),
    received,
    close: () => socket.close(),
  }
}
