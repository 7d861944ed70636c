import type { ErrorShape } from './error-shape.ts'
import {
  classNameOf,
  isError,
  isList,
  isObject,
  keysOf,
  readProperty,
  readText,
} from './read-safely.ts'

/** How many of the errors in an error are told. */
export const maxErrors = 3

const none = { errors: [], errorCount: 0 }

/** The errors of an AggregateError; lists of plain details, as validators have them, are properties instead. */
export function readErrors(value: object): Pick<ErrorShape, 'errors' | 'errorCount'> {
  const serialized = readProperty(value, 'aggregateErrors')
  const errors = isList(serialized) ? serialized : readProperty(value, 'errors')
  const isAggregate = [classNameOf(value), readProperty(value, 'type')].includes('AggregateError')
  if (isList(errors)) {
    const first = readProperty(errors, 0)
    return isAggregate || isErrorLike(first) ? takeFirst(errors, indexes(errors)) : none
  }
  if (!isObject(errors)) return none
  // Mongoose has one error for each path.
  const paths = keysOf(errors)
  const [firstPath = ''] = paths
  return isErrorLike(readProperty(errors, firstPath)) ? takeFirst(errors, paths) : none
}

function takeFirst(
  holder: object,
  keys: readonly PropertyKey[],
): Pick<ErrorShape, 'errors' | 'errorCount'> {
  const errors = keys.slice(0, maxErrors).map((key) => readProperty(holder, key))
  const length = isList(holder) ? readProperty(holder, 'length') : keys.length
  return { errors, errorCount: typeof length === 'number' ? length : errors.length }
}

function indexes(list: object): readonly number[] {
  const length = Number(readProperty(list, 'length') ?? 0)
  return [0, 1, 2].filter((index) => index < length)
}

function isErrorLike(value: unknown): boolean {
  return isError(value) || (isObject(value) && readText(value, 'stack') !== undefined)
}
