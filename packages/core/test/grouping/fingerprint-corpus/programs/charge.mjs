class Order {
  constructor(number, isLater) {
    Object.assign(this, { number, isLater })
  }
  charge() {
    throw new TypeError(`order ${this.number} has no card`)
  }
  refund() {
    throw new TypeError(`order ${this.number} has no card`)
  }
}
async function checkout(order, way) {
  if (order.isLater) await new Promise((resolve) => setTimeout(resolve, 1))
  try {
    order[way]()
  } catch (error) {
    report(way, order.isLater ? 'after await' : 'sync', error)
  }
}
async function main() {
  await checkout(new Order(id(1), false), 'charge')
  await checkout(new Order(id(2), true), 'charge')
  await checkout(new Order(id(3), false), 'refund')
  await checkout(new Order(id(4), true), 'refund')
}
void main()
