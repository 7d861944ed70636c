import { readText } from '../../redaction/safe-read.ts'
import type { StackFrame } from '../log-event.ts'
import { parseStack } from '../stack.ts'

/** Where an error comes from, as far as its stack shows. */
interface StackOrigin {
  /**
   * `service`: the service's own code, its web framework or a middleware; `library`: the asynchronous work of a library or of
   * Node's HTTP client, as when an SDK has received an answer.
   */
  readonly by: 'service' | 'library' | undefined
  /** What was going on: a request of a client, or a timer or job. */
  readonly during: 'request' | 'job' | undefined
}

/** Where pino's serializer appends the stacks of the causes. */
const causeMarker = '\ncaused by: '

/**
 * Reads where an error comes from.
 *
 * The answer of another server can only arrive asynchronously. So an error that the service makes with the help of a library
 * (`throw new NotFound()`) has the service's code, or the framework that called the middleware, among its synchronous frames;
 * in the error of an SDK there are frames of libraries and of Node alone.
 */
export function readStackOrigin(error: unknown): StackOrigin {
  const frames = framesOf(error)
  return { by: readMaker(frames), during: readWork(frames) }
}

/** True for the error of a connection or a stream that Node's HTTP server saw closed. */
export function isMadeByHttpServer(error: unknown): boolean {
  return framesOf(error).some(
    (frame) =>
      serverObject.test(frame.function ?? '') ||
      // Of a request that is just being handled.
      (isOfHttpServer(frame) && !/^(?:parserOn|Server\.)/.test(frame.function ?? '')),
  )
}

function framesOf(error: unknown): readonly StackFrame[] {
  const [stack = ''] = readText(error, 'stack')?.split(causeMarker, 1) ?? []
  return parseStack(stack)
}

const serverObject = /^(?:ServerResponse|ServerHttp2Stream|Http2Server(?:Request|Response))\./

function readMaker(frames: readonly StackFrame[]): StackOrigin['by'] {
  let maker: StackOrigin['by']
  for (const frame of frames) {
    const isEarlierTurn = frame.text.startsWith('at async ')
    if (maker !== undefined && (isEarlierTurn || endsTurn(frame))) return maker
    const from = makerOf(frame)
    // Without any frame of this turn, the function that was waiting decides.
    if (from === 'service' || isEarlierTurn) return from
    maker = from ?? maker
  }
  return maker
}

function endsTurn(frame: StackFrame): boolean {
  return frame.function?.endsWith('processTicksAndRejections') === true
}

function makerOf(frame: StackFrame): StackOrigin['by'] {
  if (frame.isInApp || isOfServer(frame)) return 'service'
  return packageOf(frame) !== undefined || httpClient.test(frame.file ?? '') ? 'library' : undefined
}

function readWork(frames: readonly StackFrame[]): StackOrigin['during'] {
  if (frames.some((frame) => jobPackage.test(packageOf(frame) ?? ''))) return 'job'
  if (frames.some(isOfServer)) return 'request'
  return frames.some(isOfTimer) ? 'job' : undefined
}

const httpClient = /^node:(?:_http_client|internal\/deps\/undici)/

/** True for a frame of Node's HTTP server, a web framework or a middleware. */
export function isOfServer(frame: StackFrame): boolean {
  return isOfHttpServer(frame) || serverPackage.test(packageOf(frame) ?? '')
}

function isOfHttpServer({ file }: StackFrame): boolean {
  return /^node:(?:_http_server|internal\/http2\/compat)/.test(file ?? '')
}

function isOfTimer(frame: StackFrame): boolean {
  return /^(?:listOnTimeout$|Timeout\.)/.test(frame.function ?? '')
}

/** Web frameworks and what is named after one; parsers and middlewares; makers of errors for answers. */
const serverPackage = new RegExp(
  [
    '^@?(?:adonisjs|express|fastify|feathersjs|hapi|hono|koa|loopback|nestjs|restify|tsed|vinejs)(?:[/-]|$)',
    '[/-](?:express|fastify|hapi|hono|koa|nestjs|restify)(?:-|$)',
    '^(?:connect|passport)(?:-|$)|(?:^|/)oauth2-server$|(?:^|-)router$',
    '^(?:body-parser|celebrate|co-body|find-my-way|h3|http-assert|multer|objection|polka|raw-body|routing-controllers|send)$',
    '(?:^|[/-])http-?(?:errors?|exceptions?)(?:-|$)',
  ].join('|'),
)

/** Schedulers and queues. */
const jobPackage =
  /^(?:@nestjs\/(?:bull|bullmq|microservices|schedule)|agenda|amqplib|bee-queue|bree|bull|bullmq|cron|croner|graphile-worker|kafkajs|node-cron|node-schedule|pg-boss|sqs-consumer|toad-scheduler)$/

const packageFolder = /[/\\]node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\.@][^/\\]*)/g

/** The package of a frame, as in `'@scope/name'`; `undefined` for other files. */
function packageOf({ file }: StackFrame): string | undefined {
  if (file === undefined || !file.includes('node_modules')) return undefined
  const name = [...file.matchAll(packageFolder)].at(-1)?.[1]
  return name?.replace('\\', '/')
}
