import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startInbox } from '../../src/index.ts'
import { call } from '../call.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slack-inbox-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const start = () => startInbox({ listen: false, keepFile: join(folder, 'messages.jsonl') })

test('messages, threads and edits survive a restart, and new messages are newer', async () => {
  const first = await start()
  const root = await call(first, 'chat.postMessage', { channel: 'alerts', text: 'root' })
  await call(first, 'chat.postMessage', { channel: 'alerts', text: 'reply', thread_ts: root.ts })
  await call(first, 'chat.update', { channel: root.channel, ts: root.ts, text: 'edited' })
  const gone = await call(first, 'chat.postMessage', { channel: 'alerts', text: 'gone' })
  await call(first, 'chat.delete', { channel: gone.channel, ts: gone.ts })
  await first.close()

  await using second = await start()
  const kept = second.thread(root.ts ?? '').map(({ text }) => text)
  const answer = await call(second, 'chat.postMessage', {
    channel: 'alerts',
    text: 'new',
    thread_ts: root.ts,
  })

  expect(kept).toEqual(['edited', 'reply'])
  expect(Number(answer.ts)).toBeGreaterThan(Number(root.ts))
  expect(second.messages()).toMatchObject([{ text: 'edited', history: [{ text: 'root' }] }])
})

test('a line that a crash truncated loses only that line', async () => {
  const first = await start()
  await call(first, 'chat.postMessage', { channel: 'alerts', text: 'whole' })
  await first.close()
  await appendFile(join(folder, 'messages.jsonl'), '{"message":{"ts":"17')

  await using second = await start()
  await call(second, 'chat.postMessage', { channel: 'alerts', text: 'next' })

  expect(second.messages().map(({ text }) => text)).toEqual(['whole', 'next'])
})

test('cleared messages stay cleared, and only the owner may read the file', async () => {
  const first = await start()
  await call(first, 'chat.postMessage', { channel: 'alerts', text: 'x' })
  first.clear()
  await first.close()

  await using second = await start()
  const { mode } = await stat(join(folder, 'messages.jsonl'))

  expect(second.messages()).toEqual([])
  expect(mode & 0o077).toBe(0)
})

test('the file is compacted after many edits', async () => {
  await using inbox = await startInbox({
    listen: false,
    rateLimit: false,
    keepFile: join(folder, 'messages.jsonl'),
  })
  const { channel, ts } = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: '0' })

  for (let count = 1; count <= 1100; count += 1)
    await call(inbox, 'chat.update', { channel, ts, text: String(count) })

  const lines = (await readFile(join(folder, 'messages.jsonl'), 'utf8')).split('\n')
  expect(lines.length).toBeLessThan(200)
})

test('startInbox rejects a path that cannot be written', async () => {
  await expect(
    startInbox({ listen: false, keepFile: join(folder, 'no', 'where') }),
  ).rejects.toThrow('ENOENT')
})
