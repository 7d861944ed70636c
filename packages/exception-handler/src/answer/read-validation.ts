import { asList, callMethod, readList, readProperty, readText } from '../read-safely.ts'
import { joinPath, maxFieldErrors, type FieldError } from './field-error.ts'
import { readAjvError } from './read-ajv.ts'
import { readClassValidatorError, readClassValidatorText } from './read-class-validator.ts'

/**
 * What a validator found wrong: zod, valibot and Standard Schema, ajv, class-validator, Nest's ValidationPipe, joi, yup, Mongoose.
 *
 * @returns `undefined` for an error that is none of a validator
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

/** Fastify says which part of the request was checked; that is the field where ajv names none. */
function readFastify(error: unknown): FieldError[] | undefined {
  const part = readText(error, 'validationContext') ?? ''
  return readAll(readList(error, 'validation'), readAjvError)?.map(({ field, reason }) => ({
    field: field === '' ? part : field,
    reason,
  }))
}

function readClassValidator(error: unknown): FieldError[] | undefined {
  return readAll(asList(error) ?? [error], (item) => readClassValidatorError(item))?.flat()
}

function readNest(error: unknown): FieldError[] | undefined {
  const response = callMethod(error, 'getResponse')
  const texts = readList(response, 'message')
  if (texts?.every((text) => typeof text === 'string') === true) {
    return texts.map((text) => readClassValidatorText(text))
  }
  return readAll(readList(response, 'errors'), readIssue)
}

/** Validators whose list has an everyday name, so that only the name of the error tells it from others. */
function readNamed(error: unknown): FieldError[] | undefined {
  if (readText(error, 'name')?.endsWith('ValidationError') !== true && !isAjv(error)) {
    return undefined
  }
  const errors = readProperty(error, 'errors')
  const listed =
    readAll(readList(error, 'details'), readJoi) ??
    readAll(readList(error, 'inner'), readPathed) ??
    readAll(asList(errors), (item) => readAjvError(item) ?? readPathed(item))
  if (listed !== undefined) return listed
  if (typeof errors !== 'object' || errors === null) return undefined
  return readAll(asList(errors) === undefined ? Object.values(errors) : undefined, readPathed)
}

function isAjv(error: unknown): boolean {
  return readProperty(error, 'ajv') === true
}

/** joi puts the field in quotes before the reason. */
function readJoi(detail: unknown): FieldError | undefined {
  const issue = readIssue(detail)
  return issue && { ...issue, reason: issue.reason.replace(/^"[^"]{0,200}" /, '') }
}

function readPathed(item: unknown): FieldError | undefined {
  const reason = readText(item, 'message') ?? readText(item, 'msg')
  return reason === undefined ? undefined : { field: joinPath(readProperty(item, 'path')), reason }
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
