import { Readable, Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
function toUpper(chunk, _encoding, done) {
  try {
    done(null, chunk.nothing.toUpperCase())
  } catch (error) {
    done(error)
  }
}
function failLater(chunk, _encoding, done) {
  setTimeout(() => done(new RangeError(`line ${id(1)} of ${chunk} is too long`)), 1)
}
async function copy(transform) {
  const sink = new Writable({ objectMode: true, write: (_chunk, _encoding, done) => done() })
  await pipeline(Readable.from([name(1)]), new Transform({ objectMode: true, transform }), sink)
}
async function main() {
  await copy(toUpper).catch((error) => report('upper', 'async', error))
  await copy(toUpper).catch((error) => report('upper', 'again', error))
  await copy(failLater).catch((error) => report('too long', 'timer', error))
}
void main()
