import { once } from 'node:events'
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Client as ElasticClient } from '@elastic/elasticsearch'
import grpc from '@grpc/grpc-js'
import amqp from 'amqplib'
import Redis from 'ioredis'
import { createRemoteJWKSet, jwtVerify, SignJWT } from 'jose'
import jwt from 'jsonwebtoken'
import { Kafka, logLevel } from 'kafkajs'
import nodemailer from 'nodemailer'
import { createClient } from 'redis'
import WebSocket, { WebSocketServer } from 'ws'
import { scenario, secret } from '../scenario.mjs'

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: secret }

function s3(endpoint, options = {}) {
  return new S3Client({
    endpoint,
    region: 'eu-west-1',
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
    ...options,
  })
}

const getObject = (client, Key) => client.send(new GetObjectCommand({ Bucket: 'bucket', Key }))

async function withRedis(port, use, options = {}) {
  const redis = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
    ...options,
  })
  redis.on('error', () => undefined)
  try {
    await redis.connect().catch((error) => {
      if (options.failAtConnect) throw error
    })
    return await use(redis)
  } finally {
    redis.disconnect()
  }
}

export default [
  scenario(
    'aws-s3/no-such-key',
    { must: ['NoSuchKey', 'The specified key does not exist'] },
    ({ http }) => getObject(s3(http), 'missing'),
  ),
  scenario('aws-s3/access-denied', { must: ['AccessDenied'] }, ({ http }) =>
    getObject(s3(http), 'denied'),
  ),
  scenario('aws-s3/slow-down', { must: ['SlowDown'] }, ({ http }) =>
    getObject(s3(http), 'slow-down'),
  ),
  scenario('aws-s3/refused', { must: ['ECONNREFUSED'] }, ({ closed }) =>
    getObject(s3(`http://127.0.0.1:${closed}`), 'x'),
  ),
  scenario('aws-s3/credentials', { must: ['no credentials here'] }, ({ http }) =>
    getObject(
      s3(http, { credentials: async () => Promise.reject(new Error('no credentials here')) }),
      'x',
    ),
  ),
  scenario('aws-dynamodb/condition', { must: ['ConditionalCheckFailedException'] }, ({ http }) =>
    new DynamoDBClient({ endpoint: http, region: 'eu-west-1', credentials, maxAttempts: 1 }).send(
      new PutItemCommand({ TableName: 'orders', Item: { id: { S: '1' } } }),
    ),
  ),
  scenario(
    'elasticsearch/index-not-found',
    { must: ['ResponseError', 'index_not_found_exception'] },
    ({ http }) =>
      new ElasticClient({ node: http, auth: { apiKey: secret }, maxRetries: 0 }).search({
        index: 'orders',
      }),
  ),
  scenario('elasticsearch/refused', { must: ['ConnectionError', 'ECONNREFUSED'] }, ({ closed }) =>
    new ElasticClient({
      node: `http://elastic:${secret}@127.0.0.1:${closed}`,
      maxRetries: 0,
    }).info(),
  ),
  scenario('ioredis/wrong-type', { must: ['ReplyError', 'WRONGTYPE'] }, ({ redis }) =>
    withRedis(redis, (client) => client.lpush('orders', '1')),
  ),
  scenario('ioredis/out-of-memory', { must: ['OOM command not allowed'] }, ({ redis }) =>
    withRedis(redis, (client) => client.set('session', secret)),
  ),
  scenario('ioredis/max-retries', {}, ({ closed }) =>
    withRedis(closed, (client) => client.get('x')),
  ),
  scenario('ioredis/refused', { must: ['ECONNREFUSED'] }, async ({ closed }) => {
    const client = new Redis({
      host: '127.0.0.1',
      port: closed,
      password: secret,
      lazyConnect: true,
      retryStrategy: () => null,
    })
    const [error] = await Promise.all([
      once(client, 'error'),
      client.connect().catch(() => undefined),
    ]).then(([first]) => first)
    throw error
  }),
  scenario('redis/refused', { must: ['ECONNREFUSED'] }, async ({ closed }) => {
    const client = createClient({
      url: `redis://:${secret}@127.0.0.1:${closed}`,
      socket: { reconnectStrategy: false },
    })
    client.on('error', () => undefined)
    await client.connect()
  }),
  scenario('redis/wrong-password', { must: ['WRONGPASS'] }, async ({ redis }) => {
    const client = createClient({
      url: `redis://app:${secret}@127.0.0.1:${redis}`,
      socket: { reconnectStrategy: false },
    })
    client.on('error', () => undefined)
    await client.connect()
  }),
  scenario('redis/closed', { must: ['The client is closed'] }, () => createClient().get('x')),
  scenario('amqplib/refused', { must: ['ECONNREFUSED'] }, ({ closed }) =>
    amqp.connect(`amqp://app:${secret}@127.0.0.1:${closed}`),
  ),
  scenario('amqplib/bad-greeting', {}, ({ garbage }) =>
    amqp.connect(`amqp://app:${secret}@127.0.0.1:${garbage}`),
  ),
  scenario('kafkajs/refused', { must: ['KafkaJS'] }, async ({ closed }) => {
    const kafka = new Kafka({
      brokers: [`127.0.0.1:${closed}`],
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
      sasl: { mechanism: 'plain', username: 'app', password: secret },
    })
    await kafka.producer().connect()
  }),
  scenario('kafkajs/no-brokers', { must: ['KafkaJS'] }, async () =>
    new Kafka({ brokers: [], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin().connect(),
  ),
  scenario('grpc/unavailable', { must: ['UNAVAILABLE'] }, ({ closed }) =>
    callGrpc(`127.0.0.1:${closed}`),
  ),
  scenario('grpc/deadline', { must: ['DEADLINE_EXCEEDED'] }, ({ silent }) =>
    callGrpc(`127.0.0.1:${silent}`),
  ),
  scenario('grpc/application', { must: ['INVALID_ARGUMENT', 'amount is negative'] }, async () => {
    const server = new grpc.Server()
    server.addService(service, {
      charge: (_call, respond) =>
        respond({ code: grpc.status.INVALID_ARGUMENT, details: 'amount is negative' }),
    })
    const port = await new Promise((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    )
    try {
      await callGrpc(`127.0.0.1:${port}`)
    } finally {
      server.forceShutdown()
    }
  }),
  scenario('nodemailer/authentication', { must: ['EAUTH', '535'] }, ({ smtp }) =>
    mail(smtp, { auth: { user: 'shop', pass: secret } }),
  ),
  scenario('nodemailer/envelope', { must: ['EENVELOPE'] }, ({ smtp }) => mail(smtp, {})),
  scenario('nodemailer/refused', { must: ['ECONNREFUSED'] }, ({ closed }) =>
    mail(closed, { auth: { user: 'shop', pass: secret } }),
  ),
  scenario('nodemailer/no-recipients', { must: ['No recipients defined'] }, ({ smtp }) =>
    mail(smtp, {}, { to: undefined }),
  ),
  scenario('jsonwebtoken/expired', { must: ['TokenExpiredError', 'jwt expired'] }, () =>
    jwt.verify(jwt.sign({ sub: 'ann', exp: 1_700_000_000 }, secret), secret),
  ),
  scenario('jsonwebtoken/signature', { must: ['JsonWebTokenError', 'invalid signature'] }, () =>
    jwt.verify(jwt.sign({}, 'other'), secret),
  ),
  scenario('jsonwebtoken/malformed', { must: ['jwt malformed'] }, () =>
    jwt.verify('nonsense', secret),
  ),
  scenario('jsonwebtoken/not-active', { must: ['NotBeforeError'] }, () =>
    jwt.verify(jwt.sign({ nbf: 4_000_000_000 }, secret), secret),
  ),
  scenario('jose/expired', { must: ['JWTExpired', 'ERR_JWT_EXPIRED'] }, async () => {
    const key = new TextEncoder().encode(secret)
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(1_700_000_000)
      .sign(key)
    await jwtVerify(token, key)
  }),
  scenario('jose/jwks', { must: ['JSON Web Key Set'] }, async ({ http }) => {
    const token = jwt.sign({}, secret, { keyid: 'k1', algorithm: 'HS256' })
    await jwtVerify(token, createRemoteJWKSet(new URL(`${http}/status/404`)))
  }),
  scenario('ws/refused', { must: ['ECONNREFUSED'] }, ({ closed }) =>
    wsError(`ws://127.0.0.1:${closed}`),
  ),
  scenario(
    'ws/unexpected-response',
    { must: ['Unexpected server response: 404'] },
    ({ httpPort }) => wsError(`ws://127.0.0.1:${httpPort}/status/404`),
  ),
  scenario('ws/max-payload', { must: ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'] }, async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 4 })
    const failed = new Promise((_resolve, reject) =>
      server.on('connection', (socket) => socket.on('error', reject)),
    )
    await once(server, 'listening')
    const client = new WebSocket(`ws://127.0.0.1:${server.address().port}`)
    client.on('error', () => undefined)
    client.on('open', () => client.send('too long'))
    await failed.finally(() => {
      client.terminate()
      server.close()
    })
  }),
]

const service = {
  charge: {
    path: '/shop.Billing/Charge',
    requestStream: false,
    responseStream: false,
    requestSerialize: (value) => Buffer.from(JSON.stringify(value)),
    requestDeserialize: (bytes) => JSON.parse(bytes.toString()),
    responseSerialize: (value) => Buffer.from(JSON.stringify(value)),
    responseDeserialize: (bytes) => JSON.parse(bytes.toString()),
  },
}

function callGrpc(address) {
  const Client = grpc.makeGenericClientConstructor(service, 'Billing')
  const client = new Client(address, grpc.credentials.createInsecure())
  const metadata = new grpc.Metadata()
  metadata.set('authorization', `Bearer ${secret}`)
  return new Promise((resolve, reject) =>
    client.charge({}, metadata, { deadline: Date.now() + 300 }, (error, answer) => {
      client.close()
      return error ? reject(error) : resolve(answer)
    }),
  )
}

function mail(port, options, message = {}) {
  const transport = nodemailer.createTransport({
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    ...options,
  })
  return transport.sendMail({
    from: 'shop@shop.example',
    to: 'ann@shop.example',
    text: 'paid',
    ...message,
  })
}

function wsError(url) {
  return new Promise((_resolve, reject) =>
    new WebSocket(url, { headers: { authorization: secret } }).on('error', reject),
  )
}
