// `npm run noise`: counts the posts of this library and of other policies in six scenarios. `--write` writes the table to docs/incidents.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { measure } from './noise/measure.mjs'
import { otherPolicies } from './noise/other-policies.mjs'
import { scenarios } from './noise/scenarios.mjs'

const page = fileURLToPath(new URL('../docs/incidents.md', import.meta.url))
const marks = { start: '<!-- noise -->\n', end: '<!-- /noise -->\n' }
const window = { repeat: { policy: 'window', limit: 3, windowMs: 600_000 } }

const table = toTable(await measureAll())
console.log(table)
if (process.argv.includes('--write')) write(table)

async function measureAll() {
  const columns = scenarios.map(({ occurrences }) => occurrences())
  const others = otherPolicies.map(({ title, posts }) => [title, ...columns.map(posts)])
  const milestones = []
  const windows = []
  for (const occurrences of columns) {
    milestones.push(await measure(occurrences))
    // A policy that posts hundreds of messages a minute would take days at Slack's rate limit.
    windows.push(occurrences.length > 100_000 ? undefined : await measure(occurrences, window))
  }
  return [
    ...others,
    ["here: `policy: 'window'`", ...windows.map((counts) => counts?.notifications ?? '–')],
    [
      "**here: `policy: 'milestones'`**",
      ...milestones.map(({ notifications }) => `**${notifications}**`),
    ],
    ['… its replies / edits', ...milestones.map(({ replies, edits }) => `${replies} / ${edits}`)],
  ]
}

function toTable(rows) {
  const head = ['posts that notify', ...scenarios.map(({ title }) => title)]
  const lines = [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
  return lines.map((cells) => `| ${cells.map((cell) => shown(cell)).join(' | ')} |\n`).join('')
}

function shown(cell) {
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : cell
}

function write(text) {
  const content = readFileSync(page, 'utf8')
  const start = content.indexOf(marks.start) + marks.start.length
  const end = content.indexOf(marks.end)
  if (start < marks.start.length || end < start)
    throw new Error(`${page} has no markers for the table`)
  writeFileSync(page, `${content.slice(0, start)}\n${text}\n${content.slice(end)}`)
}
