import { loadCore } from '#load-core'
import { parentPort, workerData } from 'node:worker_threads'
import type { LogRecord } from '@slack-logger/core'
import { LevelScale, type PinoLevels } from './levels.ts'
import type { ResolvedPinoOptions } from './options.ts'
import { type LineFormat, readLine } from './read-line.ts'

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
