import { expect, test } from 'vitest'
import { createSkipTest } from '../../src/report/rules.ts'

const order = {
  method: 'GET',
  path: '/orders/17',
  route: '/orders/:id',
  handler: 'OrdersController.find',
}

test.each<[string | RegExp, boolean]>([
  ['/orders/:id', true],
  ['/orders/17', true],
  ['/orders/17/', true],
  ['GET /orders/:id', true],
  ['get  /orders/:id', true],
  ['POST /orders/:id', false],
  ['/orders', false],
  ['/orders/*', true],
  ['/*', true],
  ['/order/*', false],
  [/^\/orders\/\d+$/, true],
  [/^\/orders\/\d+$/g, true],
  [/:id$/, true],
  [/^\/payments/, false],
  ['OrdersController', true],
  ['OrdersController.find', true],
  ['OrdersController.list', false],
  ['Orders', false],
])('%s skips the order: %j', (entry, isSkipped) => {
  const isHit = createSkipTest([entry])

  // Twice, since a regular expression with the flag g remembers where it was.
  expect([isHit(order), isHit(order)]).toEqual([isSkipped, isSkipped])
})

test('an empty list skips nothing, and nothing is skipped by an unknown request', () => {
  expect(createSkipTest([])(order)).toBe(false)
  expect(createSkipTest(['/health', 'TestView', /health/])({})).toBe(false)
})
