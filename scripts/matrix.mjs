// `npm run matrix`: tests every fault and every way to exit, with the times. `--discord` tests those of Discord alone, `--write` writes the
// tables to docs/reliability-matrices.md, and `--node PATH` runs the services with another Node.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { prepare, run } from './prepare.mjs'

const { values: options } = parseArgs({
  options: {
    discord: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    node: { type: 'string' },
  },
})
const root = fileURLToPath(new URL('..', import.meta.url))
const rowsFile = `${root}test/.reports/exit-matrix.ndjson`
const page = `${root}docs/reliability-matrices.md`
const titles = [
  [undefined, 'Slack'],
  ['webhook', 'Discord by a webhook'],
  ['bot', 'Discord by a bot'],
]

prepare()
rmSync(rowsFile, { force: true })
// `run` exits if a row fails, and the table shows which one.
process.once('exit', report)
const tests = [
  'fault-matrix',
  'discord-faults',
  'fault-worker',
  'lost-answers',
  'ends',
  'exit-matrix',
  'restarts',
  'outages',
  'clocks',
]
const chosen = options.discord ? ['discord-faults', 'exit-matrix', '-t', 'Discord'] : tests
run('npm', ['exec', '-w', 'test', '--', 'vitest', 'run', ...chosen], {
  MATRIX: 'full',
  ...(options.node !== undefined && { MATRIX_NODE: options.node }),
})

function report() {
  const rows = readRows()
  for (const [way, title] of titles) {
    const shown = rows.filter(({ discord }) => discord === way)
    if (shown.length === 0) continue
    const table = buildTable(shown)
    console.log(`${title}\n\n${table}\n`)
    if (options.write) write(title, table)
  }
}

function readRows() {
  if (!existsSync(rowsFile)) return []
  const lines = readFileSync(rowsFile, 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line)).map(([row, result]) => ({ ...row, ...result }))
}

function buildTable(rows) {
  const slacks = ['fast', 'slow', 'hung', 'down']
  const kinds = ['worker', 'targets', 'stream', 'winston', 'thread']
  const ends = [...new Set(rows.map(({ end }) => end))]
  const lines = [
    '| exit | when | logger | 100 ms | 300 ms | no response | connection refused |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ]
  for (const end of ends) {
    for (const when of ['now', 'later']) {
      for (const kind of kinds) {
        const cells = slacks.map((slack) =>
          cellOf(
            rows.find(
              (row) =>
                row.end === end && row.when === when && row.kind === kind && row.slack === slack,
            ),
          ),
        )
        if (cells.some((cell) => cell !== ''))
          lines.push(
            `| ${[end, when === 'now' ? 'same turn' : '1 s later', nameOf(kind), ...cells].join(' | ')} |`,
          )
      }
    }
  }
  return lines.join('\n')
}

function nameOf(kind) {
  return (
    {
      worker: 'pino worker',
      targets: 'pino `targets`',
      stream: 'pino stream',
      thread: 'pino stream in a worker thread',
    }[kind] ?? kind
  )
}

function cellOf(row) {
  if (row === undefined) return ''
  const what = row.now > 0 ? 'now' : row.later > 0 ? 'next start' : '**lost**'
  const twice = row.now + row.later > 1 ? ', twice' : ''
  return `${what}${twice}, ${(row.exitMs / 1000).toFixed(1)} s`
}

/** Replaces the table, which is between two comments. */
function write(title, table) {
  const [start, end] = [`<!-- ends: ${title} -->\n`, `<!-- end of ends: ${title} -->`]
  const text = readFileSync(page, 'utf8')
  const [before, rest] = text.split(start)
  const [, after] = rest.split(end)
  writeFileSync(page, `${before}${start}\n${table}\n\n${end}${after}`)
}
