import type { ErrorDescription } from '../event/log-event.ts'
import { readProperty } from '../redaction/safe-read.ts'

/** Messages of HTTP clients that say no more than the answer's status. */
const genericAnswer =
  /^(?:(?:\[[A-Z]+\] "[^"]*": )?(?:Request failed with status(?: code)? )?\d{3}(?: \(?[A-Z][\w' -]*\)?)?(?:: [A-Z]+ \S+)?|Request failed with status.*|Response code \d{3}\b.*|HTTP ?error!? ?:?.*|[A-Z][a-z]+(?: [A-Z][a-z]+){0,3}|)$/i

/** `GET https://acquirer/v1/charges` or `[GET] "https://acquirer/v1/charges"` in a message. */
const printedRequest = /\b(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\]? "?(\w+:\/\/[^\s"]+)/

/** Whom an HTTP client asked and what came back, as in `POST acquirer/v1/charges → 503`, where the message says no more. */
export function upstreamLine(error: ErrorDescription): string | undefined {
  const { response } = error.properties
  const inAnswer = readProperty(response, 'status') ?? readProperty(response, 'statusCode')
  const status = inAnswer ?? error.upstreamStatus
  if (typeof status !== 'number' || !genericAnswer.test(error.message)) return undefined
  const asked = askedIn(error)
  return asked === undefined ? undefined : `${asked} → ${status}`
}

/** Whom an HTTP client asked, without the query, as in `POST acquirer/v1/charges`; `undefined` where the error does not show it. */
export function askedIn({ message, properties }: ErrorDescription): string | undefined {
  const { config, request, options } = properties
  const sources = [config, options, request, properties]
  const [, printedMethod, printedUrl] = printedRequest.exec(message) ?? []
  const method = textIn(sources, 'method')?.toUpperCase() ?? printedMethod
  const url = textIn(sources, 'url') ?? textIn(sources, 'path') ?? printedUrl
  if (method === undefined || url === undefined) return undefined
  const base = textIn(sources, 'baseURL') ?? textIn(sources, 'host') ?? ''
  const whole = /^\w+:\/\//.test(url) ? url : `${base.replace(/\/$/, '')}/${url.replace(/^\//, '')}`
  return `${method} ${whole.replace(/^\w+:\/\//, '').replace(/[?#].*$/, '')}`
}

function textIn(sources: readonly unknown[], key: string): string | undefined {
  const values = sources.map((source) => readProperty(source, key))
  return values.find((value): value is string => typeof value === 'string')
}
