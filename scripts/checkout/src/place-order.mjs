import { chargeCard } from './billing/charge.mjs'

export async function placeOrder(request, logger) {
  const order = {
    id: Number(request.params.id),
    customerId: Number(request.get('x-customer')),
    amount: 4200,
  }
  logger.info({ order: order.id }, 'order received')
  return chargeCard(order)
}
