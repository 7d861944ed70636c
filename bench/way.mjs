// `npm run bench -- way [--files]`: the files, classes and calls of core and pino-slack that one error passes, a new one until Slack is called
// and a repeated one until the call returns. The transport runs in this thread, as it does in pino's worker.
import { Session } from 'node:inspector/promises'
import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startInbox } from '@slack-logger/slack-inbox'
import pinoSlack from '@slack-logger/pino-slack'
import pino from 'pino'
import { nextTurn } from './subjects/support/clocks.mjs'

const settleMs = 3000
const repeats = 20
const packages = fileURLToPath(new URL('../packages', import.meta.url))
const isOurs = /\/packages\/(?:core|pino-slack)\/dist\/cjs\/[\w-]+\.js$/

const inbox = await startInbox()
Object.assign(process.env, { NODE_ENV: 'production', SLACK_API_URL: inbox.apiUrl })
const transport = await pinoSlack({ token: inbox.token, channel: '#alerts' })
const logger = pino({}, transport)
const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
await settled()

const log = () => logger.error(new Error('the card was refused'), 'payment failed')
show('a new error, until Slack is called', await passedBy(logUntilSlackIsCalled))
await settled()
// Each from the same place.
for (let repeat = 0; repeat < repeats; repeat += 1) await passedBy(log)
show('the same error again', await passedBy(log))
await new Promise((done) => transport.flush(done))
process.exit()

async function logUntilSlackIsCalled() {
  const { length } = inbox.requests
  log()
  while (inbox.requests.length === length) await nextTurn()
}

function settled() {
  return new Promise((done) => setTimeout(done, settleMs))
}

async function passedBy(run) {
  await session.post('Profiler.takePreciseCoverage')
  await run()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  return result.filter(({ url }) => isOurs.test(url)).flatMap(functionsOf)
}

function show(title, passed) {
  const files = [...new Set(passed.map(({ file }) => file))]
  const classes = new Set(passed.flatMap(({ owner }) => owner ?? []))
  const calls = passed.reduce((sum, { count }) => sum + count, 0)
  console.log(`${title}: ${files.length} files, ${classes.size} classes, ${calls} calls`)
  if (process.argv.includes('--files')) console.log(`${files.join('\n')}\n`)
}

/** The called functions of a bundle, each with the file that it comes from and its class. */
function functionsOf({ url, functions }) {
  const path = fileURLToPath(new URL(url, 'file://'))
  const text = readFileSync(path, 'utf8')
  const map = new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8')))
  const classes = [...text.matchAll(/^(?:var (\w+) = )?class (\w+)?[^\n]*\{$/gm)].map((found) => ({
    name: found[2] ?? found[1],
    start: found.index,
    end: text.indexOf('\n}', found.index),
  }))
  return functions.flatMap(({ ranges: [{ startOffset, count }] }) => {
    // The whole bundle is a function, too.
    if (count === 0 || startOffset === 0) return []
    const before = text.slice(0, startOffset).split('\n')
    const { originalSource = '' } = map.findEntry(before.length - 1, before.at(-1).length)
    const file = relative(packages, resolve(dirname(path), originalSource))
    const owner = classes.find(({ start, end }) => start <= startOffset && startOffset < end)?.name
    return /^[\w-]+\/src\//.test(file) ? [{ file, owner, count }] : []
  })
}
