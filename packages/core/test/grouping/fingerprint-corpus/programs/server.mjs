import { createServer } from 'node:http'
async function findOrder(number) {
  if (number % 2 === 0) await Promise.resolve()
  throw new ReferenceError(`order ${number} does not exist`)
}
async function findUser(number) {
  if (number % 2 === 0) await Promise.resolve()
  throw new ReferenceError(`user ${number} does not exist`)
}
const server = createServer(async function handle(request, response) {
  const [, kind, number] = request.url.split('/')
  try {
    await (kind === 'orders' ? findOrder(Number(number)) : findUser(Number(number)))
  } catch (error) {
    report(kind, Number(number) % 2 === 0 ? 'after await' : 'sync', error)
  }
  response.end()
})
server.listen(0, '127.0.0.1', async () => {
  const address = `http://127.0.0.1:${server.address().port}`
  for (const number of [2 * id(1), 2 * id(2) + 1]) {
    await fetch(`${address}/orders/${number}`)
    await fetch(`${address}/users/${number}`)
  }
  server.close()
  server.closeAllConnections()
})
