import { CardGateway } from './card-gateway.js'
import { PaymentController } from './payment.controller.js'
import { PaymentService } from './payment.service.js'

const controller = new PaymentController(new PaymentService(new CardGateway()))

export function paymentProblems(add) {
  add('payments: gateway', () => controller.pay({ id: globalThis.id(61) }))
  add('payments: invoice', () => controller.invoice({ id: globalThis.id(62) }))
  add('payments: rate', () => controller.rate({ id: globalThis.id(63) }))
}
