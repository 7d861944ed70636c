import { Session } from 'node:inspector/promises'
import { startInbox, type Inbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { nextTurn } from '../src/clock.ts'
import { createSlackSink, type SlackSink } from '../src/sink.ts'

// How many files and classes of core a record passes: whoever follows one through the code reads all of them. The limits are two above
// what was measured last.

const src = new URL('../src/', import.meta.url).href

/** The files and the classes whose functions are called meanwhile. */
async function passedBy(run: () => void | Promise<void>): Promise<{
  readonly files: readonly string[]
  readonly classes: readonly string[]
}> {
  const session = new Session()
  session.connect()
  await session.post('Debugger.enable')
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  await run()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  const files: string[] = []
  const classes: string[] = []
  for (const { url, scriptId, functions } of result) {
    const starts = functions
      // A module calls functions without a name where it reads a constant of another one.
      .filter(({ functionName, ranges }) => functionName !== '' && (ranges[0]?.count ?? 0) > 0)
      .map(({ ranges }) => ranges[0]?.startOffset ?? 0)
    if (!url.startsWith(src) || starts.length === 0) continue
    const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId })
    files.push(url.slice(src.length))
    for (const found of scriptSource.matchAll(/^(?:export )?(?:abstract )?class (\w+)/gm)) {
      const end = scriptSource.indexOf('\n}', found.index)
      if (starts.some((start) => found.index < start && start < end)) classes.push(found[1] ?? '')
    }
  }
  session.disconnect()
  return { files, classes }
}

function startSink(inbox: Inbox): SlackSink {
  // Without actions, Slack is called only for messages.
  const options = { token: inbox.token, channel: '#alerts', actions: false } as const
  return createSlackSink(options, { variables: { SLACK_API_URL: inbox.apiUrl } })
}

function write(sink: SlackSink): void {
  const error = new Error('the card was refused')
  sink.write({ level: 'error', time: Date.now(), message: 'payment failed', error, fields: {} })
}

test('a new error passes at most 82 files and 46 classes until Slack is called', async () => {
  await using inbox = await startInbox()
  const sink = startSink(inbox)
  sink.write({ level: 'error', time: Date.now(), message: 'another problem', fields: {} })
  await sink.flush()
  const { length } = inbox.messages()

  const { files, classes } = await passedBy(async () => {
    write(sink)
    while (inbox.messages().length === length) await nextTurn()
  })

  await sink.close()
  expect(files.length).toBeLessThanOrEqual(82)
  expect(classes.length).toBeLessThanOrEqual(46)
})

test('a repeated error passes at most 38 files and 26 classes', async () => {
  await using inbox = await startInbox()
  const sink = startSink(inbox)
  const log = (): void => write(sink)
  for (let repeat = 0; repeat < 3; repeat += 1) await passedBy(log)
  await sink.flush()

  const { files, classes } = await passedBy(log)

  await sink.close()
  expect(files.length).toBeLessThanOrEqual(38)
  expect(classes.length).toBeLessThanOrEqual(26)
})
