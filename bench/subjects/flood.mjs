// One logger in a flood of distinct errors, with another transport that writes every line to a file.
import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { createSlackStream } from '@slack-logger/pino-slack'
import { SlackTransport } from '@slack-logger/winston-slack'
import pino from 'pino'
import winston from 'winston'
import TransportStream from 'winston-transport'

const { KIND, RECORDS, LOG_FILE } = process.env
const perTurn = 100
const noop = fileURLToPath(new URL('noop-transport.mjs', import.meta.url))
const toFile = { target: 'pino/file', options: { destination: LOG_FILE } }

class NullTransport extends TransportStream {
  log(info, next) {
    void info.stack
    next()
  }
}

const file = () => pino.destination({ dest: LOG_FILE, sync: true })
const kinds = {
  worker: () => pino({ transport: { targets: [{ target: '@slack-logger/pino-slack' }, toFile] } }),
  'worker-noop': () => pino({ transport: { targets: [{ target: noop }, toFile] } }),
  stream: () => pino({}, pino.multistream([{ stream: file() }, { stream: createSlackStream() }])),
  'stream-noop': () =>
    pino({}, pino.multistream([{ stream: file() }, { stream: { write: () => {} } }])),
  winston: () => winstonWith(new SlackTransport()),
  'winston-noop': () => winstonWith(new NullTransport()),
}
const winstonWith = (transport) =>
  winston.createLogger({
    transports: [new winston.transports.File({ filename: LOG_FILE }), transport],
  })

const logger = kinds[KIND]()
await new Promise((resolve) => setTimeout(resolve, 1500))

const before = process.memoryUsage().rss
let peak = before
const delays = monitorEventLoopDelay({ resolution: 1 })
delays.enable()
for (let logged = 0; logged < Number(RECORDS); logged += perTurn) {
  for (let i = 0; i < perTurn; i += 1) logger.error(new Error(`${wordOf(logged + i)} was refused`))
  peak = Math.max(peak, process.memoryUsage.rss())
  await new Promise((resolve) => setImmediate(resolve))
}
delays.disable()
const lines = await allLines()
process.send({ grewMb: (peak - before) / 1e6, p99Ms: delays.percentile(99) / 1e6, lines })
process.disconnect()
process.exit(0)

/** Letters only, because numbers do not make a problem distinct. */
function wordOf(number) {
  return [...number.toString(26)]
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
    .join('')
}

/** Waits until the other transport has written all lines, and keeps measuring the memory. */
async function allLines() {
  for (let waited = 0; ; waited += 1) {
    peak = Math.max(peak, process.memoryUsage.rss())
    const found = readFileSync(LOG_FILE, 'utf8').split('\n').length - 1
    if (found >= Number(RECORDS) || waited >= 60) return found
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}
