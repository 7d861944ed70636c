import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startInbox } from '@slack-logger/slack-inbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runFile, type AppOptions, type AppRun } from './support/run-app.ts'

const page = readFileSync(new URL('../../docs/extending.md', import.meta.url), 'utf8')
const examples = new Map(
  [...page.matchAll(/<!-- run: (\w+) -->\n```js\n([\s\S]*?)```/g)].map(
    ([, name = '', code = '']) => [name, code],
  ),
)

let folder = ''
beforeAll(() => {
  // Inside the package, so that its dependencies are found.
  folder = mkdtempSync(fileURLToPath(new URL('../.extending-', import.meta.url)))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(name: string, options: AppOptions): Promise<AppRun> {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, examples.get(name) ?? '')
  return runFile(file, options)
}

describe('the examples of docs/extending.md', () => {
  test('have at most 30 lines each', () => {
    const lengths = [...examples].map(([name, code]) => [name, code.trim().split('\n').length])

    expect(lengths.map(([name]) => name)).toEqual(['destination', 'policy', 'adapter', 'locale'])
    expect(lengths.filter(([, length]) => Number(length) > 30)).toEqual([])
  })

  test('a destination of your own gets the alert as text', async () => {
    const bodies: string[] = []
    const server = createServer((request, response) => {
      void readText(request).then((body) => response.end(`${bodies.push(body)}`))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo

    const { code, stderr } = await run('destination', {
      env: { CHAT_URL: `http://127.0.0.1:${port}/` },
    })
    server.close()

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(bodies).toHaveLength(1)
    expect(bodies[0]).toMatch(/^🔴 no stock · checkout\nSince: /)
  })

  test('a policy of your own decides when an incident alerts', async () => {
    await using inbox = await startInbox()

    const { code } = await run('policy', { apiUrl: inbox.apiUrl })

    expect(code).toBe(0)
    expect(inbox.messages().map(({ text }) => text)).toEqual(['🔴 no stock · checkout · ×3'])
  })

  test('an adapter of your own passes on the error and the name of the logger', async () => {
    await using inbox = await startInbox()

    const { code } = await run('adapter', { apiUrl: inbox.apiUrl })

    expect(code).toBe(0)
    expect(inbox.messages()[0]?.text).toBe(
      '🔴 TypeError: x is not a function · checkout · no stock',
    )
    expect(JSON.stringify(inbox.messages()[0])).toContain('*Logger* stock')
  })

  test('a locale of your own words the messages', async () => {
    await using inbox = await startInbox()

    const { code } = await run('locale', { apiUrl: inbox.apiUrl })

    expect(code).toBe(0)
    expect(JSON.stringify(inbox.messages()[0])).toMatch(/POST \/orders.*\*Seit\*/)
  })
})

test("a pino worker takes a destination, a policy and texts from the application's module", async () => {
  const received = join(folder, 'received.txt')
  writeFileSync(join(folder, 'hooks.mjs'), hooksModule(received))
  writeFileSync(join(folder, 'worker.mjs'), workerApp(join(folder, 'hooks.mjs')))

  const { code } = await runFile(join(folder, 'worker.mjs'), { env: { NODE_ENV: 'production' } })

  expect(code).toBe(0)
  const [first, second, ...more] = readFileSync(received, 'utf8').split('---\n')
  expect(first).toMatch(/^🔴 Error: no stock ← closed · shop/)
  expect(second).toContain('🔴 Error: no stock')
  expect(more).toEqual([''])
})

const hooksModule = (file: string): string => `
import { appendFileSync } from 'node:fs'
import { plainText } from '@slack-logger/core'
export const destination = {
  name: 'File',
  can: { edits: false, threads: false, files: false },
  pace: { burst: 5, everyMs: 100 },
  limits: { part: 2000, message: 2000, parts: 1 },
  render: (notification) => plainText(notification),
  async send(request) {
    appendFileSync(${JSON.stringify(file)}, request.message + '---\\n')
    return { status: 'sent', ref: '' }
  },
}
export const repeat = { keepsLiveRoot: false, onOccurrence: () => ({ action: 'alert', reason: 'repeat' }) }
export const locale = { causedBy: 'verursacht von ' }
`

const workerApp = (hooks: string): string => `
import pino from 'pino'
const options = { hooks: ${JSON.stringify(hooks)}, service: 'shop' }
const logger = pino({ transport: { target: '@slack-logger/pino-slack', options } })
for (let time = 0; time < 2; time += 1)
  logger.error(new Error('no stock', { cause: new Error('closed') }), 'no stock')
`
