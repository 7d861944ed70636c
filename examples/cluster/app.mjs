import cluster from 'node:cluster'
import pino from 'pino'
import { createSlackStream } from '@slack-logger/pino-slack'

// Four processes with one problem: Slack shows one message that counts to four.
if (cluster.isPrimary) for (let part = 0; part < 4; part += 1) cluster.fork()
else {
  const slack = createSlackStream({ service: 'checkout', release: '1.8.2' })
  const logger = pino({ name: 'checkout' }, slack)
  logger.error(chargeFailure(), 'order 123 could not be charged')
  await slack.close()
  cluster.worker?.disconnect()
}

function chargeFailure() {
  return new Error('the card was refused')
}
