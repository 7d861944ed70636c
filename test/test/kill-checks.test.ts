import { beforeAll, describe, expect, test } from 'vitest'
import { checkKill, findMissing, type Evidence } from './fuzz/kill-checks.ts'
import type { KillPlan, ProcessPlan } from './fuzz/kill-plan.ts'
import { runKill } from './fuzz/kill-run.ts'
import type { SlackUnit } from './fuzz/slack-view.ts'

const slack = { maxLatencyMs: 0, rejected: 0, lost: 0, limited: 0 }
const once = { times: 1, isFatal: false, hasCause: false }
const logs: ProcessPlan = {
  steps: [
    { atMs: 0, problems: [{ ...once, name: 'balodiku', times: 3 }] },
    { atMs: 10, problems: [{ ...once, name: 'mirasoto' }] },
  ],
  end: { how: 'exit', atMs: 1000 },
  slack,
}
const delivers: ProcessPlan = { steps: [], end: undefined, slack }
const plan: KillPlan = { seed: 0, logger: 'sink', hasHistory: true, processes: [logs, delivers] }

let evidence: Evidence

beforeAll(async () => {
  const result = await runKill(plan)
  evidence = result.evidence
}, 30_000)

/** The kinds of what is wrong when other messages were in Slack. */
function kindsIn(units: readonly SlackUnit[], changes: Partial<Evidence> = {}): readonly string[] {
  const violations = checkKill({ ...evidence, ...changes, units })
  return [...new Set(violations.map(({ kind }) => kind))]
}

function unitOf(name: string): SlackUnit {
  const unit = evidence.units.find(({ named }) => named.has(name))
  if (unit === undefined) throw new Error(`${name} is not in Slack`)
  return unit
}

describe('the checks of the kill fuzz', () => {
  test('find nothing wrong when a service ends in order and Slack works', () => {
    expect(checkKill(evidence)).toEqual([])
    expect(evidence.units.map(({ kind }) => kind)).toEqual(['problem', 'problem'])
  })

  test('find a problem that Slack does not name', () => {
    const units = [unitOf('mirasoto')]

    expect(kindsIn(units)).toEqual(['never named'])
    expect(findMissing({ ...evidence, units })).toEqual(['balodiku'])
  })

  test('find a problem that two messages name', () => {
    const units = [...evidence.units, unitOf('mirasoto')]

    expect(kindsIn(units)).toEqual(['named twice'])
  })

  test('accept two messages, but not three, where an answer was lost and history cannot be read', () => {
    const answers = evidence.answers.map((answer) => ({ ...answer, kind: 'lost' as const }))
    const changes = { answers, plan: { ...plan, hasHistory: false } }
    const copy = unitOf('mirasoto')

    expect(kindsIn([...evidence.units, copy], changes)).toEqual([])
    expect(kindsIn([...evidence.units, copy], { answers })).toEqual(['named twice'])
    expect(kindsIn([...evidence.units, copy, copy], changes)).toEqual(['named twice'])
  })

  test('find the details of a problem below another one', () => {
    const [first, second] = [unitOf('balodiku'), unitOf('mirasoto')]
    const replies = [...first.replies, ...second.replies]
    const named = new Set([...first.named, ...second.named])

    const kinds = kindsIn([
      { ...first, replies, named },
      { ...second, replies: [] },
    ])

    expect(kinds).toEqual(['named twice', 'in another thread'])
  })

  test('find details that were posted twice', () => {
    const { replies, ...unit } = unitOf('mirasoto')

    const kinds = kindsIn([unitOf('balodiku'), { ...unit, replies: [...replies, ...replies] }])

    expect(kinds).toEqual(['details twice'])
  })

  test('find a count that is not what was logged', () => {
    const unit = unitOf('balodiku')
    const text = unit.root.text.replace('*Count* 3', '*Count* 2')

    const kinds = kindsIn([{ ...unit, root: { ...unit.root, text } }, unitOf('mirasoto')])

    expect(kinds).toEqual(['wrong count'])
  })

  test('find a problem that nobody logged', () => {
    const unit = { ...unitOf('mirasoto'), named: new Set(['fulanato']) }

    expect(kindsIn([...evidence.units, unit])).toEqual(['not logged'])
  })

  test('compare what a storm counts with what it names, and find what it lists twice', () => {
    const names = ['balodiku', 'mirasoto']
    const message = { ...unitOf('mirasoto').root, named: names, detailed: [], hasStack: false }
    const storm = (text: string, lists: number): SlackUnit => ({
      kind: 'storm',
      root: { ...message, text: `🌩️ ${text} · checkout` },
      replies: Array.from({ length: lists }, () => ({ ...message, text: names.join('\n') })),
      named: new Set(names),
    })

    expect(kindsIn([storm('2 new problems, 4 errors', 1)])).toEqual([])
    expect(kindsIn([storm('3 new problems, 4 errors', 1)])).toEqual(['wrong count'])
    expect(kindsIn([storm('2 new problems, 5 errors', 1)])).toEqual(['wrong count'])
    expect(kindsIn([storm('2 new problems, 4 errors', 2)])).toEqual(['listed twice'])
  })

  test('find a process that ended in another way', () => {
    const processes = evidence.processes.map((each) => ({ ...each, endedBy: 'SIGSEGV' }))

    expect(kindsIn(evidence.units, { processes })).toEqual(['crashed'])
  })
})
