export class PaymentService {
  constructor(gateway) {
    this.gateway = gateway
  }
  async charge(order) {
    await Promise.resolve()
    return await this.gateway.send(order)
  }
  async print(order) {
    await Promise.resolve()
    return order.address.street
  }
  async convert(order) {
    return await this.gateway.rateOf(order)
  }
}
