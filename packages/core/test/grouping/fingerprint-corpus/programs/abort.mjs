import { setTimeout as wait } from 'node:timers/promises'
async function waitForPayment(signal) {
  await wait(1000, undefined, { signal })
}
async function waitForShipping(signal) {
  signal.throwIfAborted()
  await wait(1000, undefined, { signal })
}
const abort = () => {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 1)
  return controller.signal
}
waitForPayment(abort()).catch((error) => report('payment', 'async', error))
waitForPayment(abort()).catch((error) => report('payment', 'async', error))
waitForShipping(AbortSignal.abort(new RangeError(`order ${id(1)} cancelled`))).catch((error) =>
  report('shipping cancelled', 'async', error),
)
