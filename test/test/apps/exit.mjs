import { setTimeout } from 'node:timers/promises'
import { createLogger, workerOf } from './support/create-logger.mjs'
import { endProcess } from './support/ends.mjs'

const { KIND, END, WHEN, LATER_MS } = process.env
const logger = createLogger(KIND)
// A line must not wait for a worker that is still starting.
if (WHEN === 'later') await workerOf(logger)
if (WHEN !== 'never') logger.error(new Error('the card was refused'))
if (WHEN === 'later') await setTimeout(Number(LATER_MS))
endProcess(END)
