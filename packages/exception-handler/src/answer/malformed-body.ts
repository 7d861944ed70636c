import { readProperty, readText } from '@slack-logger/core/reading'
import type { RequestContext } from '../http/request-context.ts'
import type { Locale } from './texts.ts'
import type { FieldError } from './validation.ts'

const malformedReasons: Readonly<Record<Locale, string>> = {
  en: 'is not valid JSON',
  ko: 'JSON 형식이 올바르지 않습니다.',
}

interface MalformedOptions {
  readonly locale: Locale
  readonly readRequest?: (() => RequestContext) | undefined
}

/** What is wrong with a body that could not be parsed; `undefined` for any other error, and for a request without a body. */
export function readMalformedBody(
  error: unknown,
  { locale, readRequest }: MalformedOptions,
): FieldError | undefined {
  if (!isMalformedBody(error)) return undefined
  const method = readRequest?.().method
  if (method === 'GET' || method === 'HEAD') return undefined
  return { field: 'body', reason: malformedReasons[locale] }
}

/** True for the error of any parser for a body that is not valid JSON. */
export function isMalformedBody(error: unknown): boolean {
  if (readProperty(error, 'type') === 'entity.parse.failed') return true
  if (readProperty(error, 'code') === 'FST_ERR_CTP_INVALID_JSON_BODY') return true
  // Nest, Koa's parsers and Hono's validator pass on a parser's text without its code.
  return isParserText(readText(error, 'message') ?? '')
}

/** True for what V8 or a body parser writes about text that is not valid JSON. */
export function isParserText(text: string): boolean {
  return text.length < 2000 && /\bJSON\b/.test(text) && parserText.test(text)
}

/** V8's texts end in the quote of what it could not parse, or in the position. */
const parserText =
  /^(?:Unexpected token .{1,20}, )?(?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$|^(?:Unexpected|Expected|Bad|No|Unterminated|Invalid|Exponent) .*in JSON at position \d+|after JSON at position \d+|^Unexpected end of JSON input$|^Malformed JSON in request body$|^Body is not valid JSON|^invalid JSON, only supports object and array$/s
