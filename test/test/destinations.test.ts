import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startInbox } from '@slack-logger/slack-inbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runFile } from './support/run-app.ts'

const page = readFileSync(new URL('../../docs/destinations.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = '']) => code)

let folder = ''
beforeAll(() => {
  // Inside the package, so that its dependencies are found.
  folder = mkdtempSync(fileURLToPath(new URL('../.destinations-', import.meta.url)))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function save(code: string | undefined): string {
  const file = join(folder, 'app.mjs')
  writeFileSync(file, code ?? '')
  return file
}

test.each([
  ['pino', 0],
  ['winston', 1],
])('the example of Discord with %s sends its error as printed', async (_, index) => {
  await using inbox = await startInbox({ discord: true })

  const { code, stderr } = await runFile(save(blocks[index]), {
    env: { DISCORD_WEBHOOK_URL: inbox.discord.webhookUrl },
  })

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(inbox.messages().map(({ text }) => text)).toEqual([
    expect.stringMatching(/^🔴 Error: the card was refused\n/),
  ])
})

test('the example of Google Chat posts a root and its thread under one key, and calls nobody', async () => {
  const posts: { url: URL; text: string; threadKey: string }[] = []
  const server = createServer((request, response) => {
    void readText(request).then((body) => {
      const { text, thread } = JSON.parse(body) as { text: string; thread: { threadKey: string } }
      posts.push({ url: new URL(request.url ?? '', 'http://chat'), text, ...thread })
      return response.end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  const { code, stderr } = await runFile(save(blocks[2]), {
    env: {
      GOOGLE_CHAT_WEBHOOK_URL: `http://127.0.0.1:${port}/v1/spaces/AAA/messages?key=k&token=t`,
    },
  })
  server.close()

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const [root, stack] = posts
  expect(root?.text).toContain('no stock for <\u200busers/all>')
  expect(stack?.text).toContain('at ')
  expect(stack?.threadKey).toBe(root?.threadKey)
  expect(root?.url.searchParams.get('requestId')).toBe(root?.threadKey)
  expect(new Set(posts.map(({ url }) => url.searchParams.get('requestId'))).size).toBe(posts.length)
  expect(root?.url.searchParams.get('token')).toBe('t')
  expect(JSON.stringify(posts.map(({ text }) => text))).not.toContain('<users/all>')
})
