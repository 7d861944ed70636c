import { parentPort, workerData } from 'node:worker_threads'

/** What pino tells a transport in a worker about the logger. */
export interface PinoConfig {
  readonly levels?: {
    readonly labels: Readonly<Record<number, string>>
    readonly values: Readonly<Record<string, number>>
  }
  readonly messageKey?: string
  readonly errorKey?: string
}

/** How long a logger may take to tell, in milliseconds. */
const patienceMs = 250

/**
 * What pino tells about the logger, or nothing: a transport behind `pino.multistream` is never told, and
 * pino-abstract-transport's `expectPinoConfig` would wait for ever.
 */
export function receivePinoConfig(): Promise<PinoConfig> {
  const port = parentPort
  const data = workerData as { workerData?: { pinoWillSendConfig?: boolean } } | null
  if (port === null || data?.workerData?.pinoWillSendConfig !== true) return Promise.resolve({})
  return new Promise((resolve) => {
    const finish = (config: PinoConfig): void => {
      clearTimeout(timer)
      port.off('message', onMessage)
      resolve(config)
    }
    const onMessage = (message: { code?: unknown; config?: PinoConfig } | undefined): void => {
      if (message?.code === 'PINO_CONFIG') finish(message.config ?? {})
    }
    const timer = setTimeout(() => finish({}), patienceMs)
    port.on('message', onMessage)
  })
}
