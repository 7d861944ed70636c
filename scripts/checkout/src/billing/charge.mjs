/** Charges the card of an order; fails for customers without a card. */
export async function chargeCard(order) {
  const customer = await findCustomer(order.customerId)
  return { orderId: order.id, card: customer.card.id, amount: order.amount }
}

const customers = new Map([
  [3, { name: 'Ada', card: { id: 'card_3' } }],
  [17, { name: 'Grace' }],
])

async function findCustomer(id) {
  return customers.get(id)
}
