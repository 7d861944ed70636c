import {
  callMethod,
  isList,
  isObject,
  readList,
  readProperty,
  readText,
} from '@slack-logger/core/reading'
import type { Locale } from './texts.ts'

/** One thing that is wrong with a request. */
export interface FieldError {
  /** The field's path, as in `'items.0.name'`; empty if the error is about the whole. */
  readonly field: string
  /** The validator's text. */
  readonly reason: string
}

const maxFieldErrors = 1000

/** A field's error as one text: `field: reason`. */
export function showFieldError({ field, reason }: FieldError): string {
  if (field === '') return reason
  return `${field}: ${reason.replaceAll('이 필드', field).replace(/^This field\b/, field)}`
}

/**
 * What a validator found wrong: zod, valibot and Standard Schema, ajv, class-validator, Nest's ValidationPipe, joi, yup, Mongoose.
 *
 * @returns `undefined` for any other error
 */
export function readValidation(error: unknown): readonly FieldError[] | undefined {
  const readers = [readIssues, readFastify, readClassValidator, readNest, readNamed]
  for (const read of readers) {
    const found = read(error)
    if (found !== undefined && found.length > 0) return found.slice(0, maxFieldErrors)
  }
  return undefined
}

/** zod, valibot and every Standard Schema. */
function readIssues(error: unknown): FieldError[] | undefined {
  return readAll(readList(error, 'issues'), readIssue)
}

function readIssue(issue: unknown): FieldError | undefined {
  const reason = readText(issue, 'message')
  const path = readProperty(issue, 'path')
  if (reason === undefined || !(path === undefined || path === null || Array.isArray(path))) {
    return undefined
  }
  return { field: joinPath(path), reason }
}

/** Where ajv names no field, Fastify's name for the validated part of the request stands in. */
function readFastify(error: unknown): FieldError[] | undefined {
  const part = readText(error, 'validationContext') ?? ''
  return readAll(readList(error, 'validation'), readAjvError)?.map(({ field, reason }) => ({
    field: field === '' ? part : field,
    reason,
  }))
}

function readClassValidator(error: unknown): FieldError[] | undefined {
  return readAll(isList(error) ? error : [error], (item) => readClassValidatorError(item))?.flat()
}

function readNest(error: unknown): FieldError[] | undefined {
  const response = callMethod(error, 'getResponse')
  const texts = readList(response, 'message')
  if (texts?.every((text) => typeof text === 'string') === true) {
    return texts.map((text) => readClassValidatorText(text))
  }
  return readAll(readList(response, 'errors'), readIssue)
}

/** Validators whose lists have common names, and which are only known by the name of the error. */
function readNamed(error: unknown): FieldError[] | undefined {
  const isAjv = readProperty(error, 'ajv') === true
  if (!isAjv && readText(error, 'name')?.endsWith('ValidationError') !== true) return undefined
  const errors = readProperty(error, 'errors')
  return (
    readAll(readList(error, 'details'), readJoi) ??
    readAll(readList(error, 'inner'), readPathed) ??
    readAll(readList(error, 'errors'), (item) => readAjvError(item) ?? readPathed(item)) ??
    (isObject(errors) ? readAll(Object.values(errors), readPathed) : undefined)
  )
}

/** joi's reason starts with the field in quotes. */
function readJoi(detail: unknown): FieldError | undefined {
  const issue = readIssue(detail)
  return issue && { ...issue, reason: issue.reason.replace(/^"[^"]{0,200}" /, '') }
}

function readPathed(item: unknown): FieldError | undefined {
  const reason = readText(item, 'message') ?? readText(item, 'msg')
  return reason === undefined ? undefined : { field: joinPath(readProperty(item, 'path')), reason }
}

/** A path of names, indexes or `{ key }` objects with dots between. */
function joinPath(path: unknown): string {
  if (typeof path === 'string') return path
  if (!Array.isArray(path)) return ''
  return path.map((part: unknown) => String(isKeyed(part) ? part.key : part)).join('.')
}

function isKeyed(part: unknown): part is { readonly key: unknown } {
  return typeof part === 'object' && part !== null && 'key' in part
}

/** All items by one reader, or nothing if there are none or one of them is something else. */
function readAll<T>(
  items: readonly unknown[] | undefined,
  read: (item: unknown) => T | undefined,
): T[] | undefined {
  if (items === undefined || items.length === 0) return undefined
  const found: T[] = []
  for (const item of items.slice(0, maxFieldErrors)) {
    const one = read(item)
    if (one === undefined) return undefined
    found.push(one)
  }
  return found
}

/** One error of ajv. */
function readAjvError(item: unknown): FieldError | undefined {
  const reason = readText(item, 'message')
  const pointer = readProperty(item, 'instancePath')
  if (reason === undefined || typeof pointer !== 'string') return undefined
  const path = pointer.split('/').slice(1).map(unescapePointer)
  const parameters = readProperty(item, 'params')
  // ajv reports a missing or a surplus property for its parent.
  const property =
    readText(parameters, 'missingProperty') ??
    readText(parameters, 'additionalProperty') ??
    readText(parameters, 'unevaluatedProperty')
  return { field: [...path, ...(property === undefined ? [] : [property])].join('.'), reason }
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}

const maxDepth = 8

/** One ValidationError of class-validator with its children. */
function readClassValidatorError(item: unknown, parents = ''): FieldError[] | undefined {
  const property = readText(item, 'property')
  const constraints = readProperty(item, 'constraints')
  const children = readList(item, 'children') ?? []
  if (property === undefined) return undefined
  if (!isObject(constraints) && children.length === 0) return undefined
  const field = parents === '' ? property : `${parents}.${property}`
  const texts = isObject(constraints) ? Object.values(constraints) : []
  const own = texts.map((text) => ({ field, reason: withoutField(String(text), property) }))
  if (field.split('.').length >= maxDepth) return own
  return [...own, ...children.flatMap((child) => readClassValidatorError(child, field) ?? [])]
}

/**
 * One text of Nest's ValidationPipe, as in `'items.0.name must be a string'`. In a text that the service wrote no field can be
 * recognized for sure.
 */
function readClassValidatorText(text: string): FieldError {
  const field = standardText.exec(text)?.groups?.['field']
  if (field === undefined) return { field: '', reason: text }
  const name = field.slice(field.lastIndexOf('.') + 1)
  return { field, reason: withoutField(withoutField(text, field), name) }
}

const standardText =
  /^(?:each value in |nested property |property )?(?<field>[\w$][\w$.[\]-]{0,199}) (?:must|should|is|has|contains)\b/

function withoutField(text: string, field: string): string {
  return text.startsWith(`${field} `) ? text.slice(field.length + 1) : text
}

const malformedReasons: Readonly<Record<Locale, string>> = {
  en: 'is not valid JSON',
  ko: 'JSON 형식이 올바르지 않습니다.',
}

/** What is wrong with a body that could not be parsed; `undefined` for any other error. */
export function readMalformedBody(error: unknown, locale: Locale): FieldError | undefined {
  return isMalformedBody(error) ? { field: 'body', reason: malformedReasons[locale] } : undefined
}

/** True for the error of any parser for a body that is not valid JSON. */
export function isMalformedBody(error: unknown): boolean {
  if (readProperty(error, 'type') === 'entity.parse.failed') return true
  if (readProperty(error, 'code') === 'FST_ERR_CTP_INVALID_JSON_BODY') return true
  const text = readText(error, 'message') ?? ''
  // Nest, Koa's parsers and Hono's validator pass on a parser's text without its code.
  return text.length < 2000 && /\bJSON\b/.test(text) && parserText.test(text)
}

const parserText =
  /is not valid JSON$|in JSON at position \d+|after JSON at position \d+|^Unexpected end of JSON input$|^Malformed JSON in request body$|^Body is not valid JSON|^invalid JSON, only supports object and array$/
