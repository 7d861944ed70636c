import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { createLogger } from './support/create-logger.mjs'
import { endProcess, endThread } from './support/ends.mjs'

/** A service that logs in a thread of its own. `END` happens in that thread or in the main thread. */
const { END, WHEN, LATER_MS } = process.env
if (isMainThread) {
  const thread = new Worker(new URL(import.meta.url)).on('error', () => {})
  await once(thread, 'message')
  if (END === 'thread terminated') endThread(END, thread)
  else if (!END.startsWith('thread ')) endProcess(END)
} else {
  const logger = createLogger('stream')
  if (WHEN !== 'never') logger.error(new Error('the card was refused'))
  // What an earlier process left is sent while the thread lives: nothing is flushed at its end.
  if (WHEN !== 'now') await setTimeout(Number(LATER_MS))
  parentPort.postMessage('logged')
  // A natural end is one of both threads, before the others this one has more to do.
  if (END !== 'natural') parentPort.on('message', () => {})
  if (END.startsWith('thread e')) endThread(END)
}
