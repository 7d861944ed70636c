// `npm run noise`: counts the posts of this library and of other policies in scenarios of minutes to weeks, and fails where a number is not
// what a person on call wants. `--write` writes the table to docs/incidents.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { measure } from './noise/measure.mjs'
import { otherPolicies } from './noise/other-policies.mjs'
import { scenarios } from './noise/scenarios.mjs'

const page = fileURLToPath(new URL('../docs/incidents.md', import.meta.url))
const marks = { start: '<!-- noise -->\n', end: '<!-- /noise -->\n' }
const window = { repeat: { policy: 'window', limit: 3, windowMs: 600_000 } }
/** A policy that posts hundreds of messages a minute would take days at Slack's rate limit. */
const maxOccurrences = 100_000

const head = ['scenario', 'goal', 'here', 'replies, edits', 'window']
const rows = []
for (const scenario of scenarios) rows.push(await measureRow(scenario))
const table = toTable([...head, ...otherPolicies.map(({ title }) => title)], rows)
console.log(table)
if (process.argv.includes('--write')) write(table)

async function measureRow(scenario) {
  const { title, goal } = scenario
  const occurrences = scenario.occurrences()
  const here = await measure(scenario)
  const windowed = occurrences.length > maxOccurrences ? undefined : await measure(scenario, window)
  if (here.notifications < goal[0] || here.notifications > goal[1]) {
    console.error(`${title}: expected ${shownGoal(goal)} notifications, got ${here.notifications}`)
    process.exitCode = 1
  }
  return [
    title,
    shownGoal(goal),
    `**${here.notifications}**`,
    `${here.replies}, ${here.edits}`,
    windowed?.notifications ?? '–',
    ...otherPolicies.map(({ posts }) => posts(occurrences)),
  ]
}

function shownGoal([least, most]) {
  return least === most ? `${least}` : `${least} to ${most}`
}

function toTable(titles, lines) {
  const rule = titles.map((_, column) => (column === 0 ? '---' : '---:'))
  return [titles, rule, ...lines]
    .map((cells) => `| ${cells.map((cell) => shown(cell)).join(' | ')} |\n`)
    .join('')
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
