function priceOf(item) {
  return item.price.toFixed(2)
}
function taxOf(item) {
  return item.tax.rate.toFixed(2)
}
function* discounts(items) {
  for (const item of items) yield item.discount.percent
}
async function* deliveries(items) {
  for (const item of items) {
    await Promise.resolve()
    yield item.delivery.day
  }
}
async function firstDelivery(items) {
  for await (const day of deliveries(items)) return day
}
const items = [{ number: id(1) }]
const attempt = (statement, way, call) => {
  try {
    call()
  } catch (error) {
    report(statement, way, error)
  }
}
attempt('price', 'map', () => items.map(priceOf))
attempt('price', 'flatMap', () => items.flatMap(priceOf))
attempt('tax', 'arrow', () => items.reduce((sum, item) => sum + taxOf(item), 0))
attempt('tax', 'forEach', () => items.forEach(taxOf))
attempt('discount', 'generator', () => [...discounts(items)])
attempt('discount', 'Array.from', () => Array.from(discounts(items)))
firstDelivery(items).catch((error) => report('delivery', 'async generator', error))
setTimeout(() => firstDelivery(items).catch((error) => report('delivery', 'timer', error)), 1)
