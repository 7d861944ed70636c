// Packages that fail as they fail in services: each function is one call of a service, each entry of `failures` one reason why it fails.
// `n` differs from run to run, as ids do.
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { execa } from 'execa'
import axios from 'axios'
import { Ajv } from 'ajv'
import { parse as parseCsv } from 'csv-parse/sync'
import ejs from 'ejs'
import { XMLValidator } from 'fast-xml-parser'
import got from 'got'
import { buildSchema, parse as parseGraphql, validate as validateGraphql } from 'graphql'
import Handlebars from 'handlebars'
import { Redis } from 'ioredis'
import Joi from 'joi'
import { jwtVerify, SignJWT } from 'jose'
import * as yaml from 'js-yaml'
import jwt from 'jsonwebtoken'
import { Kafka, logLevel } from 'kafkajs'
import ky from 'ky'
import { MongoClient } from 'mongodb'
import mongoose from 'mongoose'
import mysql from 'mysql2/promise'
import fetchOfNode from 'node-fetch'
import { createTransport } from 'nodemailer'
import OpenAI from 'openai'
import CircuitBreaker from 'opossum'
import pRetry from 'p-retry'
import pTimeout from 'p-timeout'
import pg from 'pg'
import { createClient } from 'redis'
import { DataTypes, Sequelize } from 'sequelize'
import sharp from 'sharp'
import Stripe from 'stripe'
import superagent from 'superagent'
import { DataSource, EntitySchema } from 'typeorm'
import { fetch as undiciFetch, request } from 'undici'
import { WebSocket } from 'ws'
import * as yup from 'yup'
import { z } from 'zod'
import amqp from 'amqplib'
import grpc from '@grpc/grpc-js'
import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3'

const n = Number(process.argv[2] ?? 1) * 7919
/** The same at each start, and nobody listens there: each dependency has ports of its own. */
const ports = new Map()
function closed(name) {
  if (!ports.has(name)) ports.set(name, 5_400 + ports.size)
  return ports.get(name)
}

const upstream = createServer((req, res) => {
  const status = Number(/\/(\d{3})/.exec(req.url)?.[1] ?? 500)
  if (req.url.includes('/hang')) return
  if (req.url.includes('/reset')) return void req.socket.destroy()
  if (req.url.includes('/html')) return void res.writeHead(200).end('<html>busy</html>')
  res.writeHead(status, { 'content-type': 'application/json', 'x-request-id': `req_${n}` })
  res.end(JSON.stringify({ error: { message: `order ${n} failed`, type: 'api_error' } }))
}).listen(0)
const base = () => `http://127.0.0.1:${upstream.address().port}`

/** Accepts connections and closes them at once. */
const closing = createTcpServer((socket) => socket.destroy()).listen(0)
const closingPort = () => closing.address().port

const stop = (promise) => promise.finally(() => undefined)

async function loadWithPg(options) {
  const client = new pg.Client({ host: '127.0.0.1', user: 'shop', ...options })
  client.on('error', () => undefined)
  await client.connect()
  return client.query('select 1')
}
async function loadWithPool(options) {
  const pool = new pg.Pool({ host: '127.0.0.1', user: 'shop', ...options })
  return stop(pool.query('select $1', [n]))
}
async function loadWithMysql(options) {
  const connection = await mysql.createConnection({ host: '127.0.0.1', user: 'shop', ...options })
  return connection.query('select 1')
}
async function loadWithMongo(url, options = {}) {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 50, ...options })
  return stop(client.db('shop').collection('orders').findOne({ id: n }))
}
async function loadWithRedis(options) {
  const client = new Redis({ host: '127.0.0.1', retryStrategy: () => null, ...options })
  client.on('error', () => undefined)
  return client.get(`order:${n}`)
}
async function connectToRedis(url) {
  const client = createClient({ url, socket: { reconnectStrategy: false } })
  client.on('error', () => undefined)
  await client.connect()
}
async function publish(brokers) {
  const options = { clientId: 'shop', brokers, logLevel: logLevel.NOTHING }
  const kafka = new Kafka({ ...options, retry: { retries: 0 }, connectionTimeout: 200 })
  const producer = kafka.producer()
  await producer.connect()
}
async function queue(url) {
  const connection = await amqp.connect(url)
  return connection.createChannel()
}
const charge = (path, options = {}) => axios.get(`${base()}${path}/${n}`, options)
const chargeAt = (url) => axios.get(url)
const download = (path, options = {}) =>
  got(`${base()}${path}/${n}`, { retry: { limit: 0 }, ...options }).json()
const downloadFrom = (url) => got(url, { retry: { limit: 0 } }).json()
const lookUp = (path, options = {}) => ky(`${base()}${path}/${n}`, { retry: 0, ...options }).json()
const lookUpAt = (url) => ky(url, { retry: 0 }).json()
async function ask(url, options) {
  const answer = await fetch(url, options)
  if (!answer.ok) throw new Error(`GET ${new URL(url).pathname} answered ${answer.status}`)
  return answer.json()
}
const askWithUndici = (url) => undiciFetch(url).then((answer) => answer.json())
async function requestWithUndici(url, options) {
  const { body } = await request(url, options)
  return body.json()
}
const askWithNodeFetch = (url, options) => fetchOfNode(url, options).then((answer) => answer.json())
const askWithSuperagent = (url) => superagent.get(url).timeout(300)
const complete = (path) =>
  new OpenAI({ apiKey: 'k', baseURL: `${base()}${path}`, maxRetries: 0 }).chat.completions.create({
    model: 'm',
    messages: [],
  })
function stripe(port) {
  const client = new Stripe('sk', {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
  })
  return client.customers.retrieve(`cus_${n}`)
}
function readObject(endpoint) {
  const client = new S3Client({
    endpoint,
    region: 'eu-west-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  return client.send(new GetObjectCommand({ Bucket: 'shop', Key: `orders/${n}` }))
}
function mail(options) {
  const transport = createTransport({ host: '127.0.0.1', connectionTimeout: 300, ...options })
  return transport.sendMail({ from: 'a@shop.example', to: `u${n}@shop.example`, text: 'x' })
}
function open(url) {
  return new Promise((resolve, reject) =>
    new WebSocket(url).on('open', resolve).on('error', reject),
  )
}
const bytes = (value) => Buffer.from(String(value))
function call(address) {
  const client = new grpc.Client(address, grpc.credentials.createInsecure())
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + 2000
    client.makeUnaryRequest('/shop.Orders/Get', bytes, String, n, { deadline }, (error, answer) =>
      error ? reject(error) : resolve(answer),
    )
  })
}
const orderOfZod = z.object({ id: z.number(), address: z.object({ city: z.string() }) })
const readOrder = (input) => orderOfZod.parse(input)
const userOfZod = z.object({ email: z.email() })
const readUser = (input) => userOfZod.parse(input)
const ajv = new Ajv({ allErrors: true })
const isOrder = ajv.compile({
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'number' } },
})
function checkOrder(input) {
  if (!isOrder(input))
    throw Object.assign(new Error(ajv.errorsText(isOrder.errors)), { errors: isOrder.errors })
}
const compileSchema = (schema) => new Ajv({ strict: true }).compile(schema)
const orderOfJoi = Joi.object({ id: Joi.number().required() })
const readWithJoi = (input) => Joi.attempt(input, orderOfJoi)
const orderOfYup = yup.object({ id: yup.number().required(), city: yup.string().required() })
const readWithYup = (input) => orderOfYup.validate(input)
const verify = (token, options) => jwt.verify(token, 'secret', options)
const verifyWithJose = (token) => jwtVerify(token, new TextEncoder().encode('a secret of shop'))
const signWithJose = (claims, expires) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode('a secret of shop'))
const resize = (input) => sharp(input).resize(10).toBuffer()
const schema = buildSchema('type Query { order(id: Int): String }')
function query(text) {
  const document = parseGraphql(text)
  const [error] = validateGraphql(schema, document)
  if (error) throw error
}
const importRows = (text) => parseCsv(text, { columns: true })
function importXml(text) {
  const result = XMLValidator.validate(text)
  if (result !== true) throw new Error(`XML: ${result.err.code}`)
}
const readSettings = (text) => yaml.load(text)
const render = (template, values) => ejs.render(template, values)
const renderMail = (template, values) => Handlebars.compile(template, { strict: true })(values)
const run = (command, args) => execa(command, args)
const retried = (work) => pRetry(work, { retries: 1, minTimeout: 1 })
const limited = (work) => pTimeout(work, { milliseconds: 20 })
const breaker = new CircuitBreaker((work) => work(), {
  timeout: 20,
  errorThresholdPercentage: 1,
  volumeThreshold: 100,
})
const guarded = (work) => breaker.fire(work)
async function saveWithMongoose(order) {
  const Order =
    mongoose.models.Order ??
    mongoose.model(
      'Order',
      new mongoose.Schema({ total: Number, city: { type: String, required: true } }),
    )
  await new Order(order).validate()
}
async function loadWithMongoose(key) {
  const Item =
    mongoose.models.Item ??
    mongoose.model('Item', new mongoose.Schema({ total: Number }, { bufferTimeoutMS: 20 }))
  return Item.findById(key)
}
async function connectWithSequelize(port) {
  const sequelize = new Sequelize('shop', 'shop', 'x', {
    host: '127.0.0.1',
    port,
    dialect: 'postgres',
    logging: false,
    retry: { max: 0 },
  })
  await sequelize.authenticate()
}
async function validateWithSequelize(values) {
  const sequelize = new Sequelize('shop', 'shop', 'x', { dialect: 'postgres', logging: false })
  const User = sequelize.define('User', {
    name: { type: DataTypes.STRING, allowNull: false },
    age: { type: DataTypes.INTEGER, validate: { isInt: true } },
  })
  await User.build(values).validate()
}
let source
async function openSqlite() {
  const Order = new EntitySchema({
    name: 'Order',
    columns: { id: { type: Number, primary: true }, city: { type: String, unique: true } },
  })
  source ??= await new DataSource({
    type: 'sqljs',
    entities: [Order],
    synchronize: true,
  }).initialize()
  return source
}
const runSql = async (sql, values) => (await openSqlite()).query(sql, values)
const insertOrder = async (order) => (await openSqlite()).getRepository('Order').insert(order)
const findOrder = async (id) =>
  (await openSqlite()).getRepository('Order').findOneOrFail({ where: { id } })
async function connectWithTypeorm(port) {
  await new DataSource({ type: 'postgres', host: '127.0.0.1', port }).initialize()
}

const sleep = () => new Promise((resolve) => setTimeout(resolve, 200))
const expired = jwt.sign({ id: n }, 'secret', { expiresIn: -n })
const foreign = jwt.sign({ id: n }, 'another secret')

export const failures = {
  'pg: port': () => loadWithPg({ port: closed('pg') }),
  'pg: other port': () => loadWithPg({ port: closed('other pg') }),
  'pg: host': () => loadWithPg({ host: 'db.invalid' }),
  'pg: closed': () => loadWithPg({ port: closingPort() }),
  'pg-pool: port': () => loadWithPool({ port: closed('pg-pool') }),
  'pg-pool: other port': () => loadWithPool({ port: closed('other pg-pool') }),
  'mysql2: port': () => loadWithMysql({ port: closed('mysql2') }),
  'mysql2: other port': () => loadWithMysql({ port: closed('other mysql2') }),
  'mysql2: closed': () => loadWithMysql({ port: closingPort() }),
  'mongodb: port': () => loadWithMongo(`mongodb://127.0.0.1:${closed('mongodb')}`),
  'mongodb: other port': () => loadWithMongo(`mongodb://127.0.0.1:${closed('other mongodb')}`),
  'mongodb: closed': () => loadWithMongo(`mongodb://127.0.0.1:${closingPort()}`),
  'mongodb: address': () => loadWithMongo(`http://127.0.0.1:${closed('mongodb')}`),
  'ioredis: port': () => loadWithRedis({ port: closed('ioredis'), maxRetriesPerRequest: 0 }),
  'redis: port': () => connectToRedis(`redis://127.0.0.1:${closed('redis')}`),
  'redis: other port': () => connectToRedis(`redis://127.0.0.1:${closed('other redis')}`),
  'kafkajs: port': () => publish([`127.0.0.1:${closed('kafkajs')}`]),
  'kafkajs: other port': () => publish([`127.0.0.1:${closed('other kafkajs')}`]),
  'amqplib: port': () => queue(`amqp://127.0.0.1:${closed('amqplib')}`),
  'amqplib: other port': () => queue(`amqp://127.0.0.1:${closed('other amqplib')}`),
  'amqplib: closed': () => queue(`amqp://127.0.0.1:${closingPort()}`),
  'axios: 404': () => charge('/404'),
  'axios: 503': () => charge('/503'),
  'axios: timeout': () => charge('/hang', { timeout: 30 }),
  'axios: reset': () => charge('/reset'),
  'axios: port': () => chargeAt(`http://127.0.0.1:${closed('axios')}/${n}`),
  'axios: other port': () => chargeAt(`http://127.0.0.1:${closed('other axios')}/${n}`),
  'axios: host': () => chargeAt(`http://acquirer.invalid/${n}`),
  'got: 404': () => download('/404'),
  'got: 503': () => download('/503'),
  'got: timeout': () => download('/hang', { timeout: { request: 30 } }),
  'got: no JSON': () => download('/html'),
  'got: port': () => downloadFrom(`http://127.0.0.1:${closed('got')}/${n}`),
  'got: other port': () => downloadFrom(`http://127.0.0.1:${closed('other got')}/${n}`),
  'ky: 404': () => lookUp('/404'),
  'ky: 503': () => lookUp('/503'),
  'ky: timeout': () => lookUp('/hang', { timeout: 30 }),
  'ky: port': () => lookUpAt(`http://127.0.0.1:${closed('ky')}/${n}`),
  'ky: other port': () => lookUpAt(`http://127.0.0.1:${closed('other ky')}/${n}`),
  'fetch: 404': () => ask(`${base()}/404/${n}`),
  'fetch: 503': () => ask(`${base()}/503/${n}`),
  'fetch: port': () => ask(`http://127.0.0.1:${closed('fetch')}/${n}`),
  'fetch: other port': () => ask(`http://127.0.0.1:${closed('other fetch')}/${n}`),
  'fetch: host': () => ask(`http://acquirer.invalid/${n}`),
  'fetch: reset': () => ask(`${base()}/reset/${n}`),
  'fetch: timeout': () => ask(`${base()}/hang`, { signal: AbortSignal.timeout(30) }),
  'fetch: no JSON': () => ask(`${base()}/html`),
  'undici fetch: port': () => askWithUndici(`http://127.0.0.1:${closed('undici fetch')}/${n}`),
  'undici fetch: other port': () =>
    askWithUndici(`http://127.0.0.1:${closed('other undici fetch')}/${n}`),
  'undici: port': () => requestWithUndici(`http://127.0.0.1:${closed('undici')}/${n}`),
  'undici: timeout': () => requestWithUndici(`${base()}/hang`, { headersTimeout: 30 }),
  'undici: no JSON': () => requestWithUndici(`${base()}/html`),
  'node-fetch: port': () => askWithNodeFetch(`http://127.0.0.1:${closed('node-fetch')}/${n}`),
  'node-fetch: other port': () =>
    askWithNodeFetch(`http://127.0.0.1:${closed('other node-fetch')}/${n}`),
  'node-fetch: no JSON': () => askWithNodeFetch(`${base()}/html`),
  'superagent: 404': () => askWithSuperagent(`${base()}/404/${n}`),
  'superagent: 503': () => askWithSuperagent(`${base()}/503/${n}`),
  'superagent: timeout': () => askWithSuperagent(`${base()}/hang`),
  'superagent: port': () => askWithSuperagent(`http://127.0.0.1:${closed('superagent')}/${n}`),
  'openai: 401': () => complete('/401'),
  'openai: 429': () => complete('/429'),
  'openai: reset': () => complete('/reset'),
  'stripe: 500': () => stripe(upstream.address().port),
  'stripe: port': () => stripe(closed('stripe')),
  'aws-sdk: answer': () => readObject(base()),
  'aws-sdk: port': () => readObject(`http://127.0.0.1:${closed('aws-sdk')}`),
  'nodemailer: port': () => mail({ port: closed('nodemailer') }),
  'nodemailer: other port': () => mail({ port: closed('other nodemailer') }),
  'nodemailer: closed': () => mail({ port: closingPort() }),
  'ws: port': () => open(`ws://127.0.0.1:${closed('ws')}/${n}`),
  'ws: 404': () => open(`${base().replace('http', 'ws')}/404/${n}`),
  'ws: 503': () => open(`${base().replace('http', 'ws')}/503/${n}`),
  'grpc: port': () => call(`127.0.0.1:${closed('grpc')}`),
  'grpc: other port': () => call(`127.0.0.1:${closed('other grpc')}`),
  'zod: order': () => readOrder({ id: `o${n}`, address: {} }),
  'zod: user': () => readUser({ email: `u${n}` }),
  'ajv: order': () => checkOrder({ id: `o${n}` }),
  'ajv: schema': () => compileSchema({ type: 'object', propertis: {} }),
  'joi: order': () => readWithJoi({ id: `o${n}` }),
  'yup: order': () => readWithYup({ id: `o${n}` }),
  'jsonwebtoken: expired': () => verify(expired),
  'jsonwebtoken: signature': () => verify(foreign),
  'jsonwebtoken: malformed': () => verify(`token${n}`),
  'jose: expired': async () => verifyWithJose(await signWithJose({ id: n }, 1)),
  'jose: malformed': () => verifyWithJose(`token${n}`),
  'sharp: format': () => resize(Buffer.from(`no image ${n}`)),
  'sharp: file': () => resize(`/nowhere/${n}.png`),
  'graphql: syntax': () => query('{ order('),
  'graphql: field': () => query('{ orders }'),
  'csv-parse: columns': () => importRows(`a,b\n${n},2,3`),
  'csv-parse: quote': () => importRows(`a,b\n"${n},2`),
  'fast-xml-parser: tag': () => importXml(`<a><b>${n}</a>`),
  'js-yaml: indentation': () => readSettings(`a: ${n}\n b: 2`),
  'ejs: variable': () => render('<%= order.city %>', { id: n }),
  'handlebars: variable': () => renderMail('{{order}}', { id: n }),
  'execa: exit': () => run('node', ['-e', 'process.exit(3)']),
  'execa: command': () => run('no-such-command', [String(n)]),
  'p-retry: text': () =>
    retried(() => {
      throw new Error(`order ${n} is locked`)
    }),
  'p-retry: port': () => retried(() => chargeAt(`http://127.0.0.1:${closed('p-retry')}/${n}`)),
  'p-timeout': () => limited(sleep()),
  'opossum: timeout': () => guarded(sleep),
  'opossum: failure': () =>
    guarded(async () => {
      throw new RangeError(`order ${n} is closed('opossum')`)
    }),
  'mongoose: validation': () => saveWithMongoose({ total: `t${n}` }),
  'mongoose: cast': () => loadWithMongoose(`no id ${n}`),
  'mongoose: buffering': () => loadWithMongoose('507f1f77bcf86cd799439011'),
  'sequelize: port': () => connectWithSequelize(closed('sequelize')),
  'sequelize: other port': () => connectWithSequelize(closed('other sequelize')),
  'sequelize: validation': () => validateWithSequelize({ age: n }),
  'typeorm: table': () => runSql('select * from invoices where id = ?', [n]),
  'typeorm: syntax': () => runSql(`selec ${n}`),
  'typeorm: unique': async () => {
    await insertOrder({ id: n, city: `c${n}` }).catch(() => undefined)
    await insertOrder({ id: n + 1, city: `c${n}` })
  },
  'typeorm: not found': () => findOrder(-n),
  'typeorm: port': () => connectWithTypeorm(closed('typeorm')),
}
