// `npm run bench -- grouping`: the cost of a message's grouping key, and the accuracy of the groups. The logs are research data beside
// the repository (or in $SLACK_LOGGER_SHARED); without them, only the Node messages below are measured.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createMessageTemplates } from '@slack-logger/core'

const passes = process.env.BENCH_SMOKE === 'true' ? 1 : 7
const repositoryRoot = fileURLToPath(new URL('..', import.meta.url))
const folder = path.join(
  process.env.SLACK_LOGGER_SHARED ?? path.join(repositoryRoot, '..', 'shared'),
  'grouping',
)

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, load ${loadavg()[0].toFixed(1)}`,
)
console.log(
  `µs a message: median of ${passes} passes, each without the state of the previous one\n`,
)

const logs = [...labelledLogs(), nodeLog(), repeatedLog()]
for (const log of logs) keysOf(log)
for (const log of logs) report(log)
if (logs.length > 1) {
  const labelled = logs.filter(({ lines }) => lines[0]?.template !== undefined)
  const mean = labelled.reduce((sum, { lines }) => sum + accuracyOf(lines), 0) / labelled.length
  console.log(`${'mean of the logs'.padEnd(24)} accuracy ${mean.toFixed(4)}`)
} else console.log(`no labelled logs in ${folder}: accuracy not measured`)

function report(log) {
  const costs = Array.from({ length: passes }, () => microsecondsOf(log)).toSorted((a, b) => a - b)
  const cost = `${(costs[Math.floor(passes / 2)] ?? 0).toFixed(2)} µs (${(costs[0] ?? 0).toFixed(2)} – ${(costs.at(-1) ?? 0).toFixed(2)})`
  const isLabelled = log.lines[0]?.template !== undefined
  const accuracy = isLabelled ? `accuracy ${accuracyOf(log.lines).toFixed(4)}` : ''
  console.log(`${log.name.padEnd(24)} ${cost.padEnd(28)} ${accuracy}`)
}

function microsecondsOf(log) {
  const start = performance.now()
  keysOf(log)
  return ((performance.now() - start) * 1e3) / log.lines.length
}

function keysOf({ lines }) {
  const templates = createMessageTemplates()
  return lines.map(({ message }) => templates.keyOf(message))
}

/** The share of lines whose group is exactly the set of lines of their template. */
function accuracyOf(lines) {
  const keys = keysOf({ lines })
  const byKey = indexesBy(keys)
  const byTemplate = indexesBy(lines.map(({ template }) => template))
  let right = 0
  for (const indexes of byTemplate.values()) {
    const key = keys[indexes[0]]
    const isExact = indexes.every((index) => keys[index] === key)
    if (isExact && byKey.get(key).length === indexes.length) right += indexes.length
  }
  return right / lines.length
}

function indexesBy(labels) {
  const groups = new Map()
  for (const [index, label] of labels.entries()) {
    const group = groups.get(label)
    if (group === undefined) groups.set(label, [index])
    else group.push(index)
  }
  return groups
}

function labelledLogs() {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ndjson'))
    .map((file) => ({
      name: path.basename(file, '.ndjson'),
      lines: readFileSync(path.join(folder, file), 'utf8').trim().split('\n').map(JSON.parse),
    }))
}

/** Messages of a service whose values never repeat. */
function nodeLog() {
  const shapes = [
    (n) => `connect ECONNREFUSED 10.0.${n % 256}.${n % 199}:${1024 + n}`,
    (n) => `Order ${n} could not be paid: card of customer cus_${n.toString(36)}Xk declined`,
    (n) => `ENOENT: no such file or directory, open '/srv/data/${n}/upload-${n * 7}.json'`,
    (n) => `POST /orders/${n} 500 ${n % 900}.${n % 10} ms`,
    (n) => `user u-${n} not found in tenant acme-${n % 50}`,
  ]
  const lines = Array.from({ length: 2_000 }, (_, n) => ({ message: shapes[n % 5](n) }))
  return { name: 'Node, all values new', lines }
}

/** What a failing program logs: one text again and again, each time as a new string. */
function repeatedLog() {
  const parts = ['Payment for cus_1 failed:', 'card declined by the bank']
  const lines = Array.from({ length: 2_000 }, () => ({ message: parts.join(' ') }))
  return { name: 'Node, one text', lines }
}
