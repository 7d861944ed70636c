function parseOrder(body) {
  return JSON.parse(body)
}
function parseUser(body) {
  return JSON.parse(body)
}
const bodies = [`{"order":${id(1)}`, `hello ${name(1)}`, '', `{"order":${id(2)},}`]
for (const parse of [parseOrder, parseUser]) {
  for (const body of bodies) {
    try {
      parse(body)
    } catch (error) {
      report(parse.name === parseOrder.name ? 'order' : 'user', 'sync', error)
    }
  }
}
