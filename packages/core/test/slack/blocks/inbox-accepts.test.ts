import { readdirSync, readFileSync } from 'node:fs'
import { assert, asyncProperty } from 'fast-check'
import { startInbox, type Inbox } from '@slack-logger/slack-inbox'
import { expect, onTestFinished, test } from 'vitest'
import { anyMessages } from './arbitrary-messages.ts'

const golden = new URL('golden/', import.meta.url)

test.each(readdirSync(golden))('a strict Slack has no objection to %s', async (name) => {
  const inbox = await startInbox({ listen: false })
  onTestFinished(() => inbox.close())
  const message = readFileSync(new URL(name, golden), 'utf8')

  const verdict = await validate(inbox, message)

  expect(verdict).toEqual({ ok: true })
})

test('a strict Slack has no objection to any message', async () => {
  const inbox = await startInbox({ listen: false })
  onTestFinished(() => inbox.close())

  await assert(
    asyncProperty(anyMessages, async (messages) => {
      for (const message of messages) {
        const verdict = await validate(inbox, JSON.stringify(message))
        expect(verdict).toEqual({ ok: true })
      }
    }),
    { numRuns: 50 },
  )
})

async function validate(inbox: Inbox, message: string): Promise<unknown> {
  const body = new URLSearchParams({ message })
  const response = await inbox.fetch(new URL('blocks.validate', inbox.apiUrl), {
    method: 'POST',
    body,
  })
  return response.json()
}
