import { chargeCard, openAccount, refundCard } from './charge.js'
import { askAcquirer, askBank } from './gateway.js'

export function billingProblems(add) {
  add('billing: charge', () => chargeCard(globalThis.id(21)))
  add('billing: refund', () => refundCard(globalThis.id(22)))
  add('billing: acquirer 404', () => askAcquirer(404, globalThis.id(23)))
  add('billing: acquirer 503', () => askAcquirer(503, globalThis.id(24)))
  add('billing: bank', () => askBank(globalThis.id(25)))
  add('billing: account in a callback', (report) => openAccount(globalThis.id(26), report))
}
