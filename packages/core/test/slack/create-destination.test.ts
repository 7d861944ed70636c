import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { createSlackSink, type SlackSink } from '../../src/index.ts'

function log(sink: SlackSink): void {
  sink.write({ level: 'error', time: Date.now(), message: 'the card was refused', fields: {} })
}

test('requests go through the proxy that the options name', async () => {
  await using inbox = await startInbox()
  const asked: string[] = []
  const proxy = createServer().on('connect', ({ url = '' }, socket) => {
    asked.push(url)
    const [host = '', port] = url.split(':')
    const there = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      there.pipe(socket).pipe(there)
    })
    socket.on('error', () => there.destroy())
    there.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  const sink = createSlackSink({
    token: inbox.token,
    channel: '#alerts',
    slackApiUrl: inbox.apiUrl,
    proxy: `http://127.0.0.1:${port}`,
    spoolDir: false,
  })

  log(sink)
  await sink.close()
  proxy.close()

  expect(inbox.messages()).toHaveLength(1)
  expect(new Set(asked)).toEqual(new Set([new URL(inbox.apiUrl).host]))
})

test('a proxy that closes each connection is asked again after a delay only', async () => {
  await using inbox = await startInbox()
  let asked = 0
  const proxy = createServer().on('connect', (_, socket) => {
    asked += 1
    socket.on('error', () => undefined).end()
  })
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  const sink = createSlackSink({
    token: inbox.token,
    channel: '#alerts',
    slackApiUrl: inbox.apiUrl,
    proxy: `http://127.0.0.1:${port}`,
    spoolDir: false,
    closeTimeoutMs: 1500,
    onError: () => undefined,
  })

  log(sink)
  await sink.close()
  proxy.close()

  expect(asked).toBeGreaterThan(0)
  expect(asked).toBeLessThan(10)
})

test('requests are made by the fetch that the options bring', async () => {
  await using inbox = await startInbox({ listen: false })
  let calls = 0
  const sink = createSlackSink({
    webhookUrl: inbox.webhookUrl,
    spoolDir: false,
    fetch: (input, init) => {
      calls += 1
      return inbox.fetch(input, init)
    },
  })

  log(sink)
  await sink.close()

  expect(inbox.messages()).toHaveLength(1)
  expect(calls).toBe(1)
})

test.each([
  [{ proxy: 'proxy.example:3128' }, 'Expected `proxy` to be an http(s) address'],
  [{ proxy: 'http://ada:secret@proxy', fetch }, 'Expected either `proxy` or `fetch`, got both'],
  [{ spoolDir: 'spool' }, 'Expected `spoolDir` to be an absolute path or false, got "spool"'],
])('%j is refused at once, without a secret in the text', (options, message) => {
  expect(() => createSlackSink(options)).toThrow(new TypeError(message))
})
