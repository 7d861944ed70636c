import { startInbox, type Inbox } from '@slack-logger/slack-inbox'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { tempFolder } from '../support/temp-folder.ts'
import { checkKill, findMissing, type Evidence, type Violation } from './kill-checks.ts'
import type { KillPlan } from './kill-plan.ts'
import { runProcess, type ProcessLog } from './kill-process.ts'
import { createRandom } from './random.ts'
import { SlackAnswers } from './slack-answers.ts'
import { readSlack } from './slack-view.ts'

export interface KillResult {
  readonly evidence: Evidence
  readonly violations: readonly Violation[]
  readonly tookMs: number
}

/** Without a request for this long nothing more is expected: when all is well, when a check fails, when something is missing. */
const quietMs = { well: 2500, wrong: 10_000, missing: 35_000 }
const maxWaitMs = 90_000
const pollMs = 100
/** The seed of a run determines how Slack answers, too, but from a sequence of its own. */
const answersSeed = 0x5eed

/** Runs the processes of a plan, one after the other, with one journal folder and one Slack. */
export async function runKill(plan: KillPlan): Promise<KillResult> {
  const began = performance.now()
  using folder = tempFolder()
  const answers = new SlackAnswers(createRandom(plan.seed ^ answersSeed))
  await using inbox = await startInbox(plan.hasHistory ? {} : { tokens: [tokenWithoutHistory] })
  inbox.fail(answers.choose)

  const processes: ProcessLog[] = []
  const evidence = (): Evidence => ({
    plan,
    processes,
    answers: answers.all,
    units: readSlack(inbox),
  })
  for (const [index, each] of plan.processes.entries()) {
    answers.follow(each.slack)
    const log = await runProcess({
      logger: plan.logger,
      plan: each,
      apiUrl: inbox.apiUrl,
      spoolDir: join(folder.path, 'spool'),
      progressFile: join(folder.path, `progress-${index}`),
      ...(each.end === undefined && {
        untilDone: (signal) => untilDelivered(inbox, evidence, signal),
      }),
    })
    processes.push(log)
  }
  const violations = checkKill(evidence())
  return { evidence: evidence(), violations, tookMs: performance.now() - began }
}

const tokenWithoutHistory = {
  token: 'xoxb-test',
  scopes: ['chat:write', 'chat:write.public', 'channels:read', 'files:write'],
}

/** Waits until Slack names everything that was promised and no more requests come, as long as there is hope. */
async function untilDelivered(
  inbox: Inbox,
  evidence: () => Evidence,
  signal: AbortSignal,
): Promise<void> {
  const began = Date.now()
  while (!signal.aborted && Date.now() - began < maxWaitMs) {
    const lastAt = Math.max(began, inbox.requests.at(-1)?.at ?? 0)
    const silentMs = Date.now() - lastAt
    // The checks are made only when their result may matter.
    if (silentMs >= quietMs.well && silentMs >= hopeMs(evidence())) return
    await setTimeout(pollMs)
  }
}

function hopeMs(evidence: Evidence): number {
  if (findMissing(evidence).length > 0) return quietMs.missing
  return checkKill(evidence).length > 0 ? quietMs.wrong : quietMs.well
}
