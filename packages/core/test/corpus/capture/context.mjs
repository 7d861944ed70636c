import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { once } from 'node:events'
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { secret } from './scenario.mjs'

/** Servers on loopback that fail in the ways that real ones do, and the ports under which they are known in the corpus. */
export async function startServers() {
  const closers = []
  const ports = new Map()

  async function listen(server, knownPort) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address()
    ports.set(port, knownPort)
    closers.push(() => {
      server.closeAllConnections?.()
      server.close()
    })
    return port
  }

  const http = await listen(createServer(answer), 8080)
  const silent = await listen(
    createTcpServer(() => undefined),
    9001,
  )
  const garbage = await listen(
    createTcpServer((socket) => socket.end('garbage\r\n\r\n')),
    9002,
  )
  const resetting = await listen(
    createTcpServer((socket) => socket.resetAndDestroy()),
    9003,
  )
  const smtp = await listen(createTcpServer(refuseMail), 2525)
  const redis = await listen(createTcpServer(answerRedis), 6379)
  const closed = await freePort()
  ports.set(closed, 9009)

  const database = await PGlite.create()
  await database.exec(
    'create table customers (id int primary key, email text unique not null, age int check (age > 0)); ' +
      'create table orders (id int primary key, customer int references customers (id)); ' +
      "insert into customers values (1, 'ann@shop.example', 30);",
  )
  const postgres = new PGLiteSocketServer({
    db: database,
    port: await freePort(),
    host: '127.0.0.1',
    maxConnections: 20,
  })
  await postgres.start()
  const pgPort = Number(postgres.getServerConn().split(':').at(-1))
  ports.set(pgPort, 5432)
  closers.push(
    () => postgres.stop(),
    () => database.close(),
  )

  return {
    ports,
    http: `http://127.0.0.1:${http}`,
    httpPort: http,
    silent,
    garbage,
    resetting,
    smtp,
    redis,
    closed,
    pgPort,
    pgUrl: `postgres://app:${secret}@127.0.0.1:${pgPort}/postgres`,
    close: async () => {
      for (const close of closers) await close()
    },
  }
}

async function freePort() {
  const server = createTcpServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

const xmlError = (code, message) =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>`

/** Path → status, type and body of the answer. */
const answers = {
  '/status/404': [404, 'application/json', '{"error":"no such order"}'],
  '/status/500': [500, 'text/html', '<h1>Internal Server Error</h1>'],
  '/status/502': [502, 'application/json', '{"reason":"upstream"}'],
  '/status/401': [401, 'application/json', `{"error":"bad token","token":"${secret}"}`],
  '/html': [200, 'text/html', '<!doctype html><p>not JSON</p>'],
  '/loop': [302, 'text/plain', '', { location: '/loop' }],
  '/bucket/missing': [
    404,
    'application/xml',
    xmlError('NoSuchKey', 'The specified key does not exist.'),
  ],
  '/bucket/denied': [403, 'application/xml', xmlError('AccessDenied', 'Access Denied')],
  '/bucket/slow-down': [
    503,
    'application/xml',
    xmlError('SlowDown', 'Please reduce your request rate.'),
  ],
}

function answer(request, response) {
  if (request.url === '/reset') return request.socket.destroy()
  if (request.url === '/hang') return undefined
  if (request.url === '/cut') {
    response.writeHead(200, { 'content-length': 1000 })
    response.write('half')
    return setTimeout(() => request.socket.destroy(), 20)
  }
  const target = request.headers['x-amz-target']
  const path = request.url.split('?')[0]
  const [status, type, body, headers] = target
    ? [
        400,
        'application/x-amz-json-1.0',
        JSON.stringify({
          __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
          message: 'The conditional request failed',
        }),
      ]
    : (answers[path] ?? [
        404,
        'application/json',
        JSON.stringify({
          error: { type: 'index_not_found_exception', reason: 'no such index [orders]' },
          status: 404,
        }),
      ])
  response.writeHead(status, {
    'content-type': type,
    'x-elastic-product': 'Elasticsearch',
    'set-cookie': `sid=${secret}`,
    ...headers,
  })
  response.end(body)
  return undefined
}

function refuseMail(socket) {
  socket.write('220 mail.shop.example ESMTP\r\n')
  socket.on('error', () => undefined)
  socket.on('data', (data) => {
    const line = data.toString()
    if (line.startsWith('EHLO')) socket.write('250-mail.shop.example\r\n250 AUTH PLAIN LOGIN\r\n')
    else if (line.startsWith('AUTH')) socket.write('535 5.7.8 Error: authentication failed\r\n')
    else if (line.startsWith('MAIL'))
      socket.write('550 5.1.0 <shop@shop.example>: Sender address rejected\r\n')
    else socket.write('250 ok\r\n')
  })
}

function answerRedis(socket) {
  socket.on('error', () => undefined)
  socket.on('data', (data) => {
    const commands = data.toString().split(/(?=\*\d+\r\n)/)
    for (const command of commands) socket.write(replyTo(command.toUpperCase()))
  })
}

function replyTo(command) {
  if (command.includes('LPUSH'))
    return '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n'
  if (command.includes('SET')) return "-OOM command not allowed when used memory > 'maxmemory'.\r\n"
  if (command.includes('AUTH'))
    return '-WRONGPASS invalid username-password pair or user is disabled.\r\n'
  if (command.includes('HELLO') || command.includes('CLIENT') || command.includes('INFO'))
    return '-ERR unknown command\r\n'
  return '+OK\r\n'
}
