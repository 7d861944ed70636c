// `npm run bench [-- NAME]`: what the transports cost, each against a baseline measured in the same run.
import { spawn } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { startInbox } from '@slack-logger/slack-inbox'

const smoke = process.env.BENCH_SMOKE === 'true'
const pairs = smoke ? 1 : 5
const records = smoke ? 2000 : 200_000
const only = process.argv[2]

const rows = [
  { name: 'storm-pino', ours: 'pino-worker', baseline: 'pino-noop', measure: 'storm' },
  { name: 'storm-winston', ours: 'winston-slack', baseline: 'winston-null', measure: 'storm' },
  { name: 'arrival', ours: 'sink', baseline: 'raw-fetch', measure: 'arrival' },
]

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, load ${loadavg()[0].toFixed(1)}`,
)
console.log(
  `medians of ${pairs} alternating pairs, (min – max); ${records.toLocaleString('en')} identical errors a storm\n`,
)
for (const row of rows) if (only === undefined || row.name === only) await report(row)

async function report(row) {
  const samples = { ours: [], baseline: [], ratio: [], requests: [] }
  for (let pair = 0; pair < pairs; pair += 1) {
    const ours = await measure(row, row.ours)
    const baseline = await measure(row, row.baseline)
    samples.ours.push(ours.value)
    samples.baseline.push(baseline.value)
    samples.ratio.push(ours.value / baseline.value)
    samples.requests.push(ours.requests)
  }
  const unit =
    row.measure === 'storm' ? 'ns of app-thread CPU per error' : 'µs from call to arrival (p50)'
  console.log(`${row.name}: ${row.ours} / ${row.baseline} = ${spread(samples.ratio, 2)}`)
  console.log(`  ${unit}: ${spread(samples.ours, 0)} against ${spread(samples.baseline, 0)}`)
  if (row.measure === 'storm') console.log(`  requests to Slack: ${spread(samples.requests, 0)}`)
}

/** Runs one subject as a process of its own against an inbox of its own. */
async function measure(row, subject) {
  const inbox = await startInbox({ rateLimit: false })
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL(`subjects/${subject}.mjs`, import.meta.url))],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        RECORDS: String(records),
        CALLS: String(smoke ? 3 : 10),
        SLACK_API_URL: inbox.apiUrl,
        SLACK_BOT_TOKEN: 'xoxb-bench',
        SLACK_CHANNEL: '#alerts',
      },
    },
  )
  const result = await new Promise((resolve, reject) => {
    let answer
    child.on('message', (message) => (answer = message))
    child.on('error', reject)
    child.on('exit', (code) =>
      code === 0 && answer ? resolve(answer) : reject(new Error(`${subject} ended with ${code}`)),
    )
  })
  const requests = inbox.requests.length
  await inbox.close()
  return { value: result.value, requests }
}

function spread(values, digits) {
  const sorted = values.toSorted((a, b) => a - b)
  const show = (value) => value.toFixed(digits)
  return `${show(sorted[Math.floor(sorted.length / 2)])} (${show(sorted[0])} – ${show(sorted.at(-1))})`
}
