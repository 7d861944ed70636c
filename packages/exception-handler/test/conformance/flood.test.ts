import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { frameworks } from './frameworks.ts'
import { runService } from './run-service.ts'

const connections = 20
const perConnection = 500

/** What the flood is tried on: each framework once. */
const kinds = frameworks.filter(({ name }) => !/Express 4|Nest 11/.test(name))

/** Sends requests without waiting for answers, and returns all that the server sends back. */
function sendMany(url: string, path: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const request = `GET ${path} HTTP/1.1\r\nhost: x\r\n`
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    const parts: Buffer[] = []
    socket.on('error', reject)
    socket.on('data', (part: Buffer) => parts.push(part))
    socket.on('end', () => resolve(Buffer.concat(parts).toString()))
    socket.write(`${request}\r\n`.repeat(perConnection - 1))
    socket.write(`${request}connection: close\r\n\r\n`)
  })
}

test.each(kinds)(
  '10,000 requests that fail at once in $name all get their answer, with three messages in Slack at the most',
  { timeout: 60_000 },
  async (framework) => {
    await using service = await runService(framework)

    const sent = Array.from({ length: connections }, () => sendMany(service.url, '/wait'))
    await expect.poll(() => service.waiting(), { timeout: 30_000 }).toBe(10_000)
    service.open()
    const received = (await Promise.all(sent)).join('')
    await service.flush()

    const answers = received.match(/\{"message":"Something went wrong[^}]*"errors":\[\]\}/g)
    expect(received.match(/HTTP\/1\.1 500 /g)).toHaveLength(10_000)
    expect(answers).toHaveLength(10_000)
    expect(service.lines).toHaveLength(10_000)
    expect(service.inbox.messages().length).toBeLessThanOrEqual(3)
  },
)
