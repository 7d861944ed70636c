import { OrderNotFoundError } from '../shared/errors.js'
import { load } from './repository.js'

export class OrderController {
  constructor(options) {
    if (options !== undefined) throw new RangeError(`size ${options.size} is too large`)
  }
  static parse(text) {
    return JSON.parse(text)
  }
  async show(key) {
    const order = await load(key)
    return order.lines
  }
  *lines(key) {
    yield key
    throw new OrderNotFoundError(`order ${key} has no lines`)
  }
}
