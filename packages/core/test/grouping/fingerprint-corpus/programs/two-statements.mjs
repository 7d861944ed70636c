function pay(order) {
  if (order.amount < 0) throw new RangeError(`order ${order.number} has no amount`)
  if (order.amount > 5000) throw new RangeError(`order ${order.number} is over the limit`)
}
for (const [statement, amount] of [
  ['no amount', -1],
  ['over the limit', 9000],
]) {
  try {
    pay({ number: id(1), amount })
  } catch (error) {
    report(statement, 'sync', error)
  }
}
