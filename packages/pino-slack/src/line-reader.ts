import { loadCore } from '#load-core'
import { hostname } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import type { LogRecord } from '@slack-logger/core'
import { LevelScale, type PinoLevels } from './levels.ts'
import type { ResolvedPinoOptions } from './options.ts'

/** What pino sends to a stream about a logger that uses it. */
interface PinoConfig {
  readonly levels?: PinoLevels
  readonly messageKey?: string
  readonly errorKey?: string
}

/** Reads the lines of the loggers that use a stream, each with the levels and keys of its logger. */
export class LineReader {
  /** Whether pino will send a config that has not arrived. */
  isWaiting = false
  readonly #options: ResolvedPinoOptions
  readonly #isInWorker: boolean
  #config: PinoConfig = {}
  #format: LineFormat

  constructor(options: ResolvedPinoOptions, { isInWorker }: { readonly isInWorker: boolean }) {
    this.#options = options
    this.#isInWorker = isInWorker
    this.#format = this.#createFormat()
  }

  /** The severities of the loggers' own levels, by label. */
  get severities(): Readonly<Record<string, number>> {
    return this.#format.levels.severities
  }

  /** Takes a message that pino emits on the stream. */
  receive(message: unknown): void {
    if (!isConfigMessage(message)) return
    const { labels, values } = this.#config.levels ?? {}
    const { config } = message
    const levels = config.levels && {
      labels: { ...labels, ...config.levels.labels },
      values: { ...values, ...config.levels.values },
    }
    this.isWaiting = false
    this.#config = { ...this.#config, ...config, ...(levels && { levels }) }
    this.#format = this.#createFormat()
  }

  /** Returns the record of a line, or `null` if it is less severe than `minLevel` or not a JSON object. */
  read(line: string, minLevel: number): LogRecord | null {
    return readLine(line, this.#format, minLevel)
  }

  #createFormat(): LineFormat {
    const { messageKey = 'msg', errorKey = 'err', levels } = this.#config
    const { sink, ...options } = this.#options
    const own = this.#isInWorker ? withoutPinosOwn(sink.levels, levels) : sink.levels
    return {
      messageKey: options.messageKey ?? messageKey,
      errorKey: options.errorKey ?? errorKey,
      nestedKey: options.nestedKey,
      levels: new LevelScale({ levels, own, common: loadCore() }),
    }
  }
}

/** For `pino({ customLevels, transport })` pino puts its own levels into the transport's option `levels`. */
function withoutPinosOwn(
  given: ResolvedPinoOptions['sink']['levels'],
  config: PinoLevels | undefined,
): ResolvedPinoOptions['sink']['levels'] {
  if (given === undefined || config === undefined) return given
  const isPinos = Object.entries(given).every(([label, at]) => config.values[label] === at)
  return isPinos ? undefined : given
}

function isConfigMessage(message: unknown): message is { readonly config: PinoConfig } {
  const { code, config } = (message ?? {}) as { readonly code?: unknown; readonly config?: unknown }
  return code === 'PINO_CONFIG' && typeof config === 'object' && config !== null
}

/** pino sends the config as soon as a logger uses the transport, usually before the worker has started. */
const maxConfigWaitMs = 1000

/**
 * Waits in a worker for pino's first config, and listens for those of further loggers.
 *
 * pino-abstract-transport waits forever for a config that does not arrive: while no logger uses the transport, and where another
 * target of the same worker received it first. The worker would not start, and the application would not end.
 */
export async function receivePinoConfig(reader: LineReader): Promise<void> {
  const data = workerData as { workerData?: { pinoWillSendConfig?: boolean } } | null
  if (data?.workerData?.pinoWillSendConfig !== true) return
  reader.isWaiting = true
  await new Promise<void>((resolve) => {
    parentPort?.on('message', (message: unknown) => {
      reader.receive(message)
      if (!reader.isWaiting) resolve()
    })
    setTimeout(resolve, maxConfigWaitMs).unref()
  })
}

/** How a logger writes its lines. */
export interface LineFormat {
  readonly messageKey: string
  readonly errorKey: string
  readonly nestedKey: string | undefined
  readonly levels: LevelScale
}

/** Returns the record of a line, or `null` if it is less severe than `minLevel` or not a JSON object. */
export function readLine(line: string, format: LineFormat, minLevel: number): LogRecord | null {
  const level = leadingLevel(line)
  // Most lines are not parsed.
  if (level !== undefined && format.levels.severityOf(level) < minLevel) return null
  try {
    const parsed: unknown = JSON.parse(line)
    if (typeof parsed !== 'object' || parsed === null) return null
    return toRecord(parsed as Line, format, level ?? leadingLabel(line))
  } catch {
    // pino writes only JSON objects, but anything else may write to the stream.
    return null
  }
}

const levelStart = '{"level":'

/** The number that the line begins with, as pino writes it; `undefined` if the level is elsewhere or a label. */
function leadingLevel(line: string): number | undefined {
  if (!line.startsWith(levelStart)) return undefined
  let level = 0
  let end = levelStart.length
  for (let digit = digitAt(line, end); digit >= 0; digit = digitAt(line, end)) {
    level = level * 10 + digit
    end += 1
  }
  const next = line[end]
  return end > levelStart.length && (next === ',' || next === '}') ? level : undefined
}

/** The label that the line begins with, where a formatter writes one. */
function leadingLabel(line: string): string | undefined {
  return /^\{"level":"([^"\\]+)"/.exec(line)?.[1]
}

function digitAt(line: string, index: number): number {
  const digit = line.charCodeAt(index) - 48
  return digit <= 9 ? digit : -1
}

type Line = Readonly<Record<string, unknown>>
type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/** @param leading the level that pino wrote: a field `level` of the program comes later in the line and replaces it when parsed */
function toRecord(line: Line, format: LineFormat, leading: number | string | undefined): LogRecord {
  const { nestedKey, errorKey, levels } = format
  const logged = nestedKey === undefined ? line : { ...line, ...asObject(line[nestedKey]) }
  const { name } = line
  const levelKey = findLevelKey(line, levels)
  const level = leading ?? line[levelKey]
  const shownLevel = level === line[levelKey] ? levelKey : undefined
  const messageKey = findMessageKey(logged, line, format)
  const error = logged[errorKey]
  // Assigned one by one, because spreading optional parts costs more than everything else here.
  const record: Mutable<LogRecord> = {
    level: readLabel(level, levels),
    time: readTime(line['time']),
    message: readMessage(logged[messageKey] ?? line[messageKey]),
    fields: readFields(logged, format, [shownLevel, messageKey]),
    source: 'pino',
  }
  const severity = readSeverity(level, levels)
  if (severity !== undefined) record.severity = severity
  if (error !== undefined) record.error = error
  if (typeof name === 'string') record.logger = record.service = name
  return record
}

/** Where formatters for Google Cloud, Elastic or OpenTelemetry put the level. */
const otherLevelKeys = ['severity', 'log.level', 'severityText', 'severity_text', 'loglevel']

/** Any other formatter's level is what the line begins with. */
function findLevelKey(line: Line, levels: LevelScale): string {
  if (line['level'] !== undefined) return 'level'
  const known = otherLevelKeys.find((key) => line[key] !== undefined)
  if (known !== undefined) return known
  const [first = 'level'] = Object.keys(line)
  return levels.has(line[first]) ? first : 'level'
}

/** The level is a label where a formatter wrote one. */
function readLabel(level: unknown, levels: LevelScale): string {
  if (typeof level === 'number') return levels.labelOf(level)
  return typeof level === 'string' ? level : 'error'
}

/** `undefined` for a label that is none of the logger's own. */
function readSeverity(level: unknown, levels: LevelScale): number | undefined {
  if (typeof level === 'number') return levels.severityOf(level)
  const { severities } = levels
  return typeof level === 'string' && Object.hasOwn(severities, level)
    ? severities[level]
    : undefined
}

/** pino's `timestamp` option writes milliseconds, seconds with fractions, or an ISO date. */
function readTime(time: unknown): number {
  const minMs = 1e11
  if (typeof time === 'number' && Number.isFinite(time)) return time < minMs ? time * 1000 : time
  const parsed = typeof time === 'string' ? Date.parse(time) : Number.NaN
  return Number.isNaN(parsed) ? Date.now() : parsed
}

/** An object that was thrown and logged has its text in `message`. */
function findMessageKey(logged: Line, line: Line, { messageKey }: LineFormat): string {
  const hasMessage = logged[messageKey] !== undefined || line[messageKey] !== undefined
  return hasMessage || typeof logged['message'] !== 'string' ? messageKey : 'message'
}

function readMessage(message: unknown): string {
  if (message === undefined || message === null) return ''
  return typeof message === 'string' ? message : JSON.stringify(message)
}

/** Keys that are not fields: what the record carries elsewhere, and one that cannot be a key of an object. */
const ownKeys: ReadonlySet<string> = new Set(['time', 'pid', 'name', '__proto__'])
const ownHost = hostname()

function readFields(
  logged: Line,
  { nestedKey, errorKey }: LineFormat,
  others: readonly (string | undefined)[],
): Line {
  const fields: Record<string, unknown> = {}
  for (const key of Object.keys(logged)) {
    if (ownKeys.has(key) || key === errorKey || key === nestedKey) continue
    if (others.includes(key)) continue
    // Another host name was set by the user, or the line comes from another machine.
    if (key !== 'hostname' || logged[key] !== ownHost) fields[key] = logged[key]
  }
  return fields
}

function asObject(value: unknown): Line {
  return typeof value === 'object' && value !== null ? (value as Line) : {}
}
