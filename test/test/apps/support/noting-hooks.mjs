import { appendFileSync } from 'node:fs'
import { explainFingerprint } from '@slack-logger/core'

/** Hooks that note how each record is grouped, or with `NOTE=error` what its error says, and send nothing. */
export function notingHooks(adapter) {
  const note = (name, noted) =>
    appendFileSync(process.env.NOTES, `${JSON.stringify({ adapter, name, noted })}\n`)
  if (process.env.NOTE !== 'error') {
    const fingerprint = (record) => note(record.message, explainFingerprint(record).parts)
    return { fingerprint, formatter: () => false }
  }
  const beforeSend = ({ message, error }) => {
    if (error !== undefined) note(message, [error.type, error.message])
    return null
  }
  return { beforeSend }
}

/** For the worker. */
export const { fingerprint, beforeSend, formatter } = notingHooks('worker')
