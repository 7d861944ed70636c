import type { ProcessLog } from './kill-process.ts'
import type { KillPlan } from './kill-plan.ts'
import type { SlackAnswer } from './slack-answers.ts'
import { countInList, countOf, countsOfStorm, namesIn, type SlackUnit } from './slack-view.ts'

/** Everything that is known about a run. */
export interface Evidence {
  readonly plan: KillPlan
  readonly processes: readonly ProcessLog[]
  readonly answers: readonly SlackAnswer[]
  readonly units: readonly SlackUnit[]
}

export const violationKinds = [
  'never named',
  'named twice',
  'listed twice',
  'in another thread',
  'details twice',
  'wrong count',
  'not logged',
  'crashed',
] as const

export interface Violation {
  readonly kind: (typeof violationKinds)[number]
  readonly text: string
}

/** One problem, and what is known about it. */
interface ProblemLog {
  readonly name: string
  readonly isPromised: boolean
  /** How often it was certainly logged, and at most. */
  readonly logged: number
  readonly maxLogged: number
  /** Whether nothing was lost with the process: mere counts may be, when no code of ours runs at its end. */
  readonly isCountKept: boolean
}

/** What a run did wrong. */
export function checkKill(evidence: Evidence): readonly Violation[] {
  const logs = problemLogs(evidence)
  const known = new Map(logs.map((log) => [log.name, log]))
  return [
    ...logs.flatMap((log) => checkNamings(log, evidence)),
    ...evidence.units.flatMap((unit) => [
      ...checkThread(unit, evidence),
      ...checkCounts(unit, known, evidence),
      ...checkLogged(unit, known),
    ]),
    ...evidence.processes.flatMap((process, index) => checkProcess(process, index, evidence)),
  ]
}

/** The promised problems that Slack does not name. */
export function findMissing(evidence: Evidence): readonly string[] {
  const named = new Set(evidence.units.flatMap((unit) => [...unit.named]))
  const promised = problemLogs(evidence).filter(({ isPromised }) => isPromised)
  return promised.map(({ name }) => name).filter((name) => !named.has(name))
}

function problemLogs({ plan, processes }: Evidence): readonly ProblemLog[] {
  return plan.processes.flatMap(({ steps, end }, index) => {
    const progress = processes[index]?.progress ?? []
    return steps
      .flatMap(({ problems }) => problems)
      .map(({ name, times }) => {
        const own = progress.filter((line) => line.name === name)
        const logged = own.filter(({ what }) => what === 'logged').length
        const isPromised =
          plan.logger === 'worker' ? own.some(({ what }) => what === 'promised') : logged > 0
        // A process that is killed may have returned from one more call.
        const maxLogged = end?.how === 'SIGKILL' || end?.how === 'SIGTERM' ? times : logged
        const isCountKept = end?.how === 'exit' || end?.how === 'throw'
        return { name, isPromised, logged, maxLogged, isCountKept }
      })
  })
}

function checkNamings({ name, isPromised }: ProblemLog, evidence: Evidence): readonly Violation[] {
  const { units, plan } = evidence
  const naming = units.filter(({ named }) => named.has(name))
  const alone = naming.filter(({ kind }) => kind === 'problem')
  // A storm also lists the few problems that its process had posted just before: docs/incidents.md, "Storms".
  const counted = naming.filter(
    (unit) =>
      unit.kind !== 'storm' ||
      !alone.some((other) => processOf(other, evidence) === processOf(unit, evidence)),
  )
  const posts = evidence.answers.filter(
    (answer) => isPost(answer) && namesIn(contentOf(answer), 'problem').includes(name),
  )
  const roots = posts.filter(({ request }) => request.arguments['thread_ts'] === undefined)
  const lost = roots.filter((answer) => isLost(answer, evidence)).length
  const unclear = roots.filter((answer) => isUnclear(answer, evidence)).length
  const max = plan.hasHistory || lost === 0 ? 1 : 2
  // Two posts of which nobody can know whether they arrived: a third one could be one too many.
  const min = isPromised && (plan.hasHistory || unclear - lost < 2) ? 1 : 0
  const where = counted.map((unit) => `${unit.kind} ${unit.root.ts}`).join(', ')
  const lostText = `answers lost: ${lost}, ${plan.hasHistory ? 'with' : 'without'} history`
  if (counted.length < min) return [{ kind: 'never named', text: `${name} (${lostText})` }]
  if (counted.length > max)
    return [{ kind: 'named twice', text: `${name}: ${where} (${lostText})` }]
  return []
}

function checkThread(unit: SlackUnit, evidence: Evidence): readonly Violation[] {
  const { root, replies, kind } = unit
  const violations: Violation[] = []
  const own = new Set(root.named)
  for (const reply of replies) {
    const foreign = kind === 'problem' || kind === 'list' ? reply.named : []
    for (const name of foreign)
      if (!own.has(name))
        violations.push({ kind: 'in another thread', text: `${name} below ${root.ts}` })
    for (const name of reply.detailed)
      if (kind !== 'problem' || !own.has(name))
        violations.push({ kind: 'in another thread', text: `details of ${name} below ${root.ts}` })
    if (kind !== 'problem' && reply.hasStack)
      violations.push({ kind: 'in another thread', text: `a stack below ${root.ts}` })
  }
  for (const name of unit.named) {
    const details = replies.filter(({ detailed }) => detailed.includes(name))
    const lists = kind === 'problem' ? [] : replies.filter(({ named }) => named.includes(name))
    if (details.length > maxCopies(details, evidence))
      violations.push({ kind: 'details twice', text: `${name} below ${root.ts}` })
    if (lists.length > maxCopies(lists, evidence))
      violations.push({ kind: 'listed twice', text: `${name} below ${root.ts}` })
  }
  return violations
}

/** How often a reply may have been posted. */
function maxCopies(
  replies: readonly { readonly id: string | undefined }[],
  evidence: Evidence,
): number {
  if (evidence.plan.hasHistory) return 1
  return replies.some(({ id }) => isIdLost(id, evidence)) ? 2 : 1
}

function checkCounts(
  unit: SlackUnit,
  known: ReadonlyMap<string, ProblemLog>,
  evidence: Evidence,
): readonly Violation[] {
  const { root, kind } = unit
  if (kind === 'storm') return checkStorm(unit, known, evidence)
  if (kind === 'other') return []
  return root.named.flatMap((name) => {
    const log = known.get(name)
    const shown = kind === 'list' ? countInList(root, name) : countOf(root)
    if (log === undefined || shown === undefined) return []
    const min = minCount(log)
    if (shown >= min && shown <= log.maxLogged) return []
    const logged = min === log.maxLogged ? `${min}` : `${min} to ${log.maxLogged}`
    return [{ kind: 'wrong count', text: `${name} in ${root.ts}: ${shown}, logged ${logged}` }]
  })
}

function checkStorm(
  { root, named }: SlackUnit,
  known: ReadonlyMap<string, ProblemLog>,
  evidence: Evidence,
): readonly Violation[] {
  const shown = countsOfStorm(root)
  // A copy whose answer was lost is not kept up to date.
  if (shown === undefined || (!evidence.plan.hasHistory && isIdLost(root.id, evidence))) return []
  const logs = [...named].flatMap((name) => known.get(name) ?? [])
  const elsewhere = new Set(evidence.units.flatMap((unit) => [...unit.named]))
  const unpromised = [...known.values()].filter(
    ({ name, isPromised, maxLogged }) => !isPromised && maxLogged > 0 && !elsewhere.has(name),
  )
  const min = sum(logs.map(minCount))
  const max = sum([...logs, ...unpromised].map(({ maxLogged }) => maxLogged))
  const maxProblems = named.size + unpromised.length
  const violations: Violation[] = []
  const add = (text: string): void =>
    void violations.push({ kind: 'wrong count', text: `storm ${root.ts}: ${text}` })
  if (shown.problems < named.size || shown.problems > maxProblems)
    add(`${shown.problems} problems, names ${named.size}`)
  if (shown.total < min || shown.total > max)
    add(`${shown.total} errors, logged ${min} to ${max} of those it names`)
  return violations
}

function minCount({ isCountKept, logged }: ProblemLog): number {
  return isCountKept ? logged : 1
}

function checkLogged(
  unit: SlackUnit,
  known: ReadonlyMap<string, ProblemLog>,
): readonly Violation[] {
  return [...unit.named]
    .filter((name) => (known.get(name)?.maxLogged ?? 0) === 0)
    .map((name) => ({ kind: 'not logged', text: `${name} in ${unit.root.ts}` }))
}

function checkProcess(
  { endedBy, stderr }: ProcessLog,
  index: number,
  { plan }: Evidence,
): readonly Violation[] {
  const how = plan.processes[index]?.end?.how
  const expected: readonly (number | string)[] =
    how === 'exit' || how === 'throw' ? [1] : how === 'abort' ? ['SIGABRT', 134] : [how ?? 0]
  if (expected.includes(endedBy)) return []
  return [
    {
      kind: 'crashed',
      text: `process ${index + 1} ended by ${endedBy} instead of ${expected[0]}: ${stderr}`,
    },
  ]
}

/** The index of the process that posted it: one starts after the other has ended. */
function processOf({ root }: SlackUnit, { processes }: Evidence): number {
  return processes.findLastIndex(({ startedAt }) => startedAt <= root.postedAt)
}

function isPost({ request }: SlackAnswer): boolean {
  return request.method === 'chat.postMessage'
}

export function contentOf({ request }: SlackAnswer): string {
  return JSON.stringify(request.arguments)
}

/** Whether it took effect, but the client may not know. */
function isLost(answer: SlackAnswer, evidence: Evidence): boolean {
  const tookEffect = answer.kind === 'ok' || answer.kind === 'lost'
  return tookEffect && isUnclear(answer, evidence)
}

/** Whether the client may not know if it took effect. */
function isUnclear(answer: SlackAnswer, { processes }: Evidence): boolean {
  if (answer.kind === 'rejected' || answer.kind === 'lost') return true
  const { at: sentAt } = answer.request
  const process = processes.findLast(({ startedAt }) => startedAt <= sentAt)
  if (process === undefined) return true
  // While a process exits it no longer receives answers to what it sent before.
  const answeredBy = answer.at + answerMs
  const isCutOff = sentAt <= process.endingAt && answeredBy > process.endingAt
  return isCutOff || answeredBy > process.endedAt
}

/** A client has read and noted an answer within this time, in milliseconds. */
const answerMs = 50

function isIdLost(id: string | undefined, evidence: Evidence): boolean {
  return evidence.answers.some(
    (answer) =>
      id !== undefined &&
      isPost(answer) &&
      contentOf(answer).includes(id) &&
      isLost(answer, evidence),
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
