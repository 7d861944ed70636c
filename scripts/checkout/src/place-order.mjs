import { chargeCard } from './billing/charge.mjs'

export async function placeOrder(request, logger) {
  const id = Number(request.url.split('/').at(-1))
  const order = { id, customerId: Number(request.headers['x-customer']), amount: 4200 }
  logger.info({ order: order.id }, 'order received')
  return chargeCard(order)
}
