import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { createLogger } from './support/create-logger.mjs'
import { endProcess, endThread } from './support/ends.mjs'

/** A service that logs in a thread of its own. `END` happens in that thread or in the main thread. */
const { KIND, END, WHEN, LATER_MS } = process.env
if (isMainThread) {
  const thread = new Worker(new URL(import.meta.url)).on('error', () => {})
  await once(thread, 'message')
  if (END === 'thread terminated') endThread(END, thread)
  else if (!END.startsWith('thread ')) endProcess(END)
} else {
  const logger = createLogger(KIND === 'thread' ? 'stream' : KIND)
  const error = new Error('the card was refused')
  if (WHEN !== 'never' && KIND === 'sink')
    logger.write({ level: 'error', time: Date.now(), message: '', error, fields: {} })
  else if (WHEN !== 'never') logger.error(error)
  // What an earlier process left is sent while the thread lives, or at the end of its own.
  if (WHEN !== 'now') await setTimeout(Number(LATER_MS))
  parentPort.postMessage('logged')
  // A natural end is one of both threads, before the others this one has more to do.
  if (END !== 'natural') parentPort.on('message', () => {})
  if (END.startsWith('thread ') && END !== 'thread terminated') endThread(END)
}
