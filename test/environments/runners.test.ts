import { afterAll, beforeAll, expect, test } from 'vitest'
import { PackedProject } from '../test/support/packed-project.ts'
import { describeQuiet, jest30, nodeTest, others } from '../test/support/runners.ts'

const installed = [
  'pino@10.4.0',
  'winston@3.19.0',
  'jest@30.5.2',
  'jest-environment-jsdom@30.5.2',
  'jest-29@npm:jest@29.7.0',
  'ts-jest@29.4.15',
  '@types/jest@30.0.0',
  'typescript@5.9.3',
  '@babel/preset-env@7.29.14',
  'vitest@4.1.12',
  'mocha@11.8.0',
  'ava@6.4.1',
]

const project = new PackedProject()
beforeAll(() => project.install(installed))
afterAll(() => project[Symbol.dispose]())

for (const run of [...jest30, nodeTest, ...others]) describeQuiet(project, run)

test('under Jest 30, what a service logs in its tests arrives at the inbox', () => {
  project.write(
    'works.test.js',
    `const { startInbox } = require('@slack-logger/slack-inbox')
const { SlackTransport } = require('@slack-logger/winston-slack')
const winston = require('winston')
test('an error arrives', async () => {
  const inbox = await startInbox()
  const slack = new SlackTransport({ token: inbox.token, channel: '#alerts', slackApiUrl: inbox.apiUrl })
  const logger = winston.createLogger({ transports: [slack] })
  logger.error(new Error('the card was refused'))
  await slack.flush()
  expect(inbox.messages()[0].text).toContain('the card was refused')
  await inbox.close()
})
`,
  )

  expect(() =>
    project.run('npx', ['--no-install', 'jest', '--silent', 'works.test.js']),
  ).not.toThrow()
})
