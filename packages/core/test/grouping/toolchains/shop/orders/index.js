import { OrderController } from './controller.js'
import { create, reprice, submit } from './service.js'

const controller = new OrderController()

export function orderProblems(add) {
  add('orders: create without address', () => create({ id: globalThis.id(11) }))
  add('orders: controller', () => controller.show(globalThis.id(12)))
  add('orders: submit', () => submit(`o${globalThis.id(13)}@example.com`))
  add('orders: static', () => OrderController.parse('{'))
  add('orders: generator', () => [...controller.lines(globalThis.id(14))])
  add('orders: constructor', () => new OrderController({ size: globalThis.id(15) }))
  add('orders: reprice', () => reprice([globalThis.id(16)]))
}
