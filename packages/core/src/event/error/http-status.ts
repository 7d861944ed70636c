import { isObject, readObject, readProperty, readText } from '../../redaction/safe-read.ts'

/** Properties by which errors of HTTP clients are known: their status is the other side's. */
const clientErrorKeys = ['config', 'request', 'response', 'isAxiosError', 'raw', '$metadata']

/** What may tell a status or an end that the client wanted. */
type Telling = Readonly<
  Partial<
    Record<
      'properties' | 'output' | 'status' | 'statusCode' | 'getStatus' | 'code' | 'type',
      unknown
    >
  >
>

/**
 * The HTTP status that an error asks to be answered with: `status` or `statusCode` as http-errors, Fastify and Koa set them, Boom's
 * `output`, Nest's `getStatus()`.
 *
 * @returns `undefined` if it asks for none, and for errors of HTTP clients, whose status is what somebody else answered
 */
export function statusOf(error: unknown): number | undefined {
  if (!isObject(error) || !mayHaveStatus(error)) return undefined
  const holder = readObject(error, 'properties') ?? error
  const output = readObject(holder, 'output')
  const candidates = [
    readProperty(holder, 'status'),
    readProperty(holder, 'statusCode'),
    output === undefined ? undefined : readProperty(output, 'statusCode'),
    callGetStatus(holder),
  ]
  const status = candidates.find(isStatus)
  const isOfClient = (): boolean =>
    clientErrorKeys.some((key) => readProperty(holder, key) !== undefined)
  // Asked last, since most errors have no status.
  return status === undefined || isOfClient() ? undefined : status
}

/** True if the client went away before it had its answer. */
export function isAborted(error: unknown): boolean {
  if (!isObject(error) || !mayBeAborted(error)) return false
  if (statusOf(error) === 499) return true
  const code = readText(error, 'code')
  const message = readText(error, 'message') ?? ''
  if (code === 'ERR_STREAM_PREMATURE_CLOSE') return true
  if (code === 'ECONNRESET') return message === 'aborted'
  const type = readText(readObject(error, 'properties') ?? error, 'type')
  return type === 'request.aborted' || (code === 'ECONNABORTED' && message === 'request aborted')
}

/** Most errors cannot, which is seen many times faster so than by reading each property with care. */
export function mayHaveStatus(error: Telling): boolean {
  try {
    const { properties, output, status, statusCode, getStatus } = error
    return isThere(properties ?? output ?? status ?? statusCode ?? getStatus)
  } catch {
    return true
  }
}

function mayBeAborted(error: Telling): boolean {
  try {
    const { code, type } = error
    return isThere(code) || type === 'request.aborted' || mayHaveStatus(error)
  } catch {
    return true
  }
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null

function callGetStatus(error: object): unknown {
  const getStatus = readProperty(error, 'getStatus')
  if (typeof getStatus !== 'function') return undefined
  try {
    return Reflect.apply(getStatus, error, [])
  } catch {
    // It has none to give.
    return undefined
  }
}

function isStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599
}
