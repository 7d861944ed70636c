// `npm run bench -- flood`: a flood of distinct errors while Slack does not respond, compared with the same flood without a Slack transport.
import { mkdtempSync, rmSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startInbox } from '@slack-logger/slack-inbox'

const smoke = process.env.BENCH_SMOKE === 'true'
const records = smoke ? 5000 : 200_000
const pairs = smoke ? 1 : 3
const limits = { worker: 64, stream: 16, winston: 16 }
const only = process.argv.slice(2)

console.log(`Node ${process.version}, load ${loadavg()[0].toFixed(1)}`)
console.log(
  `${records.toLocaleString('en')} distinct errors, 100 a turn; Slack never responds; medians of ${pairs}\n`,
)
for (const [kind, limitMb] of Object.entries(limits)) {
  if (only.length === 0 || only.includes(kind)) await report(kind, limitMb)
}

async function report(kind, limitMb) {
  const ours = []
  const baseline = []
  for (let pair = 0; pair < pairs; pair += 1) {
    ours.push(await measure(kind))
    baseline.push(await measure(`${kind}-noop`))
  }
  const moreMb = value(ours, 'grewMb') - value(baseline, 'grewMb')
  const ratio = value(ours, 'p99Ms') / value(baseline, 'p99Ms')
  const isComplete = ours.every(({ lines }) => lines === records)
  console.log(`${kind}:`)
  console.log(
    `  memory: ${show(value(ours, 'grewMb'))} MB against ${show(value(baseline, 'grewMb'))} MB: ${show(moreMb)} more (at most ${limitMb})`,
  )
  console.log(
    `  p99 of the event loop's delay: ${show(value(ours, 'p99Ms'))} ms against ${show(value(baseline, 'p99Ms'))} ms: ${ratio.toFixed(2)}× (at most 1.25×)`,
  )
  console.log(
    `  other transport: ${isComplete ? 'every line' : `${Math.min(...ours.map(({ lines }) => lines))} lines`}`,
  )
}

/** Runs one subject in a separate process with its own inbox. */
async function measure(kind) {
  const inbox = await startInbox()
  inbox.fail({ hang: true })
  const folder = mkdtempSync(join(tmpdir(), 'slack-logger-flood-'))
  try {
    return await run(kind, folder, inbox.apiUrl)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await inbox.close()
  }
}

function run(kind, folder, apiUrl) {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('subjects/flood.mjs', import.meta.url))],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        KIND: kind,
        RECORDS: String(records),
        LOG_FILE: join(folder, 'app.log'),
        SLACK_LOGGER_SPOOL_DIR: join(folder, 'spool'),
        SLACK_API_URL: apiUrl,
        SLACK_BOT_TOKEN: 'xoxb-bench',
        SLACK_CHANNEL: '#alerts',
      },
    },
  )
  return new Promise((resolve, reject) => {
    let result
    child.on('message', (message) => (result = message))
    child.on('error', reject)
    child.on('exit', (code) =>
      result ? resolve(result) : reject(new Error(`${kind} ended with ${code}`)),
    )
  })
}

function value(samples, name) {
  return median(samples.map((sample) => sample[name]))
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

function show(number) {
  return number.toFixed(1)
}
