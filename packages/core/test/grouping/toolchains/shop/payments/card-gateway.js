import { HttpError } from '../shared/errors.js'

export class CardGateway {
  async send(order) {
    await Promise.resolve()
    throw new HttpError(`gateway did not take ${order.id}`, 502)
  }
  async rateOf(order) {
    await Promise.resolve()
    throw new RangeError(`no rate for ${order.id}`)
  }
}
