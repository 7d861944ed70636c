import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { explainFingerprint, type LogRecord, severityOfLabel } from '@slack-logger/core'
import { beforeAll, expect, test } from 'vitest'
import { installFolder } from '../../../test/test/support/install-folder.ts'
import { LineReader } from '../src/lines/line-reader.ts'

const folder = new URL('../../../test/loggers/', import.meta.url)
let programs = ''
beforeAll(() => {
  installFolder(folder)
  // Inside the folder, so that its packages are found.
  programs = mkdtempSync(fileURLToPath(new URL('.lines-', folder)))
  return () => rmSync(programs, { recursive: true, force: true })
}, 120_000)

const common = `
function chargeCard() {
  return new TypeError('no card', { cause: new Error('refused by the bank') })
}
`
const logged = `
logger.info('ready')
logger.error('the order failed', chargeCard())
logger.error(chargeCard())
logger.warn('slow', chargeCard())
logger.fatal('no stock')
`

/** What a program prints with a logger. */
const loggers: Readonly<Record<string, string>> = {
  bunyan: `import bunyan from 'bunyan'
const logger = bunyan.createLogger({ name: 'shop' })
logger.info('ready')
logger.error(chargeCard(), 'the order failed')
logger.error(chargeCard())
logger.warn(chargeCard(), 'slow')
logger.fatal('no stock')`,
  "log4js' default layout": `import log4js from 'log4js'
const logger = log4js.getLogger('pay')
log4js.configure({ appenders: { out: { type: 'stdout' } }, categories: { default: { appenders: ['out'], level: 'info' } } })
${logged}`,
  "log4js' basic layout": `import log4js from 'log4js'
const logger = log4js.getLogger('pay')
log4js.configure({ appenders: { out: { type: 'stdout', layout: { type: 'basic' } } }, categories: { default: { appenders: ['out'], level: 'info' } } })
${logged}`,
  'tslog for people': `import { Logger } from 'tslog'
const logger = new Logger({ name: 'shop' })
${logged}`,
  'tslog as JSON': `import { Logger } from 'tslog'
const logger = new Logger({ name: 'shop', type: 'json' })
${logged}`,
  'consola in CI': `import { createConsola } from 'consola/basic'
const logger = createConsola()
${logged}`,
  'consola for people': `import { createConsola } from 'consola'
const logger = createConsola({ fancy: true })
logger.success('x')
logger.box('x')
${logged}`,
  signale: `import logger from 'signale'
for (const type of ['success', 'star', 'fav', 'pending', 'wait', 'note']) logger[type](type)
logger.info('ready')
logger.error('the order failed', chargeCard())
logger.scope('pay').error(chargeCard())
logger.warn(chargeCard())
logger.fatal('no stock')`,
  roarr: `import { Roarr as logger } from 'roarr'
const serialize = ({ name, message, stack }) => ({ name, message, stack })
logger('ready')
logger.info('ready')
logger.error({ error: serialize(chargeCard()) }, 'the order failed')
logger.error({ error: serialize(chargeCard()) }, 'no card')
logger.warn({ error: serialize(chargeCard()) }, 'slow')
logger.fatal('no stock')`,
  'the ConsoleLogger of Nest': nest('{ colors: true }'),
  'the ConsoleLogger of Nest as JSON': nest('{ json: true, colors: false }'),
  'the console': `console.log('ready')
console.error('the order failed', chargeCard())
console.error(chargeCard())
console.error('ERROR no stock')`,
  'the console exporter of OpenTelemetry': `import { ConsoleLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
const processors = [new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() })]
const provider = new LoggerProvider({ processors })
const logger = provider.getLogger('pay')
logger.emit({ severityNumber: 9, body: 'ready' })
logger.emit({ severityNumber: 17, severityText: 'ERROR', body: 'the order failed', exception: chargeCard() })
logger.emit({ severityNumber: 18, exception: chargeCard() })
logger.emit({ severityNumber: 13, body: 'slow', exception: chargeCard() })
logger.emit({ severityNumber: 21, body: 'no stock' })
await provider.shutdown()`,
  'LogTape as lines of JSON': `import { configure, getConsoleSink, getLogger, jsonLinesFormatter } from '@logtape/logtape'
const json = getConsoleSink({ formatter: jsonLinesFormatter })
await configure({ sinks: { json }, loggers: [{ category: 'shop', sinks: ['json'] }, { category: ['logtape', 'meta'] }] })
const logger = getLogger('shop')
${logged}`,
}

function nest(options: string): string {
  return `import { ConsoleLogger } from '@nestjs/common'
const logger = new ConsoleLogger('Pay', ${options})
logger.log('ready')
logger.error('the order failed', chargeCard().stack)
logger.error(chargeCard())
logger.warn('slow')
logger.fatal('no stock')`
}

test.each(Object.entries(loggers))(
  'the level, the message and the stack survive in the lines of %s',
  (name, code) => {
    const alerts = recordsOf(name, code).filter(isAlert)

    const shown = alerts.map((record) =>
      JSON.stringify([record.message, record.error, record.fields]),
    )
    expect(shown).toEqual([
      expect.stringContaining('the order failed'),
      expect.stringContaining('no card'),
      expect.stringContaining('no stock'),
    ])
    expect(shown.slice(0, 2)).toEqual(Array(2).fill(expect.stringContaining('chargeCard')))
    expect(alerts.map(({ level }) => level.toLowerCase().slice(0, 5))).toEqual([
      'error',
      'error',
      name === 'the console' ? 'error' : 'fatal',
    ])
    const keys = alerts.map((record) => explainFingerprint(record).decidedBy)
    expect(keys).toEqual(['stack', 'stack', 'message'])
  },
)

function recordsOf(name: string, code: string): readonly LogRecord[] {
  const file = join(programs, `${name.replaceAll(/\W/g, '-')}.mjs`)
  writeFileSync(file, code + common)
  // Both in the order in which they are printed, as in `2>&1`.
  const output = openSync(`${file}.txt`, 'w')
  const env = { ...process.env, ROARR_LOG: 'true', FORCE_COLOR: '1' }
  spawnSync(process.execPath, [file], { stdio: ['ignore', output, output], env })
  closeSync(output)
  const records: LogRecord[] = []
  const reader = new LineReader((record) => records.push(record))
  reader.read(readFileSync(`${file}.txt`))
  reader.end()
  return records
}

const isAlert = ({ level, severity }: LogRecord): boolean =>
  (severity ?? severityOfLabel(level) ?? 50) >= 50
