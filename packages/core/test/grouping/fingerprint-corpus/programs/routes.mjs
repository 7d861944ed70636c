const routes = new Map()
const router = {
  on: (path, ...handlers) => routes.set(path, handlers),
  async handle(path, request) {
    for (const handler of routes.get(path)) await handler(request)
  },
}
router.on('/orders', async (request) => {
  throw new Error(`order ${request.number} is paid already`)
})
router.on('/users', async (request) => {
  throw new Error(`user ${request.number} is not an owner`)
})
router.on('/carts', async (request) => {
  await Promise.resolve()
  throw new Error(`cart ${request.number} is empty`)
})
for (const path of ['/orders', '/users', '/carts', '/orders', '/users', '/carts']) {
  router.handle(path, { number: id(path.length) }).catch((error) => report(path, 'async', error))
}
