import { connect, createServer } from 'node:net'
function open(target) {
  return new Promise((resolve, reject) => {
    connect(target, resolve).on('error', reject)
  })
}
async function query(target, text) {
  try {
    await open(target)
  } catch (cause) {
    throw new Error(`query ${text} failed`, { cause })
  }
}
const server = createServer().listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  server.close(async () => {
    const refused = { port, host: '127.0.0.1' }
    await query(refused, `orders ${id(1)}`).catch((error) => report('query', 'async', error))
    await query(refused, `users ${id(2)}`).catch((error) => report('query', 'async', error))
    await query({ path: '/nowhere/db.sock' }, id(3)).catch((error) =>
      report('query', 'async', error),
    )
    await open(refused).catch((error) => report('open', 'async', error))
  })
})
