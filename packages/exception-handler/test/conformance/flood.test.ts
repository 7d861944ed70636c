import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { frameworks } from './frameworks.ts'
import { runService } from './run-service.ts'

const connections = 20
const perConnection = 500

/** Sends requests without waiting for the answers, and gives everything that comes back until all have come. */
function sendMany(url: string, path: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let received = ''
    socket.on('error', reject)
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => {
      received += part
      if (received.split('HTTP/1.1 ').length > perConnection && received.endsWith('}')) {
        socket.destroy()
        resolve(received)
      }
    })
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(perConnection))
  })
}

test.each(frameworks)(
  '10,000 requests that fail at once in $name all get their answer, and Slack stays calm',
  async (framework) => {
    await using service = await runService(framework)

    const sent = Array.from({ length: connections }, () => sendMany(service.url, '/wait'))
    setImmediate(() => service.open())
    const received = (await Promise.all(sent)).join('')
    await service.flush()

    const answers = received.match(/\{"message":"Something went wrong[^}]*"errors":\[\]\}/g)
    expect(received.match(/HTTP\/1\.1 500 /g)).toHaveLength(10_000)
    expect(answers).toHaveLength(10_000)
    expect(service.lines).toHaveLength(10_000)
    expect(service.inbox.messages().length).toBeLessThanOrEqual(3)
  },
)
