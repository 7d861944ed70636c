import { classifyBroken } from './classify-broken.ts'
import { classifyCode, classifyStatus } from './classify-response.ts'
import type { Failure } from './send-result.ts'
import { retryMs } from './slack-client.ts'

/** An error of the SDK, as far as it is read. An instance check would need the SDK loaded here. */
export interface SdkError {
  readonly code: string
  readonly data: { readonly error?: unknown; readonly needed?: unknown }
  readonly retryAfter: number
  readonly statusCode: number
}

/** The reaction to what the SDK throws. */
export function classifySdkError(error: unknown): Failure {
  const failure = error as Partial<SdkError>
  switch (failure.code) {
    case 'slack_webapi_platform_error':
      return classifyCode(String(failure.data?.error))
    case 'slack_webapi_rate_limited_error':
      return classifyCode('ratelimited', retryMs(failure.retryAfter))
    case 'slack_webapi_http_error':
      return classifyStatus(failure.statusCode ?? 0)
    case 'slack_webapi_file_upload_invalid_args_error':
    case 'slack_webapi_file_upload_read_file_data_error':
      return { status: 'refused', reason: failure.code }
    default:
      return classifyBroken(error)
  }
}

/** The scope that was missing, if the SDK says so. */
export function missingScope(error: unknown): string | undefined {
  const { data } = error as Partial<SdkError>
  return data?.error === 'missing_scope' && typeof data.needed === 'string'
    ? data.needed
    : undefined
}
