import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { startInbox } from '@slack-logger/slack-inbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PackedProject } from '../test/support/packed-project.ts'
import { startFile } from '../test/support/run-app.ts'
import { noteVersion } from './note-version.ts'

const project = new PackedProject()
/** Where nothing is installed but what the build put there. */
const deployed = new PackedProject()

const routeOf = (logger: string): string => `${logger}
export const dynamic = 'force-dynamic'
export function GET() {
  logger.error(new Error('the card was refused'))
  return new Response('logged')
}
`

beforeAll(() => {
  project.install(['pino', 'winston', 'next', 'react', 'react-dom'])
  project.write(
    'next.config.mjs',
    "export default { output: 'standalone', serverExternalPackages: ['@slack-logger/pino-slack'] }",
  )
  project.write(
    'app/layout.js',
    'export default function Layout({ children }) { return <html><body>{children}</body></html> }',
  )
  project.write('app/page.js', 'export default function Page() { return <p>shop</p> }')
  project.write(
    'app/worker/route.js',
    routeOf(`import '@slack-logger/pino-slack'
import pino from 'pino'
const options = { service: 'worker' }
const logger = pino({ transport: { target: '@slack-logger/pino-slack', options } })`),
  )
  project.write(
    'app/stream/route.js',
    routeOf(`import { createSlackStream } from '@slack-logger/pino-slack'
import pino from 'pino'
const logger = pino(createSlackStream({ service: 'stream' }))`),
  )
  project.write(
    'app/winston/route.js',
    routeOf(`import { SlackTransport } from '@slack-logger/winston-slack'
import winston from 'winston'
const logger = winston.createLogger({ transports: [new SlackTransport({ service: 'winston' })] })`),
  )
})
afterAll(() => {
  project[Symbol.dispose]()
  deployed[Symbol.dispose]()
})

describe.each(['turbopack', 'webpack'])('Next.js standalone, %s', (bundler) => {
  noteVersion(() => project.run('node', ['-p', "require('next/package.json').version"]))
  const server = join(deployed.path, bundler)

  test('builds without a warning', () => {
    const output = project.outputOf('npx', ['--no-install', 'next', 'build', `--${bundler}`])

    expect(output).not.toMatch(/warn|can't resolve/i)
    cpSync(join(project.path, '.next/standalone'), server, { recursive: true })
  })

  test.each(['worker', 'stream', 'winston'])('%s', async (route) => {
    await using inbox = await startInbox()
    const port = await freePort()
    const child = startFile(join(server, 'server.js'), {
      apiUrl: inbox.apiUrl,
      cwd: server,
      env: { NODE_ENV: 'production', PORT: String(port), HOSTNAME: '127.0.0.1' },
    })
    await once(child.stdout, 'data')

    await fetch(`http://127.0.0.1:${port}/${route}`)
    const { text } = await inbox.waitFor(() => true)
    child.kill()

    expect(text).toContain(`the card was refused · ${route}`)
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}
