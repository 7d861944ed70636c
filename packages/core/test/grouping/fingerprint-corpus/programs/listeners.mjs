function reserve(item) {
  throw new RangeError(`item ${item} is sold out`)
}
function release(item) {
  throw new RangeError(`item ${item} is sold out`)
}
const shop = { reserve, release }
async function attempt(statement, way, call) {
  try {
    await call()
  } catch (error) {
    report(statement, way, error)
  }
}
async function main() {
  await attempt('reserve', 'method', () => shop.reserve(id(1)))
  await attempt('reserve', 'function', () => reserve(id(2)))
  await attempt('reserve', 'promise', () => Promise.resolve(id(3)).then(reserve))
  await attempt('release', 'method', () => shop.release(id(4)))
  await attempt('release', 'bound', release.bind(shop, id(5)))
  await attempt('release', 'applied', () => Reflect.apply(release, undefined, [name(6)]))
}
void main()
