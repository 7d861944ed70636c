/**
 * Makes the libraries fail for real and writes what they throw to ../captured.json: `npm install && npm run capture`.
 *
 * An optional argument captures only the scenarios whose id begins with it, and prints them instead.
 */
import { mkdirSync, readdirSync, realpathSync, writeFileSync } from 'node:fs'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { hostname, release } from 'node:os'
import { types } from 'node:util'
import pino from 'pino'
import winston from 'winston'
import Transport from 'winston-transport'
import { startServers } from './context.mjs'
import { encode } from './encode.mjs'
import { secret } from './scenario.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const only = process.argv[2] ?? ''

/** Each error is kept in one of the forms in which loggers hand it on, in turn. */
const forms = [
  (error, text, context) => ({ message: text, error: encode(error, context) }),
  (error, text, context) => ({ ...encode(withPino(error, text), context) }),
  (error, text, context) => ({ ...encode(withWinston(error, text), context) }),
]

function withPino(error, text) {
  let line = ''
  const stream = new Writable({ write: (chunk, _encoding, done) => ((line += chunk), done()) })
  pino({ base: null, timestamp: false }, stream).error({ err: error }, text)
  const { level: _, msg, err, ...fields } = JSON.parse(line)
  return { message: msg, error: err, fields, source: 'pino' }
}

function withWinston(error, text) {
  let info
  class Keep extends Transport {
    log(given, done) {
      info = given
      done()
    }
  }
  const format = winston.format.errors({ stack: true })
  winston.createLogger({ format, transports: [new Keep()] }).error(text, error)
  const { level: _, message, ...fields } = info
  return { message, fields, source: 'winston' }
}

async function provoke({ id, fail }, servers) {
  try {
    const timeout = new Promise((resolve) => setTimeout(resolve, 15_000).unref())
    await Promise.race([fail(servers), timeout])
  } catch (error) {
    return { error }
  }
  console.error(`${id}: did not fail`)
  return undefined
}

/** Paths and ports of the machine give way to those of a service. */
function createReplace(ports) {
  const numbers = new RegExp(`\\b(${[...ports.keys()].join('|')})\\b`, 'g')
  const packages = realpathSync(`${here}node_modules`)
  const known = (found) => String(ports.get(Number(found)))
  return (value) => {
    if (typeof value === 'number') return ports.get(value) ?? value
    return value
      .replaceAll(packages, '/srv/app/node_modules')
      .replaceAll(here, '/srv/app/')
      .replaceAll(process.execPath, '/usr/local/bin/node')
      .replaceAll(release(), '6.1.0')
      .replaceAll(hostname(), 'web-1')
      .replace(numbers, known)
  }
}

process.on('uncaughtException', (error) => console.error('uncaught:', error.message))
const servers = await startServers()
const entries = []
for (const file of readdirSync(`${here}src`).sort()) {
  const { default: scenarios } = await import(`./src/${file}`)
  for (const wanted of scenarios.filter(({ id }) => id.startsWith(only))) {
    const failure = await provoke(wanted, servers)
    if (failure === undefined) continue
    const isThrownError = types.isNativeError(failure.error)
    const form = forms[isThrownError ? entries.length % forms.length : 0]
    const record = form(failure.error, wanted.text, { replace: createReplace(servers.ports) })
    const source = `${wanted.id.split('/')[0]}: ${wanted.id.split('/')[1].replaceAll('-', ' ')}`
    entries.push({ id: wanted.id, source, record, must: wanted.must, mustNot: [secret] })
  }
}
await servers.close()
if (only) console.log(JSON.stringify(entries, null, 2))
else {
  mkdirSync(`${here}..`, { recursive: true })
  const lines = entries.map((entry) => JSON.stringify(entry)).join(',\n')
  writeFileSync(`${here}../captured.json`, `[\n${lines}\n]\n`)
}
console.error(`${entries.length} captured`)
process.exit(0)
