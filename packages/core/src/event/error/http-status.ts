import {
  callMethod,
  isObject,
  readObject,
  readProperty,
  readText,
} from '../../redaction/safe-read.ts'

/** Properties by which errors of HTTP clients are known: their status is the other side's. */
const clientErrorKeys = ['config', 'request', 'response', 'isAxiosError', 'raw', '$metadata']

/**
 * The HTTP status that an error sets for the response: `status` or `statusCode` as http-errors, Fastify and Koa set them, Boom's
 * `output`, Nest's `getStatus()`.
 *
 * @returns `undefined` if it sets none, and for errors of HTTP clients, whose status is that of another server's response
 */
export function statusOf(error: unknown): number | undefined {
  if (!isObject(error) || !mayHaveStatus(error)) return undefined
  const holder = readObject(error, 'properties') ?? error
  const output = readObject(holder, 'output')
  const candidates = [
    readProperty(holder, 'status'),
    readProperty(holder, 'statusCode'),
    output === undefined ? undefined : readProperty(output, 'statusCode'),
    callMethod(holder, 'getStatus'),
  ]
  const status = candidates.find(isStatus)
  // Checked last, since most errors have no status.
  if (status === undefined) return undefined
  const isOfClient = clientErrorKeys.some((key) => readProperty(holder, key) !== undefined)
  return isOfClient ? undefined : status
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

type StatusKey = 'properties' | 'output' | 'status' | 'statusCode' | 'getStatus' | 'code' | 'type'
type Properties = Readonly<Partial<Record<StatusKey, unknown>>>

/** A shortcut: most errors have none of these, and reading each by itself takes many times longer. */
function mayHaveStatus(error: Properties): boolean {
  try {
    const { properties, output, status, statusCode, getStatus } = error
    return isThere(properties ?? output ?? status ?? statusCode ?? getStatus)
  } catch {
    return true
  }
}

function mayBeAborted(error: Properties): boolean {
  try {
    const { code, type } = error
    return isThere(code) || type === 'request.aborted' || mayHaveStatus(error)
  } catch {
    return true
  }
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null

function isStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599
}
