// `node bench/exception-handler.mjs [FRAMEWORK]`: what the exception handler costs a service, against the same service without it.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'

const smoke = process.env.BENCH_SMOKE === 'true'
const pairs = smoke ? 1 : 5
const requests = smoke ? 200 : 10_000
const warmUps = smoke ? 100 : 4000
const connections = 16

const frameworks = ['express', 'fastify', 'koa', 'hono', 'nestjs']
const rows = [
  { name: 'succeeds', path: '/orders/17', mode: 'handler', goal: 'goal 1.05' },
  {
    name: 'succeeds, ids and request on every line',
    path: '/orders/17',
    mode: 'scopes',
    goal: 'no goal',
  },
  { name: 'fails', path: '/fail/17', mode: 'handler', goal: 'goal 1.3' },
]

async function compare(only) {
  const { startInbox } = await import('@slack-logger/slack-inbox')
  const inbox = await startInbox()
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, load ${loadavg()[0].toFixed(1)}`,
  )
  console.log(
    `main-thread CPU of the server per request, medians of ${pairs} alternating pairs of ${requests} requests, (min – max)\n`,
  )
  for (const framework of frameworks.filter((name) => only === undefined || name === only)) {
    for (const { name, path, mode, goal } of rows) {
      const samples = { handler: [], bare: [], ratio: [] }
      for (let pair = 0; pair < pairs; pair += 1) {
        const handler = await measure(inbox, { framework, mode, path })
        const bare = await measure(inbox, { framework, mode: 'bare', path })
        samples.handler.push(handler)
        samples.bare.push(bare)
        samples.ratio.push(handler / bare)
      }
      console.log(
        `${framework} ${name}: ${spread(samples.ratio, 2)}, ${goal}; µs ${spread(samples.handler, 0)} against ${spread(samples.bare, 0)}`,
      )
    }
  }
  console.log(`\nmessages in Slack after all: ${inbox.messages().length}`)
  await inbox.close()
}

/** Runs one service as a process of its own. */
async function measure(inbox, { framework, mode, path }) {
  const child = fork(fileURLToPath(import.meta.url), ['--serve', framework, mode], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      SLACK_API_URL: inbox.apiUrl,
      SLACK_BOT_TOKEN: inbox.token,
      SLACK_CHANNEL: '#alerts',
    },
  })
  child.once('exit', (code) => {
    if (code !== null) throw new Error(`${framework}, ${mode}, ended with ${code}`)
  })
  const [{ port }] = await once(child, 'message')
  await load(port, path, warmUps)
  const before = await cpuOf(child)
  await load(port, path, requests)
  const after = await cpuOf(child)
  child.kill('SIGKILL')
  await once(child, 'exit')
  return (after - before) / requests
}

async function cpuOf(child) {
  child.send('cpu')
  const [{ cpuUs }] = await once(child, 'message')
  return cpuUs
}

/** Sends requests one after another on each of some connections. */
async function load(port, path, count) {
  const request = `GET ${path}?page=2 HTTP/1.1\r\nhost: shop.example\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64) bench\r\naccept: */*\r\n\r\n`
  let left = count
  const run = () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      const next = () => {
        left -= 1
        if (left < 0) resolve(socket.destroy())
        else socket.write(request)
      }
      let received = ''
      socket.setEncoding('latin1')
      socket.on('connect', next)
      socket.on('error', reject)
      socket.on('data', (part) => {
        received += part
        if (!isWhole(received)) return
        received = ''
        next()
      })
    })
  await Promise.all(Array.from({ length: connections }, run))
}

function isWhole(received) {
  const end = received.indexOf('\r\n\r\n')
  const length = /content-length: (\d+)/i.exec(received)?.[1]
  if (end < 0) return false
  return length === undefined
    ? received.endsWith('0\r\n\r\n')
    : received.length >= end + 4 + Number(length)
}

function spread(values, digits) {
  const sorted = values.toSorted((a, b) => a - b)
  const show = (value) => value.toFixed(digits)
  return `${show(sorted[Math.floor(sorted.length / 2)])} (${show(sorted[0])} – ${show(sorted.at(-1))})`
}

/** The service itself; without the handler it is what the framework does by itself, its own log included. */
async function serve(framework, mode) {
  const options = mode === 'bare' ? undefined : { logger: await createLogger(mode) }
  const server = await services[framework](options)
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
  process.on('message', () => process.send({ cpuUs: mainThreadCpuUs() }))
  process.send({ port: server.address().port })
}

/** Of the main thread alone where Linux tells it. */
function mainThreadCpuUs() {
  try {
    const [ns] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')
    return Number(ns) / 1000
  } catch {
    const { user, system } = process.cpuUsage()
    return user + system
  }
}

/** The file on the main thread, Slack in a worker. */
async function createLogger(mode) {
  const { default: pino } = await import('pino')
  const { pinoMixin } = await import('@slack-logger/exception-handler')
  const slack = pino.transport({
    target: '@slack-logger/pino-slack',
    options: { service: 'bench' },
  })
  return pino(
    mode === 'scopes' ? { mixin: pinoMixin() } : {},
    pino.multistream([
      { level: 'info', stream: pino.destination({ dest: '/dev/null', sync: false }) },
      { level: 'error', stream: slack },
    ]),
  )
}

async function findOrder(id) {
  await Promise.resolve()
  return { id, email: 'kim@example.com', items: [{ name: 'tea', amount: 2, price: 799 }] }
}

async function chargeOrder(id) {
  const order = await findOrder(id)
  return order.card.number
}

const services = {
  express: async (options) => {
    const { default: express } = await import('express')
    const { exceptionHandler, requestScope } =
      await import('@slack-logger/exception-handler/express')
    const app = express()
    if (options) app.use(requestScope())
    app.get('/orders/:id', async ({ params }, response) => {
      response.json(await findOrder(params.id))
    })
    app.get('/fail/:id', async ({ params }, response) => {
      response.json(await chargeOrder(params.id))
    })
    if (options) app.use(exceptionHandler(options))
    return createServer(app)
  },
  fastify: async (options) => {
    const { default: createFastify } = await import('fastify')
    const { exceptionHandler } = await import('@slack-logger/exception-handler/fastify')
    const app = createFastify(options ? {} : { logger: { level: 'error' } })
    if (options) app.register(exceptionHandler, options)
    app.get('/orders/:id', ({ params }) => findOrder(params.id))
    app.get('/fail/:id', ({ params }) => chargeOrder(params.id))
    await app.listen({ host: '127.0.0.1', port: 0 })
    return app.server
  },
  koa: async (options) => {
    const { default: Koa } = await import('koa')
    const { Router } = await import('@koa/router')
    const { exceptionHandler } = await import('@slack-logger/exception-handler/koa')
    const router = new Router()
    router.get('/orders/:id', async (context) => {
      context.body = await findOrder(context.params.id)
    })
    router.get('/fail/:id', async (context) => {
      context.body = await chargeOrder(context.params.id)
    })
    const app = new Koa()
    if (options) app.use(exceptionHandler(options))
    app.use(router.routes())
    const callback = app.callback()
    return createServer((request, response) => void callback(request, response))
  },
  hono: async (options) => {
    const { Hono } = await import('hono')
    const { createAdaptorServer } = await import('@hono/node-server')
    const { exceptionHandler } = await import('@slack-logger/exception-handler/hono')
    const app = new Hono()
    if (options) exceptionHandler(app, options)
    app.get('/orders/:id', async (context) =>
      context.json(await findOrder(context.req.param('id'))),
    )
    app.get('/fail/:id', async (context) =>
      context.json(await chargeOrder(context.req.param('id'))),
    )
    return createAdaptorServer({ fetch: app.fetch })
  },
  nestjs: async (options) => {
    await import('reflect-metadata')
    const { Controller, Get, Module, Param } = await import('@nestjs/common')
    const { NestFactory } = await import('@nestjs/core')
    const { ExceptionHandlerModule } = await import('@slack-logger/exception-handler/nestjs')
    class OrdersController {
      find(id) {
        return findOrder(id)
      }
      charge(id) {
        return chargeOrder(id)
      }
    }
    const { prototype } = OrdersController
    Controller()(OrdersController)
    Get('orders/:id')(prototype, 'find', Object.getOwnPropertyDescriptor(prototype, 'find'))
    Param('id')(prototype, 'find', 0)
    Get('fail/:id')(prototype, 'charge', Object.getOwnPropertyDescriptor(prototype, 'charge'))
    Param('id')(prototype, 'charge', 0)
    // oxlint-disable-next-line typescript/no-extraneous-class -- a module of Nest is a class
    class Root {}
    const imports = options ? [ExceptionHandlerModule.forRoot(options)] : []
    Module({ imports, controllers: [OrdersController] })(Root)
    const app = await NestFactory.create(Root, { logger: ['error'] })
    await app.listen(0, '127.0.0.1')
    return app.getHttpServer()
  },
}

if (process.argv[2] === '--serve') await serve(process.argv[3], process.argv[4])
else await compare(process.argv[2])
