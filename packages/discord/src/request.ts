import { randomUUID } from 'node:crypto'
import type { HttpRequest, TextFile } from '@slack-logger/core'
import type { DiscordTarget } from './options.ts'
import type { Route } from './rate-limits.ts'

/** A call of Discord's API. */
export interface ApiCall {
  readonly method: NonNullable<HttpRequest['method']>
  /** Below the target's address, with its query. */
  readonly path: string
  readonly route: Route
  readonly body?: object
  readonly file?: TextFile | undefined
}

/** The HTTP request of a call. */
export function httpRequest(call: ApiCall, { url, authorization }: DiscordTarget): HttpRequest {
  const { method, path, body, file } = call
  const headers = {
    'user-agent': 'DiscordBot (@slack-logger/discord, 0.1)',
    ...(authorization !== undefined && { authorization }),
  }
  const request = { method, url: url + path }
  if (body === undefined) return { ...request, headers, body: '' }
  if (file === undefined) {
    const json = { ...headers, 'content-type': 'application/json' }
    return { ...request, headers: json, body: JSON.stringify(body) }
  }
  const boundary = randomUUID()
  const type = `multipart/form-data; boundary=${boundary}`
  return {
    ...request,
    headers: { ...headers, 'content-type': type },
    body: multipart(body, file, boundary),
  }
}

/** As text, which can be sent with a blocking call too; a `FormData` cannot leave its thread. */
function multipart(body: object, file: TextFile, boundary: string): string {
  const filename = file.filename.replace(/[^\w.-]/g, '_')
  const payload = {
    ...body,
    attachments: [{ id: 0, filename, description: file.title.slice(0, 1024) }],
  }
  return [
    `--${boundary}`,
    'content-disposition: form-data; name="payload_json"',
    'content-type: application/json',
    '',
    JSON.stringify(payload),
    `--${boundary}`,
    `content-disposition: form-data; name="files[0]"; filename="${filename}"`,
    'content-type: text/plain; charset=utf-8',
    '',
    file.content,
    `--${boundary}--`,
    '',
  ].join('\r\n')
}
