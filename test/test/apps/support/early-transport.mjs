import { Writable } from 'node:stream'
import { parentPort } from 'node:worker_threads'

/** A transport that receives pino's config before another target of the same worker is loaded. */
export default () => {
  parentPort.once('message', () => {})
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}
