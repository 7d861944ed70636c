import { readProperty, readText } from '../read-safely.ts'
import type { Locale } from './default-texts.ts'
import type { FieldError } from './field-error.ts'

const reasons: Readonly<Record<Locale, string>> = {
  en: 'is not valid JSON',
  ko: 'JSON 형식이 올바르지 않습니다.',
}

/** What is wrong with a body that could not be parsed, whichever parser says so; `undefined` for any other error. */
export function readMalformedBody(error: unknown, locale: Locale): FieldError | undefined {
  return isMalformedBody(error) ? { field: 'body', reason: reasons[locale] } : undefined
}

/** True for an error that says of a body that it could not be parsed, whichever parser says so. */
export function isMalformedBody(error: unknown): boolean {
  if (readProperty(error, 'type') === 'entity.parse.failed') return true
  if (readProperty(error, 'code') === 'FST_ERR_CTP_INVALID_JSON_BODY') return true
  const text = readText(error, 'message') ?? ''
  // Nest, Koa's parsers and Hono's validator pass on a parser's text without its code.
  return text.length < 2000 && /\bJSON\b/.test(text) && parserText.test(text)
}

const parserText =
  /is not valid JSON$|in JSON at position \d+|after JSON at position \d+|^Unexpected end of JSON input$|^Malformed JSON in request body$|^Body is not valid JSON|^invalid JSON, only supports object and array$/
