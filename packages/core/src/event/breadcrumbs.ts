import { isObject, keysOf, readProperty, readText } from '../redaction/safe-read.ts'
import { findIds } from './ids.ts'
import type { LogEvent } from './log-event.ts'
import type { LogRecord } from './log-record.ts'
import { describeEvent, type DescribeEventOptions } from './normalize.ts'

/** How many breadcrumbs are kept, and how they are described when an alert shows them. */
export interface BreadcrumbsOptions extends DescribeEventOptions {
  /** @default 2_000 */
  readonly maxLines?: number
  /**
   * The size of all together; of records that are not text it is estimated.
   *
   * @default 2_000_000
   */
  readonly maxBytes?: number
  /** Makes a record of a kept line; `undefined` for a line that is none. */
  readonly parseLine?: (line: string) => LogRecord | undefined
}

/** What ties breadcrumbs to an event. */
type BreadcrumbContext = Partial<Pick<LogEvent, 'traceId' | 'requestId' | 'logger' | 'time'>>

const defaultLimit = 15

/** A ring of the records below the alert level that were logged last, raw. */
export class Breadcrumbs {
  readonly #options: BreadcrumbsOptions
  readonly #maxLines: number
  readonly #maxBytes: number
  /** Slots in a circle: the oldest at `#oldest`, `#size` of them filled, their sizes in `#sizes`. */
  readonly #slots: (LogRecord | string | undefined)[]
  readonly #sizes: number[]
  #oldest = 0
  #size = 0
  #bytes = 0

  constructor(options: BreadcrumbsOptions) {
    this.#options = options
    this.#maxLines = Math.max(1, options.maxLines ?? 2_000)
    this.#maxBytes = options.maxBytes ?? 2_000_000
    this.#slots = Array.from({ length: this.#maxLines })
    this.#sizes = Array.from({ length: this.#maxLines }, () => 0)
  }

  /** How many are kept. */
  get size(): number {
    return this.#size
  }

  /** Keeps a record, or a line of JSON that is parsed only if it is shown; the oldest ones make room. */
  add(entry: LogRecord | string): void {
    const bytes = typeof entry === 'string' ? entry.length : estimateSize(entry)
    if (bytes > this.#maxBytes) return
    while (this.#size === this.#maxLines || this.#bytes + bytes > this.#maxBytes) this.#dropOldest()
    const slot = (this.#oldest + this.#size) % this.#maxLines
    this.#slots[slot] = entry
    this.#sizes[slot] = bytes
    this.#size += 1
    this.#bytes += bytes
  }

  /**
   * What was logged before an event, oldest first: with the same trace or request id; if there is nothing such, by the
   * same logger.
   */
  for(context: BreadcrumbContext, limit: number = defaultLimit): readonly LogEvent[] {
    const { traceId, requestId, logger, time } = context
    const ids = [traceId ?? '', requestId ?? ''].filter((id) => id !== '')
    const holdsId = (line: string): boolean => ids.some((id) => line.includes(id))
    const related =
      ids.length === 0 ? [] : this.#find(limit, time, (record) => hasId(record, ids), holdsId)
    if (related.length > 0) return related
    return this.#find(limit, time, (record) => logger === undefined || record.logger === logger)
  }

  #dropOldest(): void {
    this.#bytes -= this.#sizes[this.#oldest] ?? 0
    this.#slots[this.#oldest] = undefined
    this.#oldest = (this.#oldest + 1) % this.#maxLines
    this.#size -= 1
  }

  /** @param mayHold spares parsing lines, most of which belong to other requests */
  #find(
    limit: number,
    time: number = Number.POSITIVE_INFINITY,
    isWanted: (record: LogRecord) => boolean,
    mayHold: (line: string) => boolean = () => true,
  ): readonly LogEvent[] {
    const found: LogEvent[] = []
    for (let age = 1; age <= this.#size && found.length < limit; age += 1) {
      const slot = (this.#oldest + this.#size - age) % this.#maxLines
      const kept = this.#slots[slot]
      if (typeof kept === 'string' && !mayHold(kept)) continue
      const record = this.#parse(slot)
      if (record !== undefined && isWanted(record) && record.time <= time)
        found.push(describeEvent(record, this.#options))
    }
    return found.toReversed()
  }

  /** A line is parsed once: several alerts may show it. */
  #parse(slot: number): LogRecord | undefined {
    const kept = this.#slots[slot]
    if (typeof kept !== 'string') return kept
    const record = this.#options.parseLine?.(kept)
    if (record !== undefined) this.#slots[slot] = record
    return record
  }
}

function hasId(record: LogRecord, ids: readonly string[]): boolean {
  const request = record.request ?? readProperty(record.fields, 'req')
  const { traceId, requestId } = findIds(record.fields, request)
  return ids.some((id) => id === traceId || id === requestId)
}

const maxEstimatedFields = 50

const recordOverhead = 200

/** An estimate: texts make a record large, nested values count as a constant. */
function estimateSize(record: LogRecord): number {
  let size = recordOverhead + (readText(record, 'message')?.length ?? 0)
  const fields = readProperty(record, 'fields')
  if (!isObject(fields)) return size
  for (const key of keysOf(fields).slice(0, maxEstimatedFields)) {
    const value = readProperty(fields, key)
    if (typeof value === 'string') size += key.length + value.length
    else size += key.length + (typeof value === 'object' ? recordOverhead : 8)
  }
  return size
}
