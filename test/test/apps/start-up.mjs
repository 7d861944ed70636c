import { createRequire } from 'node:module'
import { setTimeout as wait } from 'node:timers/promises'
import { SlackTransport } from '@slack-logger/winston-slack'

const transport = new SlackTransport()
// One wait: a program that is woken in between is not idle.
if (process.env.IDLE_MS !== undefined) await wait(Number(process.env.IDLE_MS))
const loaded = [...process.moduleLoadList, ...Object.keys(createRequire(import.meta.url).cache)]
console.log(JSON.stringify(loaded.map((name) => name.replaceAll('\\', '/'))))
transport.close()
