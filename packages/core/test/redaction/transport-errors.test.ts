import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { describeEvent } from '../../src/event/normalize.ts'
import { createRedactor } from '../../src/redaction/redactor.ts'

const hush = 'hU5h-7tz'
const options = { redactor: createRedactor(), trustProxy: false } as const

/** What an alert for an error consists of. */
function describe(error: unknown, fields: Readonly<Record<string, unknown>> = {}): string {
  const record = { level: 'error', time: 0, message: 'failed', error, fields }
  return JSON.stringify(describeEvent(record, options))
}

test('hides the passwords of a program that cannot be started', async () => {
  const child = spawn('no-such-docker', ['login', '-u', 'bob', '-p', hush, '--token', hush])
  const [error] = (await once(child, 'error')) as [Error]

  expect(describe(error)).not.toContain(hush)
  expect(describe(error)).toContain('spawn no-such-docker ENOENT')
})

test('hides the passwords in the command of a program that fails', async () => {
  const script = 'process.stderr.write(process.argv.slice(1).join(" ")); process.exit(3)'
  const commandLine = ['docker', 'login', '-u', 'bob', '-p', hush, `--password=${hush}`]
  const others = [`https://bob:${hush}@registry.example`, `PGPASSWORD=${hush}`]
  const failing = promisify(execFile)(process.execPath, [
    '-e',
    script,
    '--',
    ...commandLine,
    ...others,
  ])
  const error: unknown = await failing.catch((thrown: unknown) => thrown)

  expect(describe(error)).not.toContain(hush)
  expect(describe(error)).toContain('Command failed')
})

test('hides what the request and the answer of a failed call carry', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(401, { 'Set-Cookie': `sid=${hush}`, 'X-Api-Key': hush }).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const headers = { Authorization: `Bearer ${hush}`, Cookie: `sid=${hush}` }
  const request = get({ port, host: '127.0.0.1', path: `/v1?api_key=${hush}`, headers })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  server.close()
  const error = Object.assign(new Error('Request failed with status code 401'), {
    config: {
      url: `/v1?api_key=${hush}`,
      method: 'get',
      headers,
      auth: { username: 'a', password: hush },
    },
    request: {
      path: request.path,
      method: 'GET',
      _header: `GET / HTTP/1.1\r\nCookie: sid=${hush}\r\n`,
    },
    response: { status: 401, rawHeaders: response.rawHeaders, headers: response.headers },
  })

  expect(response.rawHeaders).toContain(hush)
  expect(describe(error)).not.toContain(hush)
  expect(
    describe(error, { rawHeaders: response.rawHeaders, dsn: `app:${hush}@tcp(db:3306)/shop` }),
  ).not.toContain(hush)
  expect(describe(error)).toContain('/v1?api_key=[redacted]')
})

test('hides the data of a Secret of Kubernetes', () => {
  const manifest = { kind: 'Secret', metadata: { name: 'shop' }, data: { any: hush } }
  const yaml = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\ndata:\n  any: ${hush}\n  other: ${hush}\ntype: Opaque`

  expect(describe(new Error(yaml), { manifest })).not.toContain(hush)
  expect(describe(new Error(yaml), { manifest })).toContain('type: Opaque')
})
