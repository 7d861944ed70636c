import { connect } from 'node:net'
import { HttpError } from '../shared/errors.js'
import { inServiceAsync } from '../shared/wrap.js'

export async function askAcquirer(status, request) {
  await Promise.resolve()
  throw new HttpError(`acquirer did not take ${request}`, status)
}

function dial(port) {
  return new Promise((resolve, reject) => {
    connect(port, '127.0.0.1').on('connect', resolve).on('error', reject)
  })
}

export const askBank = () => inServiceAsync(() => dial(9))

export const askLedger = () => inServiceAsync(() => dial(13))
