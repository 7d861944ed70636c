import { createLogger } from './support/create-logger.mjs'
import { endProcess } from './support/ends.mjs'

const { KIND, END, WHEN } = process.env
const logger = createLogger(KIND)
if (WHEN !== 'never') logger.error(new Error('the card was refused'))
if (WHEN === 'later') setTimeout(() => endProcess(END), 1000)
else endProcess(END)
