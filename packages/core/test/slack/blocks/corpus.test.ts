import { describe, expect, test } from 'vitest'
import { describeEvent } from '../../../src/event/normalize.ts'
import { buildRoot } from '../../../src/notification/root.ts'
import { buildThread } from '../../../src/notification/thread.ts'
import { createRedactor } from '../../../src/redaction/redactor.ts'
import { textLimits } from '../../../src/slack/limits.ts'
import type { SlackMessage } from '../../../src/slack/message.ts'
import { readCorpus } from '../../corpus/corpus.ts'
import { decodeRecord, type CorpusEntry } from '../../corpus/decode-record.ts'
import { settings, viewOf } from '../../notification/samples.ts'
import { render } from './render.ts'
import { objectionsTo, textsIn } from './slack-rules.ts'

const redactor = createRedactor({})

/** What an event keeps for other steps, and words that stand in messages of their own right. */
const notShown = ['order %d is late']
const fixedWords = ['caused by']

/** Root and thread as Slack gets them, and the root as a webhook gets it. */
function messagesOf(
  entry: CorpusEntry,
): Readonly<Record<'thread' | 'inline', readonly SlackMessage[]>> {
  const view = viewOf(describeEvent(decodeRecord(entry), { redactor, trustProxy: false }))
  const context = { breadcrumbs: [], limits: textLimits, files: true }
  const { messages } = buildThread(view, context, settings)
  return {
    thread: [buildRoot(view, settings), ...messages].map((each) => render(each)),
    inline: [render(buildRoot(view, settings, { isInline: true }))],
  }
}

describe.each(readCorpus())('$id ($source)', (entry) => {
  const { thread, inline } = messagesOf(entry)
  const shown = thread.map((message) => `${message.text}\n${textsIn(message)}`).join('\n')

  test('becomes messages that Slack takes', () => {
    expect([...thread, ...inline].flatMap(objectionsTo)).toEqual([])
  })

  test('shows what it must', () => {
    expect(entry.must.filter((text) => !shown.includes(text) && !notShown.includes(text))).toEqual(
      [],
    )
  })

  test('shows nothing that it must not', () => {
    const sent = JSON.stringify([thread, inline])

    expect(
      entry.mustNot.filter((text) => sent.includes(text) && !fixedWords.includes(text)),
    ).toEqual([])
  })
})
