import {
  callMethod,
  isList,
  isObject,
  isTagged,
  readList,
  readProperty,
  readText,
} from '@slack-logger/core/reading'

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
 * What a validator found wrong: zod, valibot and Standard Schema, ajv, TypeBox, class-validator, Nest's ValidationPipe,
 * express-validator, joi, celebrate, yup, superstruct, ArkType, VineJS, io-ts, Mongoose, Sequelize.
 *
 * @returns `undefined` for any other error
 */
export function readValidation(error: unknown): readonly FieldError[] | undefined {
  for (const read of readers) {
    const found = read(error)
    if (found !== undefined && found.length > 0) return found.slice(0, maxFieldErrors)
  }
  return undefined
}

const readers: readonly ((error: unknown) => readonly FieldError[] | undefined)[] = [
  // Its list has `issues`, too.
  readArk,
  readIssues,
  readFastify,
  readClassValidator,
  readNest,
  readNamed,
  readMarked,
  readCelebrate,
  readStruct,
  readTypeBox,
  readVine,
]

/** True for a validator that checks no answers of other services: express-validator, celebrate, the models of Mongoose and Sequelize. */
export function checksNoAnswers(error: unknown): boolean {
  const errors = isList(error) ? error : readProperty(error, 'errors')
  return (
    readProperty(error, 'details') instanceof Map ||
    (isList(errors) && errors.every((item) => readText(item, 'msg') !== undefined)) ||
    isObject(errors) ||
    readText(error, 'name')?.startsWith('Sequelize') === true
  )
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

/** The body of Nest's exception has texts of its pipe, or what a service passed on as it is: a list of mistakes, or an error. */
function readNest(error: unknown): readonly FieldError[] | undefined {
  const response = callMethod(error, 'getResponse')
  const texts = readList(response, 'message')
  if (texts?.every((text) => typeof text === 'string') === true) {
    return texts.map((text) => readClassValidatorText(text))
  }
  if (!isObject(response) || isTagged(response, 'Response')) return undefined
  return readAll(texts, readIssue) ?? (texts && readValidation(texts)) ?? readPassedOn(response)
}

function readPassedOn(response: object): readonly FieldError[] | undefined {
  const found = readAll(readList(response, 'errors'), readIssue)
  return (
    found ??
    (readProperty(response, 'getResponse') === undefined ? readValidation(response) : undefined)
  )
}

/** Validators whose lists have common names, and which are only known by the name of the error. */
function readNamed(error: unknown): FieldError[] | undefined {
  const isAjv = readProperty(error, 'ajv') === true
  if (!isAjv && readText(error, 'name')?.endsWith('ValidationError') !== true) return undefined
  const errors = readProperty(error, 'errors')
  return (
    readAll(readList(error, 'details'), readJoi) ??
    readYup(error) ??
    readAll(readList(error, 'errors'), (item) => readAjvError(item) ?? readPathed(item)) ??
    (isObject(errors) ? readAll(Object.values(errors), readPathed) : undefined) ??
    readObjection(error)
  )
}

/** Objection has a list of mistakes for each field. */
function readObjection(error: unknown): FieldError[] | undefined {
  const data = readProperty(error, 'data')
  if (!isObject(data)) return undefined
  return Object.entries(data).flatMap(
    ([field, mistakes]) =>
      readAll(isList(mistakes) ? mistakes : undefined, (item) => {
        const reason = readText(item, 'message')
        return reason === undefined ? undefined : { field, reason }
      }) ?? [],
  )
}

/** With `abortEarly`, its default, yup has its only mistake in the error itself. */
function readYup(error: unknown): FieldError[] | undefined {
  const inner = readList(error, 'inner')
  return inner?.length === 0 ? readAll([error], readPathed) : readAll(inner, readPathed)
}

/** Lists of ajv, express-validator, class-validator and io-ts, known by their items, whichever error has them or is them. */
function readMarked(error: unknown): FieldError[] | undefined {
  const errors = isList(error) ? error : readList(error, 'errors')
  return readAll(errors ?? readTypeBoxCause(error), readMarkedItem)?.flat()
}

/** From version 1 on, TypeBox has ajv's list in its cause. */
function readTypeBoxCause(error: unknown): readonly unknown[] | undefined {
  const cause = readProperty(error, 'cause')
  return readText(cause, 'source') === undefined ? undefined : readList(cause, 'errors')
}

function readMarkedItem(item: unknown): FieldError[] | undefined {
  const one = readAjvError(item) ?? readTypeBoxError(item) ?? readIoTsError(item)
  return one === undefined
    ? (readExpressValidatorError(item) ?? readClassValidatorError(item))
    : [one]
}

/** A wrong field, several of which one had to be right, or fields that are not known. */
function readExpressValidatorError(item: unknown): FieldError[] | undefined {
  const reason = readText(item, 'msg')
  if (reason === undefined) return undefined
  const nested = readList(item, 'nestedErrors') ?? readList(item, 'fields')
  if (nested === undefined) {
    const path = readText(item, 'path') ?? readText(item, 'param')
    return [{ field: path ?? '', reason }]
  }
  return nested.flat().map((one) => ({
    field: readText(one, 'path') ?? readText(one, 'param') ?? '',
    reason: readText(one, 'msg') ?? reason,
  }))
}

/** io-ts has the way to the value, and a text only where the type gives one. */
function readIoTsError(item: unknown): FieldError | undefined {
  const path = readList(item, 'context')?.map((step) => readText(step, 'key'))
  if (path === undefined || path.length === 0) return undefined
  const field = path.filter((key) => key !== undefined).join('.')
  return { field, reason: readText(item, 'message') ?? 'is not valid' }
}

/** celebrate has joi's error for each part of the request. */
function readCelebrate(error: unknown): FieldError[] | undefined {
  const details = readProperty(error, 'details')
  if (!(details instanceof Map)) return undefined
  return [...(details as Map<unknown, unknown>).values()].flatMap((part) => readNamed(part) ?? [])
}

/** superstruct finds the other mistakes when it is asked. */
function readStruct(error: unknown): FieldError[] | undefined {
  if (readList(error, 'branch') === undefined) return undefined
  const failures = callMethod(error, 'failures')
  return isList(failures) ? readAll(failures, readIssue) : undefined
}

/** ArkType's texts begin with the field; its list may be thrown by itself. */
function readArk(error: unknown): FieldError[] | undefined {
  const errors = readList(error, 'arkErrors') ?? (isList(error) ? error : undefined)
  return readAll(errors, (item) => {
    const issue = readIssue(item)
    if (issue === undefined || readText(item, 'problem') === undefined) return undefined
    return { ...issue, reason: withoutField(issue.reason, issue.field) }
  })
}

/** An error of `Parse()` finds the other mistakes when it is asked; of one property it may have several. */
function readTypeBox(error: unknown): FieldError[] | undefined {
  const first = readAll([readProperty(error, 'error')], readTypeBoxError)
  const all = first && callMethod(error, 'Errors')
  return typeof readProperty(all, Symbol.iterator) === 'function'
    ? readAll([...(all as Iterable<unknown>)], readTypeBoxError)
    : first
}

function readTypeBoxError(item: unknown): FieldError | undefined {
  const reason = readText(item, 'message')
  const path = readProperty(item, 'path')
  if (reason === undefined || typeof path !== 'string' || !isObject(readProperty(item, 'schema'))) {
    return undefined
  }
  return { field: path.split('/').slice(1).map(unescapePointer).join('.'), reason }
}

function readVine(error: unknown): FieldError[] | undefined {
  return readAll(readList(error, 'messages'), (item) => {
    const [field, reason] = [readText(item, 'field'), readText(item, 'message')]
    return field === undefined || reason === undefined ? undefined : { field, reason }
  })
}

/** What of a service does not work, by a health check of @nestjs/terminus. */
export function readFailedChecks(error: unknown): readonly FieldError[] {
  const response = callMethod(error, 'getResponse')
  const checks = readProperty(response, 'error')
  if (readProperty(response, 'status') !== 'error' || !isObject(checks)) return []
  return Object.entries(checks).map(([field, check]) => ({
    field,
    reason: readText(check, 'status') ?? 'down',
  }))
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
