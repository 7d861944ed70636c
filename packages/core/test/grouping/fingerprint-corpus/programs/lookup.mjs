const users = new Map([[1, { address: { city: 'Seoul' } }]])
function cityOf(number) {
  return users.get(number).address.city
}
function streetOf(number) {
  return users.get(number).address.street
}
async function show(what, number, isLater) {
  if (isLater) await Promise.resolve()
  return what(number)
}
show(cityOf, id(1) + 1, true).catch((error) => report('city', 'after await', error))
show(streetOf, id(2) + 1, true).catch((error) => report('street', 'after await', error))
show(cityOf, id(3) + 1, false).catch((error) => report('city', 'async function', error))
show(streetOf, id(4) + 1, false).catch((error) => report('street', 'async function', error))
setTimeout(function later() {
  show(cityOf, id(5) + 1, true).catch((error) => report('city', 'timer', error))
}, 1)
