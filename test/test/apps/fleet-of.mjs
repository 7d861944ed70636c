import cluster from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { createLogger, workerOf } from './support/create-logger.mjs'

/** An application of some parts that log the same error a hundred times each, and then have nothing more to do. */
const parts = Number(process.env.PARTS ?? 4)
const times = 100
const options = { service: 'shop', environment: 'production' }
const chargeCard = () => new Error('the card was refused')

async function logAll(logger) {
  await workerOf(logger)
  for (let time = 0; time < times; time += 1) {
    logger.error(chargeCard())
    if (time % 10 === 9) await wait(20)
  }
}

if (process.env.KIND === 'cluster') {
  if (cluster.isPrimary) for (let part = 0; part < parts; part += 1) cluster.fork()
  else {
    await logAll(createLogger('stream', options))
    cluster.worker.disconnect()
  }
} else if (process.env.KIND === 'threads') {
  if (isMainThread) {
    // The last part is the main thread itself, which begins when the others have logged.
    const logger = createLogger('stream', options)
    const workers = Array.from({ length: parts - 1 }, () => new Worker(new URL(import.meta.url)))
    await Promise.all(workers.map((worker) => once(worker, 'exit')))
    await logAll(logger)
  } else {
    await logAll(createLogger('winston', options))
    parentPort.close()
  }
} else {
  const loggers = Array.from({ length: parts }, () => createLogger('worker', options))
  await Promise.all(loggers.map(logAll))
}
