import { EventEmitter } from 'node:events'
import { askLedger } from '../billing/gateway.js'
import { inService } from './wrap.js'

const bus = new EventEmitter()

bus.on('paid', function onPaid(order) {
  throw new RangeError(`order ${order} is paid twice`)
})

bus.on('sent', (order) => {
  throw new RangeError(`order ${order} is sent twice`)
})

function walk(depth) {
  if (depth === 0) throw new RangeError(`tree of ${globalThis.id(31)} has no root`)
  return walk(depth - 1) + 1
}

const cache = {
  read(key) {
    return this.entries[key]
  },
}

export function sharedProblems(add) {
  add('shared: ledger', () => askLedger())
  add('shared: listener', () => bus.emit('paid', globalThis.id(32)))
  add('shared: anonymous listener', () => bus.emit('sent', globalThis.id(33)))
  add('shared: recursion', () => walk(3 + (globalThis.id(34) % 4)))
  add('shared: object', () => cache.read(globalThis.id(35)))
  add('shared: full disk', () =>
    inService(() => {
      throw new Error('disk full')
    }),
  )
  add('shared: permission', () =>
    inService(() => {
      throw new Error('permission denied')
    }),
  )
}
