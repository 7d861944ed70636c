import { contentOf, type Evidence } from './kill-checks.ts'
import type { KillResult } from './kill-run.ts'
import type { ProgressLine, ProcessLog } from './kill-process.ts'
import type { SlackAnswer } from './slack-answers.ts'
import { namesIn, type ReadMessage, type SlackUnit } from './slack-view.ts'

interface Entry {
  readonly at: number
  readonly text: string
}

/** The command that repeats a run alone. */
function commandOf(seed: number): string {
  return `npm run fuzz -- kill --seed ${seed} --runs 1`
}

/** A run as text: what it was, what is wrong, what happened when, and what is in Slack. */
export function describeRun({ evidence, violations, tookMs }: KillResult): string {
  const { plan, processes, answers, units } = evidence
  const began = processes[0]?.startedAt ?? 0
  const entries = [
    ...processes.flatMap((process, index) => entriesOf(process, index, evidence)),
    ...answers.map(entryOf),
  ]
  const lines = entries
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, text }) => `${String(at - began).padStart(7)} ms  ${text}`)
  return [
    `Seed ${plan.seed}: ${plan.logger}, ${plan.hasHistory ? 'with' : 'without'} history, ${Math.round(tookMs / 1000)} s. Repeat it with`,
    `    ${commandOf(plan.seed)}`,
    '',
    ...violations.map(({ kind, text }) => `✗ ${kind}: ${text}`),
    '',
    'What happened:',
    ...lines,
    '',
    'What is in Slack:',
    ...units.flatMap(describeUnit),
  ].join('\n')
}

function entriesOf(
  { startedAt, endingAt, endedAt, endedBy, progress, stderr }: ProcessLog,
  index: number,
  { plan }: Evidence,
): readonly Entry[] {
  const { end, slack } = plan.processes[index] ?? {}
  const who = `process ${index + 1}`
  return [
    { at: startedAt, text: `${who} starts, Slack is ${JSON.stringify(slack)}` },
    ...joinLines(progress.filter(({ what }) => what !== 'promised' && what !== 'end')).map(
      ({ at, text }) => ({ at, text: `${who} ${text}` }),
    ),
    { at: endingAt, text: `${who} ends: ${end?.how ?? 'everything is delivered'}` },
    { at: endedAt, text: `${who} has ended: ${endedBy}` },
    ...linesOf(stderr).map((line) => ({ at: endedAt, text: `${who} wrote to stderr: ${line}` })),
  ]
}

/** What the sink wrote; the stack of an uncaught error is no news. */
function linesOf(stderr: string): readonly string[] {
  return stderr.split('\n').filter((line) => line.startsWith('[slack-logger]'))
}

/** What was logged within a few milliseconds is one entry. */
function joinLines(progress: readonly ProgressLine[]): readonly Entry[] {
  const entries: { at: number; until: number; text: string }[] = []
  for (const { what, at, name } of progress) {
    const last = entries.at(-1)
    if (last !== undefined && what === 'logged' && at - last.until <= 5) {
      last.text += ` ${name}`
      last.until = at
    } else entries.push({ at, until: at, text: name === '' ? `is ${what}` : `${what} ${name}` })
  }
  return entries
}

function entryOf(answer: SlackAnswer): Entry {
  const { request, kind, what } = answer
  const { thread_ts: thread, ts } = request.arguments
  const where = thread ?? ts
  const named = namesIn(contentOf(answer), 'problem').join(' ')
  const to = typeof where === 'string' ? ` ${where}` : ''
  const result = request.isAccepted ? 'accepted' : (request.error ?? 'not accepted')
  const text = `→ ${request.method}${to} ${named} ← ${result}, ${kind} ${what}`
  return { at: request.at, text }
}

function describeUnit({ root, replies, kind }: SlackUnit): readonly string[] {
  return [describeMessage(root, kind), ...replies.map((reply) => `    ${describeMessage(reply)}`)]
}

function describeMessage({ ts, named, detailed, text }: ReadMessage, kind = 'reply'): string {
  const [head = ''] = text.split('\n')
  const details = detailed.length === 0 ? '' : `, details of ${detailed.join(' ')}`
  return `${kind} ${ts} “${head.slice(0, 120)}” names ${named.join(' ') || 'none'}${details}`
}
