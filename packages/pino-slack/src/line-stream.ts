import { Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** What a stream of lines works with. */
export interface LineStreamParts {
  /** Takes a line, without its end. */
  readonly take: (line: string) => void
  readonly flush: () => Promise<unknown>
  readonly close: () => Promise<void>
}

/**
 * What pino writes to in a worker.
 *
 * It takes everything at once, since back-pressure here would end as a freeze of `logger.fatal`, and it is no
 * pino-abstract-transport, since that takes half as long to part lines as to parse them.
 */
export class LineStream extends Writable {
  readonly #parts: LineStreamParts
  readonly #decoder = new StringDecoder('utf8')
  /** The beginning of a line whose end is still to come. */
  #rest = ''

  constructor(parts: LineStreamParts) {
    super({ decodeStrings: false, highWaterMark: Number.MAX_SAFE_INTEGER })
    this.#parts = parts
  }

  /** What `logger.flush(callback)` asks for. */
  flush(callback: () => void): void {
    void this.#parts.flush().then(() => callback())
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.#takeLines(typeof chunk === 'string' ? chunk : this.#decoder.write(chunk))
    done()
  }

  override _final(done: () => void): void {
    const last = this.#rest + this.#decoder.end()
    if (last !== '') this.#parts.take(last)
    done()
  }

  /** Before pino hears of the end, Slack has what waited. */
  override _destroy(reason: Error | null, done: (reason: Error | null) => void): void {
    void this.#parts.close().finally(() => done(reason))
  }

  #takeLines(text: string): void {
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#parts.take(this.#rest + text.slice(start, end))
      this.#rest = ''
      start = end + 1
    }
    this.#rest += text.slice(start)
  }
}
