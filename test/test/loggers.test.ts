import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startInbox } from '@slack-logger/slack-inbox'
import { beforeAll, describe, expect, test } from 'vitest'
import { installFolder } from './support/install-folder.ts'
import { posts, roots, textOf } from './support/reader.ts'
import { runFile } from './support/run-app.ts'

const folder = new URL('../loggers/', import.meta.url)
const page = readFileSync(new URL('../../docs/loggers.md', import.meta.url), 'utf8')
const snippets = new Map(
  [...page.matchAll(/<!-- run: ([\w ]+) -->\n```js\n([\s\S]*?)```/g)].map(
    ([, name = '', code = '']) => [name, code],
  ),
)

/** What the programs log, apart from how. */
const common = `
function chargeCard() {
  return new TypeError('no card', { cause: new Error('refused by the bank') })
}
const req = { method: 'POST', url: '/orders/17?x=1', headers: { host: 'shop.example' } }
const people = ['the lady with the dog', 'somebody else']
`

/** How a logger logs it; a text with `who` in the place of a person. */
interface Calls {
  /** An error with its request, beside the text \`the order failed\`. */
  readonly error: string
  /** The text \`no cart of … was found\` with \`who\`, at the error level. */
  readonly text: string
  /** What is no alert. */
  readonly quiet: string
  /** The name of the logger, if the logger has one. */
  readonly named?: string
}

const loggers: Readonly<Record<string, Calls>> = {
  bunyan: {
    error: `logger.error({ err: chargeCard(), req }, 'the order failed')`,
    // It passes on the finished text, in which only what looks like a value is one.
    text: `logger.fatal('no cart of %j was found', who)`,
    quiet: `logger.info('ready'); logger.warn(chargeCard(), 'slow')`,
    named: 'shop',
  },
  log4js: {
    error: `log4js.getLogger('pay').error('the order %s', 'failed', chargeCard(), { req })`,
    text: `logger.error('no cart of %s was found', who)`,
    quiet: `logger.mark('x'); logger.info('x'); logger.warn(chargeCard())`,
    named: 'pay',
  },
  tslog: {
    error: `logger.error('the order failed', chargeCard(), { req })`,
    text: `logger.fatal('no cart of %s was found', who)`,
    quiet: `logger.silly('x'); logger.info('x'); logger.warn(chargeCard()); logger.log(3, 'AUDIT', 'x')`,
    named: 'shop',
  },
  consola: {
    error: `consola.withTag('pay').error('the order failed', chargeCard(), { req })`,
    text: `consola.fatal('no cart of %s was found', who)`,
    quiet: `for (const type of ['log', 'info', 'success', 'ready', 'start', 'box', 'warn']) consola[type](type)`,
    named: 'pay',
  },
  logtape: {
    error: `getLogger(['shop', 'pay']).error('the order failed', { error: chargeCard(), req })`,
    text: `logger.error\`no cart of \${who} was found\``,
    quiet: `logger.info('x'); logger.warn(chargeCard())`,
    named: 'shop.pay',
  },
  loglayer: {
    error: `logger.withMetadata({ req }).withError(chargeCard()).error('the order failed')`,
    text: `logger.fatal('no cart of %s was found', who)`,
    quiet: `logger.info('x'); logger.withError(chargeCard()).warn('x')`,
  },
  signale: {
    error: `signale.scope('pay').error('the order failed', chargeCard(), { req })`,
    text: `signale.fatal('no cart of %s was found', who)`,
    quiet: `for (const type of ['await', 'complete', 'debug', 'fav', 'info', 'log', 'note', 'pause', 'pending', 'star', 'start', 'success', 'wait', 'warn', 'watch']) signale[type](type)
new signale.Signale({ types: { remind: { badge: '*', color: 'yellow', label: 'reminder', logLevel: 'info' } } }).remind('x')
signale.disable(); signale.error('disabled'); signale.enable()`,
    named: 'pay',
  },
  roarr: {
    error: `const serialize = ({ name, message, stack, cause }) => ({ name, message, stack, ...(cause && { cause: serialize(cause) }) })
logger.error({ error: serialize(chargeCard()), req, namespace: 'pay' }, 'the order failed')`,
    text: `logger.fatal('no cart of "%s" was found', who)`,
    quiet: `logger('x'); logger.info('x'); logger.warn('x')`,
    named: 'pay',
  },
  nest: {
    error: `logger.error('the order failed', chargeCard(), { req }, 'Pay')`,
    text: `logger.fatal('no cart of %s was found', who)`,
    quiet: `logger.log('x'); logger.verbose('x'); logger.warn(chargeCard())`,
    named: 'Pay',
  },
  console: {
    error: `console.error('the order failed', chargeCard(), { req })`,
    text: `console.error('no cart of %s was found', who)`,
    quiet: `console.log('x'); console.warn(chargeCard())`,
  },
  opentelemetry: {
    error: `provider.getLogger('pay').emit({ severityNumber: 17, body: 'the order failed', exception: chargeCard(), attributes: { 'http.request.method': 'POST', req } })`,
    text: `provider.getLogger('pay').emit({ severityNumber: 22, severityText: 'Fatal2', body: \`no cart of "\${who}" was found\` })`,
    quiet: `provider.getLogger('pay').emit({ severityNumber: 13, body: 'x', exception: chargeCard() }); provider.getLogger('pay').emit({ body: 'x' })`,
    named: 'pay',
  },
}

let programs = ''
beforeAll(() => {
  installFolder(folder)
  // Inside the folder, so that its packages are found.
  programs = mkdtempSync(fileURLToPath(new URL('.programs-', folder)))
  return () => rmSync(programs, { recursive: true, force: true })
}, 120_000)

async function run(name: string, code: string) {
  const inbox = await startInbox()
  const file = join(programs, `${name.replaceAll(' ', '-')}.mjs`)
  writeFileSync(file, `${snippets.get(name) ?? ''}\n${common}\n${code}\n`)
  const env = { OTEL_SERVICE_NAME: 'shop', ROARR_LOG: 'true' }
  const { code: exitCode, stderr } = await runFile(file, { apiUrl: inbox.apiUrl, env })
  await inbox.close()
  return { inbox, exitCode, stderr }
}

test('each block of docs/loggers.md is run here', () => {
  expect([...snippets.keys()]).toEqual([...Object.keys(loggers), 'process'])
  expect(page.match(/```js/g)).toHaveLength(snippets.size)
})

test('the blocks are TypeScript as well', () => {
  const project = mkdtempSync(join(programs, 'typescript-'))
  for (const [name, code] of snippets) writeFileSync(join(project, `${name}.mts`), code)
  const compilerOptions = {
    strict: true,
    noImplicitAny: false,
    module: 'nodenext',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    noEmit: true,
    skipLibCheck: true,
  }
  const config = { compilerOptions, include: ['*.mts'] }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config))

  const { stdout } = spawnSync('npx', ['--no-install', 'tsc', '-p', project], { encoding: 'utf8' })

  expect(stdout).toBe('')
}, 60_000)

describe.each(Object.entries(loggers))('%s', (name, { error, text, quiet, named = '' }) => {
  test('passes on an error with its stack, its cause and its request, beside the text', async () => {
    const { inbox, exitCode } = await run(name, error)

    const [root, ...others] = roots(inbox)
    const whole = posts(inbox).map(textOf).join('\n')
    const cause = name === 'opentelemetry' ? '' : ' ← refused by the bank'
    expect(exitCode).toBe(0)
    expect(others).toEqual([])
    expect(root?.text).toContain(`TypeError: no card${cause} · shop`)
    expect(root?.text).toContain('the order failed')
    expect(whole).toContain('chargeCard')
    expect(whole).toContain('POST /orders/17')
    expect(whole).toContain(named)
  })

  test('groups by the template of a text', async () => {
    const { inbox } = await run(name, `for (const who of people) { ${text} }`)

    expect(roots(inbox)).toHaveLength(1)
    expect(roots(inbox)[0]?.text).toMatch(/no cart of .* was found.* · ×2/)
  })

  test('does not alert below the error level', async () => {
    const { inbox, exitCode, stderr } = await run(name, quiet)

    expect({ exitCode, messages: inbox.messages() }).toEqual({ exitCode: 0, messages: [] })
    expect(stderr).not.toContain('[slack-logger]')
  })
})

describe('process', () => {
  test.each([
    ['an uncaught error', 'setTimeout(() => { throw chargeCard() })', 'uncaughtException'],
    ['an unhandled rejection', 'void Promise.reject(chargeCard())', 'unhandledRejection'],
  ])('passes on %s, which ends the process as before', async (_, code, text) => {
    const { inbox, exitCode, stderr } = await run('process', code)

    expect(exitCode).toBe(1)
    expect(stderr).toContain('TypeError: no card')
    expect(roots(inbox).map((root) => root.text)).toEqual([
      `🚨 TypeError: no card ← refused by the bank · shop · ${text}`,
    ])
  })
})

test("bunyan's serializer takes what is no Error as well", async () => {
  const { inbox, exitCode } = await run(
    'bunyan',
    `logger.error({ err: 'a text' }, 'the order failed')`,
  )

  expect(exitCode).toBe(0)
  expect(roots(inbox).map(({ text }) => text)).toEqual([expect.stringContaining('a text')])
})

test.each([
  ['log4js', `logger.error('the order failed', { req })`],
  ['tslog', `logger.error('the order failed', { req })`],
  ['logtape', `logger.error('the order failed', { req })`],
  ['console', `console.error('the order failed', req)`],
])('a live request is read in %s', async (name, code) => {
  const { inbox } = await run(
    name,
    `import { createServer } from 'node:http'
const server = createServer((req, response) => {
  ${code}
  response.end(() => {
    server.close()
    server.closeAllConnections()
  })
})
server.listen(0, '127.0.0.1', () => fetch(\`http://127.0.0.1:\${server.address().port}/carts/7\`, { method: 'PUT' }))`,
  )

  expect(roots(inbox)[0]?.text).toContain('PUT /carts/7')
})

test('the sink of LogTape is disposed of when everything is sent', async () => {
  const { inbox } = await run(
    'logtape',
    `import { dispose } from '@logtape/logtape'
logger.error('the order failed')
await dispose()
process.kill(process.pid, 'SIGKILL')`,
  )

  expect(roots(inbox)).toHaveLength(1)
})

describe('loggers above others', () => {
  const winston = `import winston from 'winston'
import { SlackTransport } from '@slack-logger/winston-slack'
const logger = winston.createLogger({ transports: [new SlackTransport()] })\n`

  test('LogLayer passes on its error and its fields through winston', async () => {
    const { inbox } = await run(
      'none',
      `${winston}import { LogLayer } from 'loglayer'
import { WinstonTransport } from '@loglayer/transport-winston'
const layer = new LogLayer({ transport: new WinstonTransport({ logger }) })
layer.withMetadata({ req }).withError(chargeCard()).error('the order failed')`,
    )

    const whole = posts(inbox).map(textOf).join('\n')
    expect(roots(inbox).map(({ text }) => text)).toEqual([
      '🔴 TypeError: no card ← refused by the bank · shop · POST /orders/17 · the order failed',
    ])
    expect(whole).toContain('chargeCard')
  })

  test('a bridge of OpenTelemetry passes on the level and the text of winston', async () => {
    const { inbox } = await run(
      'opentelemetry',
      `import winston from 'winston'
import { logs } from '@opentelemetry/api-logs'
import { OpenTelemetryTransportV3 } from '@opentelemetry/winston-transport'
logs.setGlobalLoggerProvider(provider)
const logger = winston.createLogger({ transports: [new OpenTelemetryTransportV3()] })
logger.warn('slow')
logger.error('the order failed', { error: chargeCard() })`,
    )

    expect(roots(inbox).map(({ text }) => text)).toEqual([
      expect.stringContaining('the order failed'),
    ])
  })

  test.each([
    [
      'electron-log',
      `import log from 'electron-log/node.js'
log.transports.file.level = false
log.transports.slack = Object.assign((message) => sink.write(message), { level: 'warn', transforms: [] })`,
    ],
    [
      'loglevel',
      `import log from 'loglevel'
const { methodFactory } = log
log.methodFactory = (method, level, name) => {
  const print = methodFactory(method, level, name)
  return (...args) => { sink.write({ level: method, logger: name, args }); print(...args) }
}
log.setLevel('info')`,
    ],
  ])('the line about %s in the page is enough', async (name, code) => {
    const line = page.split('\n').find((each) => each.startsWith(`| ${name} |`)) ?? ''
    const [, quoted = '-'] = /`(.*)`/.exec(line) ?? []
    const { inbox } = await run(
      name,
      `import { createSlackSink } from '@slack-logger/core'
const sink = createSlackSink()
${code}
log.warn(chargeCard())
log.error('order %s failed', 17, chargeCard())`,
    )

    expect(code).toContain(quoted)
    expect(roots(inbox).map(({ text }) => text)).toEqual([
      '🔴 TypeError: no card ← refused by the bank · shop · order 17 failed',
    ])
  })
})
