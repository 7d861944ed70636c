/**
 * Readers for adapters, by the name `@slack-logger/core/reading`: they read errors, requests and users that may be anything, and
 * never throw.
 *
 * @module
 */
export { clientGoneStatus, readAbort } from './event/error/http-status.ts'
export {
  isErrorStatus,
  isUpstreamError,
  type OwnStatus,
  readOwnStatus,
} from './event/error/http-status.ts'
export { describeUser, findUser, redactorFor, secretsInPath } from './event/request.ts'
export { readClientIp, type TrustProxy } from './event/request.ts'
export type { RequestUser } from './event/log-event.ts'
export { cutText } from './redaction/bounded-text.ts'
export { hideTexts } from './redaction/redactor.ts'
export {
  callMethod,
  isError,
  isList,
  isObject,
  isTagged,
  keysOf,
  readList,
  readProperty,
  readText,
  withoutKeys,
} from './redaction/safe-read.ts'
