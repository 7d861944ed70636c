// Runs all failures and prints what was thrown, as pino keeps it.
import pino from 'pino'
import { failures } from './failures.mjs'

const limitMs = 4_000
const { err: serialize } = pino.stdSerializers
process.on('uncaughtException', () => undefined)

for (const [problem, fail] of Object.entries(failures)) {
  try {
    const given = Symbol('nothing was thrown')
    const limit = new Promise((resolve) => setTimeout(resolve, limitMs, given))
    await Promise.race([fail(), limit])
    console.error(`${problem}: nothing was thrown`)
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ problem, error: shorten(serialize(error)) })}\n`)
  }
}
process.exit()

/** Without what no key depends on: bodies, settings and the like. */
function shorten(error) {
  if (typeof error !== 'object' || error === null) return error
  const kept = [
    'type',
    'name',
    'message',
    'stack',
    'code',
    'status',
    'statusCode',
    '$metadata',
    '$fault',
    'isAxiosError',
  ]
  const copy = {}
  for (const key of kept) if (error[key] !== undefined) copy[key] = error[key]
  for (const key of ['original', 'parent', 'driverError', 'reason', 'originalError', 'inner']) {
    if (error[key]?.stack !== undefined) copy[key] = shorten(error[key])
  }
  if (typeof error.response === 'object' && error.response !== null) {
    const { status, statusCode } = error.response
    copy.response = { status, statusCode }
  }
  if (Array.isArray(error.aggregateErrors))
    copy.aggregateErrors = error.aggregateErrors.map(shorten)
  if (Array.isArray(error.errors)) copy.errors = error.errors.slice(0, 3).map(shorten)
  if (typeof copy.message === 'string') copy.message = copy.message.slice(0, 600)
  return copy
}
