import { EventEmitter } from 'node:events'
const bus = new EventEmitter()
function onPaid(order) {
  throw new Error(`cannot ship order ${order}`)
}
function onCancelled(order) {
  throw new Error(`cannot refund order ${order}`)
}
bus.on('paid', onPaid)
bus.on('cancelled', onCancelled)
function publish(event, order) {
  try {
    bus.emit(event, order)
  } catch (error) {
    report(event, order === 0 ? 'later' : 'sync', error)
  }
}
publish('paid', id(1))
publish('cancelled', id(2))
publish('broken', id(3))
publish('error', id(4))
setImmediate(publish, 'paid', 0)
setTimeout(publish, 1, 'cancelled', 0)
queueMicrotask(() => publish('error', 0))
