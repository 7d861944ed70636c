import { startInbox } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { runApp } from './support/run-app.ts'
import { tempFolder } from './support/temp-folder.ts'

// The ends that stop a thread from outside are rows of the exit matrix.
describe.each(['stream', 'winston', 'sink'])('%s in a worker thread', (kind) => {
  test.concurrent.each(['natural', 'thread exit', 'thread exception', 'thread rejection'])(
    'delivers when the thread ends by itself: %s',
    async (end) => {
      await using inbox = await startInbox()
      using folder = tempFolder()
      const { apiUrl } = inbox
      const env = { KIND: kind, END: end, WHEN: 'now', SLACK_LOGGER_SPOOL_DIR: folder.path }

      await runApp('exit-in-thread.mjs', { apiUrl, env })

      expect(inbox.messages()).toHaveLength(1)
    },
    60_000,
  )
})
