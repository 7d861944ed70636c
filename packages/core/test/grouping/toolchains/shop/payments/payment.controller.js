export class PaymentController {
  constructor(service) {
    this.service = service
  }
  async pay(order) {
    return await this.service.charge(order)
  }
  async invoice(order) {
    return await this.service.print(order)
  }
  async rate(order) {
    return await this.service.convert(order)
  }
}
