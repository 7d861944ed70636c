import { UserController } from './controller.js'
import { create, findByEmail, importAll } from './service.js'

const controller = new UserController()

export function userProblems(add) {
  add('users: create without address', () => create({ id: globalThis.id(1) }))
  add('users: find by mail', () => findByEmail(`u${globalThis.id(2)}@example.com`))
  add('users: controller', () => controller.show(globalThis.id(3)))
  add('users: private method', () => controller.rename(globalThis.id(4)))
  add('users: getter', () => controller.locale)
  add('users: import', () => importAll([globalThis.id(5)]))
  add('users: arrow property', () => controller.remove(globalThis.id(6)))
}
