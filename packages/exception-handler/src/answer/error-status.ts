import { callMethod, readProperty } from '../read-safely.ts'
import { isUpstreamError } from './upstream-error.ts'

/** The status that an error was given by the service or its framework, if any. */
export function carriedStatus(error: unknown): number | undefined {
  const candidates = [
    callMethod(error, 'getStatus'),
    readProperty(readProperty(error, 'output'), 'statusCode'),
    readProperty(error, 'status'),
    readProperty(error, 'statusCode'),
  ]
  const status = candidates.find(isErrorStatus)
  return status === undefined || isUpstreamError(error) ? undefined : status
}

/** True for a number that an HTTP answer to a failed request can have. */
export function isErrorStatus(status: unknown): status is number {
  return Number.isInteger(status) && Number(status) >= 400 && Number(status) <= 599
}
