import { fileURLToPath } from 'node:url'

const { SLACK_WEBHOOK = '' } = process.env

/** The options of `pino.transport(…)` for each transport. */
const targets = {
  ours: { target: '@slack-logger/pino-slack' },
  noop: { target: fileURLToPath(new URL('../noop-transport.mjs', import.meta.url)) },
  sdk: { target: fileURLToPath(new URL('../noop-sdk-transport.mjs', import.meta.url)) },
  'pino-slack-transport': {
    target: 'pino-slack-transport',
    options: { webhookUrl: SLACK_WEBHOOK },
  },
  '@youngkiu/pino-slack-webhook': {
    target: '@youngkiu/pino-slack-webhook',
    options: { webhookUrl: SLACK_WEBHOOK, channel: 'alerts', username: 'bench', verbose: false },
  },
}

export const pinoTarget = () => targets[process.env.TARGET]
