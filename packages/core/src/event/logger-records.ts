import { severityOfLabel } from '../options/levels.ts'
import {
  isError,
  isList,
  keysOf,
  readList,
  readObject,
  readProperty,
  readText,
} from '../redaction/safe-read.ts'
import { copyFields, tryFormat } from './logged-values.ts'

/** A record in the form in which a program writes it. */
type Written = Readonly<Record<string, unknown>>

interface Level {
  /** A label or a number, as a program writes it. */
  readonly level: unknown
  readonly severity?: unknown
}

/** A record whose other parts are read only if its level is of interest. */
export interface LeveledRecord extends Level {
  readonly read: () => object
}

/** The logger's own object in this form; `undefined` if it is not of this logger. */
type Reader = (given: object) => LeveledRecord | undefined

/** What hooks of loggers pass on: LogTape's sinks, log4js' appenders, tslog's transports, processors of OpenTelemetry … */
const readers: readonly Reader[] = [
  readLogTape,
  readTslog,
  readOpenTelemetry,
  readRoarr,
  readConsola,
  readLogLayer,
  readListOfData,
]

/**
 * Translates what a logger's hook passed on, or what JSON left of it; `undefined` for any other object.
 *
 * A record of a service may have fields of the same names, so a logger's own is known by more than what is read of it: all that
 * the logger puts in, with its types, and nothing in the place where others have a level.
 */
export function readLoggersRecord(given: object): LeveledRecord | undefined {
  for (const read of readers) {
    const leveled = read(given)
    if (leveled !== undefined) return leveled
  }
  return undefined
}

function readLogTape(given: object): LeveledRecord | undefined {
  const category = readList(given, 'category')
  const raw = readProperty(given, 'rawMessage')
  const parts = readList(given, 'message')
  if (category === undefined || raw === undefined || parts === undefined) return undefined
  const read = (): Written => {
    return {
      time: readProperty(given, 'timestamp'),
      message: parts.map((part, index) => (index % 2 === 0 ? part : show(part))).join(''),
      // The parts of a tagged template.
      template: isList(raw) ? raw.join('{}') : raw,
      error: parts.find((part) => isError(part)),
      logger: category.map(String).join('.'),
      fields: readObject(given, 'properties'),
    }
  }
  return { level: readProperty(given, 'level'), read }
}

/** As in a text, an Error without its stack. */
function show(value: unknown): string {
  return isError(value) ? String(value) : tryFormat(typeof value === 'string' ? '%s' : '%o', value)
}

/** The ids of tslog's levels, from 0 on; a level of one's own has an id between or beyond them. */
const tslogSeverities = [10, 10, 20, 30, 40, 50, 60]

/** What its lines of JSON have besides. */
const tslogLineKeys: ReadonlySet<string> = new Set(['level', 'levelId', 'time'])

function readTslog(given: object): LeveledRecord | undefined {
  const keys = keysOf(given)
  // The last one, whose name is an option.
  const meta = readProperty(given, keys.at(-1) ?? '')
  const label = readText(meta, 'logLevelName')
  const id = readProperty(meta, 'logLevelId')
  const date = readProperty(meta, 'date')
  if (label === undefined || typeof id !== 'number' || date === undefined) return undefined
  const read = (): Written => {
    const isLine = keys.includes('levelId')
    const own = keys.slice(0, -1).filter((key) => !isLine || !tslogLineKeys.has(key))
    const isListed = own.every((key, index) => key === String(index))
    const entries = own.map((key) => [key, readProperty(given, key)] as const)
    // What is logged alone is spread.
    const values = isListed ? entries.map(([, value]) => value) : [Object.fromEntries(entries)]
    return {
      time: date,
      args: values.map(nativeErrorOf),
      logger: readText(meta, 'name'),
    }
  }
  return { ...levelOf(label, tslogSeverities[id]), read }
}

function nativeErrorOf(value: unknown): unknown {
  const native = readProperty(value, 'nativeError')
  return isError(native) ? native : value
}

/** A known label decides, else the logger's number. */
function levelOf(label: string | undefined, severity: number | undefined): Level {
  const isKnown = label === undefined || severityOfLabel(label) !== undefined
  return isKnown || severity === undefined ? { level: label } : { level: label, severity }
}

/** A record of OpenTelemetry's Logs SDK. Its number of the level is the one that counts; without a level and an exception it is no error. */
function readOpenTelemetry(given: object): LeveledRecord | undefined {
  const scope = readObject(given, 'instrumentationScope')
  const attributes = readObject(given, 'attributes')
  if (scope === undefined || attributes === undefined || hasLevel(given)) return undefined
  const read = (): Written => {
    const { traceId, spanId } = (readObject(given, 'spanContext') ?? {}) as Written
    const body = readProperty(given, 'body')
    const [seconds, nanoseconds = 0] = readList(given, 'hrTime') ?? []
    const isTime = typeof seconds === 'number' && typeof nanoseconds === 'number'
    const resource = readProperty(readProperty(given, 'resource'), 'attributes')
    const service = readText(resource, 'service.name')
    return {
      time: isTime ? seconds * 1000 + nanoseconds / 1e6 : undefined,
      args: [...(body === undefined ? [] : [body]), { traceId, spanId }, attributes],
      logger: readText(scope, 'name'),
      // What the SDK puts in where nobody named it.
      service: service?.startsWith('unknown_service') === true ? undefined : service,
    }
  }
  return { ...levelOfOpenTelemetry(given, attributes), read }
}

const openTelemetryLabels: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

function levelOfOpenTelemetry(given: object, attributes: object): Level {
  const text = readText(given, 'severityText')
  const number = readProperty(given, 'severityNumber')
  if (typeof number === 'number' && number > 0) {
    const index = Math.min(Math.ceil(number / 4), openTelemetryLabels.length)
    return { level: text ?? openTelemetryLabels[index - 1], severity: index * 10 }
  }
  const hasException = keysOf(attributes).some((key) => key.startsWith('exception.'))
  return { level: text ?? (hasException ? 'error' : 'info') }
}

const roarrKeys: ReadonlySet<string> = new Set(
  'logLevel namespace package program application'.split(' '),
)

function readRoarr(given: object): LeveledRecord | undefined {
  const context = readObject(given, 'context')
  const isRoarrs = ['sequence', 'version'].every((key) => readText(given, key) !== undefined)
  if (context === undefined || !isRoarrs || hasLevel(given)) return undefined
  const read = (): Written => ({
    time: readProperty(given, 'time'),
    message: readProperty(given, 'message'),
    logger: readProperty(context, 'namespace') ?? readProperty(context, 'package'),
    service: readProperty(context, 'application') ?? readProperty(context, 'program'),
    fields: rest(context, roarrKeys),
  })
  return { level: readProperty(context, 'logLevel') ?? 'info', read }
}

/** consola's levels, from 0 on: fatal and error, warn, log, info, debug, trace. */
const consolaSeverities = [50, 40, 30, 30, 20, 10]

const consolaKeys: ReadonlySet<string> = new Set('args type level date tag'.split(' '))

function readConsola(given: object): LeveledRecord | undefined {
  const args = readList(given, 'args')
  const type = readText(given, 'type')
  const level = readProperty(given, 'level')
  const tag = readProperty(given, 'tag')
  const date = readProperty(given, 'date')
  const isConsolas = typeof level === 'number' && typeof tag === 'string' && date !== undefined
  if (args === undefined || type === undefined || !isConsolas) return undefined
  const read = (): Written => {
    const fields = rest(given, consolaKeys)
    return {
      time: date,
      args: [...args.filter((value) => !isRepeatNote(value)), fields],
      logger: tag,
    }
  }
  return { ...levelOf(type, consolaSeverities[level]), read }
}

/** What consola appends to the last of equal records, which would make it another problem. */
function isRepeatNote(value: unknown): boolean {
  return typeof value === 'string' && /^\(repeated \d+ times\)$/.test(value)
}

/** What LogLayer passes to `shipToLogger`. */
function readLogLayer(given: object): LeveledRecord | undefined {
  const messages = readList(given, 'messages')
  const level = readText(given, 'logLevel')
  const isLogLayers = typeof readProperty(given, 'hasData') === 'boolean' && !hasLevel(given)
  if (messages === undefined || level === undefined || !isLogLayers) return undefined
  const read = (): Written => {
    const errorKey = readText(readProperty(given, 'schema'), 'errorFieldName') ?? 'err'
    const data = readObject(given, 'data') ?? {}
    const fields = rest(data, new Set([errorKey]))
    return {
      args: [...messages, fields],
      error: readProperty(given, 'error') ?? readProperty(data, errorKey),
    }
  }
  return { level, read }
}

/** An event of log4js, whose level is an object, or a message of electron-log. */
function readListOfData(given: object): LeveledRecord | undefined {
  const data = readList(given, 'data')
  const level = readProperty(given, 'level')
  const isLog4js = readText(level, 'levelStr') !== undefined
  const name = readProperty(given, isLog4js ? 'categoryName' : 'scope')
  const time = readProperty(given, isLog4js ? 'startTime' : 'date')
  const isOther = isLog4js ? name === undefined : readObject(given, 'variables') === undefined
  if (data === undefined || level === undefined || time === undefined || isOther) return undefined
  const read = (): Written => ({
    time,
    args: [...data, readObject(given, 'context') ?? {}],
    logger: name === 'default' ? undefined : name,
  })
  if (!isLog4js) return { level, read }
  const number = readProperty(level, 'level')
  const severity = typeof number === 'number' ? number / 1000 + 10 : undefined
  return { ...levelOf(readText(level, 'levelStr'), severity), read }
}

/** Whether a record has a level where records of services have it, as text or number. */
function hasLevel(given: object): boolean {
  return readProperty(given, 'level') !== undefined
}

function rest(holder: object, keys: ReadonlySet<string>): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  copyFields(fields, holder)
  for (const key of keys) delete fields[key]
  return fields
}
