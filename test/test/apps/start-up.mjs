import { createRequire } from 'node:module'
import { SlackTransport } from '@slack-logger/winston-slack'
import { createSlackStream } from '@slack-logger/pino-slack'

const options = { webhookUrl: process.env.SLACK_WEBHOOK_URL }
const made = [new SlackTransport(options), createSlackStream(options)]
const loaded = [...process.moduleLoadList, ...Object.keys(createRequire(import.meta.url).cache)]
console.log(JSON.stringify(loaded.map((name) => name.replaceAll('\\', '/'))))
for (const each of made) void each.close()
