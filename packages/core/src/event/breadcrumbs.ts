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
export type BreadcrumbContext = Partial<Pick<LogEvent, 'traceId' | 'requestId' | 'logger' | 'time'>>

/** The records below the alert level that were logged last, as cheap as they came. */
export interface Breadcrumbs {
  /** Keeps a record, or a line of JSON that is parsed only if it is shown; the oldest ones make room. */
  add(entry: LogRecord | string): void
  /**
   * What was logged before an event, oldest first: with the same trace or request id; if there is nothing such, by the
   * same logger.
   */
  for(context: BreadcrumbContext, limit?: number): readonly LogEvent[]
  /** How many are kept. */
  readonly size: number
}

/** A ring of the records that were logged last. */
export function createBreadcrumbs(options: BreadcrumbsOptions): Breadcrumbs {
  return new BreadcrumbRing(options)
}

const defaultLimit = 15

class BreadcrumbRing implements Breadcrumbs {
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

  get size(): number {
    return this.#size
  }

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

  for(context: BreadcrumbContext, limit: number = defaultLimit): readonly LogEvent[] {
    const ids = [context.traceId, context.requestId].filter((id) => id !== undefined && id !== '')
    const related = ids.length === 0 ? [] : this.#find(limit, context, (entry) => hasId(entry, ids))
    if (related.length > 0) return related
    return this.#find(limit, context, ({ record }) => isOfLogger(record(), context.logger))
  }

  #dropOldest(): void {
    this.#bytes -= this.#sizes[this.#oldest] ?? 0
    this.#slots[this.#oldest] = undefined
    this.#oldest = (this.#oldest + 1) % this.#maxLines
    this.#size -= 1
  }

  #find(
    limit: number,
    { time = Number.POSITIVE_INFINITY }: BreadcrumbContext,
    isWanted: (entry: Entry) => boolean,
  ): readonly LogEvent[] {
    const found: LogEvent[] = []
    for (let age = 1; age <= this.#size && found.length < limit; age += 1) {
      const entry = this.#entry((this.#oldest + this.#size - age) % this.#maxLines)
      if (!isWanted(entry)) continue
      const record = entry.record()
      if (record !== undefined && record.time <= time)
        found.push(describeEvent(record, this.#options))
    }
    return found.toReversed()
  }

  #entry(slot: number): Entry {
    const kept = this.#slots[slot]
    return {
      line: typeof kept === 'string' ? kept : undefined,
      record: () => this.#parse(slot),
    }
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

interface Entry {
  readonly line: string | undefined
  readonly record: () => LogRecord | undefined
}

function hasId({ line, record }: Entry, ids: readonly (string | undefined)[]): boolean {
  // Most lines belong to other requests: looking for the id in the text saves parsing them.
  if (line !== undefined && !ids.some((id) => id !== undefined && line.includes(id))) return false
  const parsed = record()
  if (parsed === undefined) return false
  const request = parsed.request ?? readProperty(parsed.fields, 'req')
  const { traceId, requestId } = findIds(parsed.fields, request)
  return ids.some((id) => id === traceId || id === requestId)
}

function isOfLogger(record: LogRecord | undefined, logger: string | undefined): boolean {
  return record !== undefined && (logger === undefined || record.logger === logger)
}

const maxEstimatedFields = 50

const recordOverhead = 200

/** Texts are what makes a record large; what lies deeper is guessed. */
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
