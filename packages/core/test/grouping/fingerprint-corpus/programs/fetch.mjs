import { createServer } from 'node:http'
async function loadRates(address) {
  const response = await fetch(address)
  return response.json()
}
const server = createServer().listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  server.close(async () => {
    const address = `http://127.0.0.1:${port}/rates/`
    await loadRates(address + id(1)).catch((error) => report('rates', 'async', error))
    await loadRates(address + id(2)).catch((error) => report('rates', 'async', error))
    await loadRates(`nonsense ${id(3)}`).catch((error) => report('rates', 'async', error))
  })
})
