import { Readable } from 'node:stream'

/** A stream that is destroyed without an error, after a first part if there is one. */
export function destroyedAfter(part: string): Readable {
  const stream = new Readable({ read: () => undefined })
  if (part !== '') stream.push(part)
  setImmediate(() => setImmediate(() => stream.destroy()))
  return stream
}

/** A stream that goes on until it is destroyed. */
export function endless(onClose: () => void): Readable {
  return new Readable({
    read(size) {
      setImmediate(() => this.push('.'.repeat(size)))
    },
    destroy(error, done) {
      onClose()
      done(error)
    },
  })
}
