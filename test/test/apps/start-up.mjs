import { createRequire } from 'node:module'
import { setTimeout as wait } from 'node:timers/promises'
import { SlackTransport } from '@slack-logger/winston-slack'

const transport = new SlackTransport()
// A single wait, because a program that wakes up in between is not idle.
if (process.env.IDLE_MS !== undefined) await wait(Number(process.env.IDLE_MS))
if (process.env.LOGGED !== undefined) {
  transport.log({ level: 'error', message: process.env.LOGGED }, () => undefined)
  await transport.flush()
}
const loaded = [...process.moduleLoadList, ...Object.keys(createRequire(import.meta.url).cache)]
console.log(JSON.stringify(loaded.map((name) => name.replaceAll('\\', '/'))))
await transport.close()
