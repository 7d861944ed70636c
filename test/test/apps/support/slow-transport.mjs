import { setTimeout } from 'node:timers/promises'

export { default } from '@slack-logger/pino-slack'

await setTimeout(100)
