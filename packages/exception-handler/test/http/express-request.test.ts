import { describe, expect, test } from 'vitest'
import { expressReader, readRoute, type ExpressRequest } from '../../src/http/express-request.ts'

describe('the pattern of an endpoint of Express', () => {
  test.each([
    ['/orders/17', '/orders/:id', '/orders/:id'],
    ['/api/orders/17', '/:id', '/api/orders/:id'],
    ['/api/orders', '/', '/api/orders'],
    ['/api/orders/17/', '/:id/', '/api/orders/:id'],
    ['/files/a/b', '/files/*path', '/files/*path'],
    ['/orders', '/orders/:id', '/orders/:id'],
  ])('%s by %s is %s', (path, pattern, route) => {
    expect(readRoute(path, pattern).route).toBe(route)
  })

  test('gives the parameters', () => {
    expect(readRoute('/a%20b/orders/17', '/:shop/orders/:id').params).toEqual({
      shop: 'a b',
      id: '17',
    })
    expect(readRoute('/%E0%A4%A', '/:id').params).toEqual({ id: '%E0%A4%A' })
  })
})

describe('the query of a request of Express', () => {
  test('is what its parser would make of the address', () => {
    expect(expressQuery('page=2')).toEqual({ page: '2' })
  })

  test('is what the service put in its place', () => {
    expect(expressQuery('page=2', { query: { page: 2 } })).toEqual({ page: 2 })
  })

  test('comes from its parser where parsers differ', () => {
    const parsed = Object.create({ query: { filter: { page: '2' } } }) as object

    expect(expressQuery('filter[page]=2', parsed)).toEqual({ filter: { page: '2' } })
  })
})

function expressQuery(text: string, request: object = {}): unknown {
  Object.assign(request, { headers: {}, url: `/orders?${text}` })
  return expressReader.read(request as ExpressRequest, undefined).query
}
