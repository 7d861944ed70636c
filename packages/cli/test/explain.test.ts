import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startInbox } from '@slack-logger/slack-inbox'
import { startFile } from '../../../test/test/support/run-app.ts'
import { tempFolder } from '../../../test/test/support/temp-folder.ts'
import { program } from './support/program.ts'

async function explain(record: string | object, options: object = {}): Promise<string> {
  await using inbox = await startInbox()
  using folder = tempFolder()
  const config = join(folder.path, 'options.json')
  writeFileSync(config, JSON.stringify({ service: 'shop', ...options }))
  const explaining = startFile(program, {
    apiUrl: inbox.apiUrl,
    parameters: ['explain', '--config', config],
  })
  explaining.stdin.end(typeof record === 'string' ? record : JSON.stringify(record))
  const [stdout, stderr] = await Promise.all(
    [explaining.stdout, explaining.stderr].map(async (all) => (await all.toArray()).join('')),
  )
  // Nothing is sent, whatever the decision is.
  expect(inbox.requests).toEqual([])
  return `${stdout}${stderr}`
}

const stack = 'TypeError: no card\n    at chargeCard (/srv/shop/src/pay.js:7:11)'
const failure = {
  level: 50,
  msg: 'the payment failed',
  err: { type: 'TypeError', message: 'no card', stack },
  req: { method: 'POST', url: '/orders/17' },
}

test('shows how a record is grouped, where it goes, and its message', async () => {
  const output = await explain(failure)

  expect(output).toContain('level       error (50): alerts, from 50 on\n')
  expect(output).toContain('classified  error TypeError, request POST /orders/:id\n')
  expect(output).toContain('ignored     by no rule\n')
  expect(output).toMatch(/fingerprint g1:[\da-f]{16}, by stack:\n {12}TypeError\n[\s\S]*chargeCard/)
  expect(output).toContain('route       no route of your own: to #alerts\n')
  expect(output).toContain('decision    an alert: new\n\n🔴 TypeError: no card · shop')
  expect(output).toContain('at chargeCard (/srv/shop/src/pay.js:7:11)')
})

test('names the rule that ignores a record', async () => {
  const error = { type: 'NotFoundError', message: 'no order', statusCode: 404, stack }

  const output = await explain({ ...failure, err: error })

  expect(output).toContain('this service answered 404')
  expect(output).toContain('ignored     by ignore[0]: {"level":"<fatal","status":"<500"}\n')
  expect(output).toContain('decision    no alert: it is ignored, or a hook dropped it\n')
})

test('names the routes that a record takes, and for what they wait', async () => {
  const routes = [
    { when: { path: '/billing/*' }, channel: '#billing' },
    { when: { errorType: 'TypeError' }, channel: '#errors', minCount: 50, withinMs: 600_000 },
  ]

  const output = await explain(failure, { routes })

  expect(output).toContain(
    'route       routes[1]: to #errors, from 50 occurrences in 600000 ms on\n',
  )
  expect(output).toContain('decision    counted, no alert yet\n')
})

test('says that a record below the threshold is no alert', async () => {
  const output = await explain({ level: 'info', message: 'ready' })

  expect(output).toContain('level       info (30): passed over, since alerts are from 50 on\n')
  expect(output).toContain('decision    no alert\n')
})

test('takes an error as it was printed, and shows no secrets', async () => {
  const output = await explain(stack.replace('no card', 'no card, password=hunter2'))

  expect(output).toContain('classified  error TypeError\n')
  expect(output).toContain('decision    an alert: new\n')
  expect(output).not.toContain('hunter2')
})

test('says what a record has to be', async () => {
  expect(await explain('ready\n')).toMatch(
    /^slack-logger: Expected a record on stdin: JSON or logfmt/,
  )
})
