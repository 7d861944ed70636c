import { describe, expect, test } from 'vitest'
import { parseStack } from '../../src/event/stack.ts'
import { placeOf } from '../../src/grouping/place.ts'
import { stackOf } from './stacks.ts'

const framesOf = (...frames: readonly string[]): readonly string[] =>
  placeOf(parseStack(stackOf('Error: x', ...frames))).frames

describe('the file of a frame', () => {
  test.each([
    ['/app/src/users/service.js', 'users/service'],
    ['/app/dist/users/service.js', 'users/service'],
    ['/srv/release-17/build/users/service.cjs', 'users/service'],
    ['/home/deploy/shop/current/users/service.js', 'users/service'],
    ['C:\\inetpub\\shop\\lib\\users\\service.js', 'users/service'],
    ['webpack-internal:///./src/users/service.ts', 'users/service'],
    ['webpack://shop/./src/users/service.ts', 'users/service'],
    ['https://shop.example/assets/users/service.js?v=17', 'users/service'],
    ['/app/users/service.js', 'users/service'],
    ['/usr/src/app/users/service.js', 'users/service'],
    ['/var/task/users/service.js', 'users/service'],
    ['/home/node/app/users/service.js', 'users/service'],
    ['/Users/kim/code/shop/src/users/service.ts', 'users/service'],
    ['/app/data/users/service.js', 'users/service'],
    ['/app/packages/billing/src/index.ts', 'billing/index'],
    ['/app/src/billing/v2/controller.ts', 'billing/controller'],
    ['/app/src/app/orders/page.tsx', 'orders/page'],
    ['webpack-internal:///(rsc)/./src/app/orders/page.tsx', 'orders/page'],
    ['/app/.next/server/app/orders/[id]/route.js', 'orders/[id]/route'],
    ['/app/src/routes/orders/+page.server.ts', 'orders/+page.server'],
  ])('%s is %s', (file, shown) => {
    expect(framesOf(`create (${file}:1:2)`)).toEqual([`create (${shown})`])
  })

  test.each([
    ['/app/index.js'],
    ['/srv/release-17/index.js'],
    ['/srv/shop/dist/index.js'],
    ['/home/deploy/shop/src/index.ts'],
    ['/usr/src/app/index.js'],
    ['/var/www/shop/releases/20260101/index.js'],
    ['/opt/shop-1.4.2/index.js'],
    ['/var/task/index.mjs'],
    ['/workspace/index.js'],
    ['/root/shop/index.js'],
    ['/app/dist/esbuild/index-DT2W6LUF.mjs'],
    ['https://shop.example/assets/index-4f3a2b.js'],
  ])('%s is index, wherever the program is installed', (file) => {
    expect(framesOf(`create (${file}:1:2)`)).toEqual(['create (index)'])
  })

  test('needs no folder if its name says enough', () => {
    expect(framesOf('charge (/app/src/money/billing.service.ts:1:2)')).toEqual([
      'charge (billing.service)',
    ])
  })

  test.each([['/app/dist/845.js'], ['/app/dist/chunks/4f3a2b1c.js']])('%s has no name', (file) => {
    expect(framesOf(`charge (${file}:1:2)`)).toEqual(['charge ()'])
  })
})

describe('the function of a frame', () => {
  test.each([
    ['t', '?'],
    ['e2', '?'],
    ['_a', '?'],
    ['kOt', '?'],
    ['Object.n', '?'],
    ['t.e', '?'],
    ['#e', '?'],
    ['new t', '?'],
    ['t.charge', 'charge'],
    ['Object.t [as reserve]', 'reserve'],
    ['Money.of', 'Money.of'],
    ['get', 'get'],
    ['주문', '주문'],
    ['Order.#price', '#price'],
    ['Order._Order_price', '#price'],
    ['get total [as total]', 'total'],
    ['Order.get total', 'total'],
    ['new Order', 'Order'],
    ['async Order.charge', 'Order.charge'],
    ['_Order.charge', 'Order.charge'],
    ['exports.charge', 'charge'],
    ['$.constructor.charge', 'charge'],
    ['Order.Order.charge', 'Order.charge'],
    ['Runtime.charge', 'charge'],
    ['billing_default', '?'],
    ['eval', '?'],
    ['Object.<anonymous>', '?'],
    ['Module._compile', '?'],
    ['_callee2$', '?'],
  ])('%s is %s', (name, shown) => {
    expect(framesOf(`${name} (/app/billing.js:1:2)`)).toEqual([`${shown} (billing)`])
  })
})

describe('a method of a class with a name of its own', () => {
  test.each([
    ['OrderController.show', 'OrderController.show'],
    ['async OrderController.show', 'OrderController.show'],
    ['OrderController.OrderController.show', 'OrderController.show'],
    ['new OrderController', 'OrderController'],
    ['DBPool.acquire', 'DBPool.acquire'],
  ])('%s is the same in any file and in any bundle', (name, shown) => {
    const files = ['/app/src/orders/controller.ts', '/app/src/sales/http.ts', '/app/dist/main.js']

    for (const file of files) expect(framesOf(`${name} (${file}:1:2)`)).toEqual([shown])
  })

  test.each([
    ['Order.total', 'a class of one word'],
    ['AppService.find', 'a class that is named after a layer'],
    ['createOrder', 'a function'],
    ['Handler', 'a function'],
  ])('%s, %s, is another one in another file', (name) => {
    const frames = ['/app/src/orders/model.ts', '/app/src/carts/model.ts'].map((file) =>
      framesOf(`${name} (${file}:1:2)`),
    )

    expect(frames).toEqual([[`${name} (orders/model)`], [`${name} (carts/model)`]])
  })
})

describe('what compilers add', () => {
  const charge = 'charge (/app/billing.js:1:2)'

  test.each([
    ['nothing', [charge]],
    [
      'TypeScript',
      [
        '/app/billing.js:9:9',
        'step (/app/billing.js:3:3)',
        'Object.next (/app/billing.js:4:4)',
        '/app/billing.js:5:5',
        'new Promise (<anonymous>)',
        '__awaiter (/app/billing.js:6:6)',
        charge,
      ],
    ],
    [
      'TypeScript with generators',
      [
        'Billing.<anonymous> (/app/billing.js:9:9)',
        'Generator.next (<anonymous>)',
        '/app/billing.js:7:71',
        'new Promise (<anonymous>)',
        '__awaiter (/app/billing.js:3:12)',
        charge,
      ],
    ],
    [
      'TypeScript with tslib',
      [
        '/app/billing.js:9:9',
        'step (/app/node_modules/tslib/tslib.js:144:23)',
        'Object.next (/app/node_modules/tslib/tslib.js:125:53)',
        '/app/node_modules/tslib/tslib.js:118:71',
        'new Promise (<anonymous>)',
        '__awaiter (/app/node_modules/tslib/tslib.js:114:12)',
        charge,
      ],
    ],
    [
      'Babel with regenerator',
      [
        '_callee$ (/app/billing.js:9:9)',
        'tryCatch (/app/billing.js:3:3)',
        'Generator.<anonymous> (/app/billing.js:4:4)',
        'Generator.next (/app/billing.js:4:4)',
        'asyncGeneratorStep (/app/billing.js:5:5)',
        '_next (/app/billing.js:5:5)',
        '/app/billing.js:5:5',
        'new Promise (<anonymous>)',
        '/app/billing.js:5:5',
        charge,
      ],
    ],
    [
      'swc',
      [
        '/app/billing.js:9:9',
        'step (/app/billing.js:3:3)',
        'Object.<anonymous> (/app/billing.js:4:4)',
        'asyncGeneratorStep (/app/billing.js:5:5)',
        '_next (/app/billing.js:5:5)',
        charge,
      ],
    ],
    [
      'a class of errors for ES5',
      ['new CardError (/app/errors.js:3:3)', '_callSuper (/app/errors.js:4:4)', charge],
    ],
  ])('%s is no place of the program', (_compiler, frames) => {
    expect(framesOf(...frames)).toEqual(['charge (billing)'])
  })

  test('a function of the program may have the name of a helper', () => {
    expect(framesOf('step (/app/wizard.js:9:9)', 'next (/app/wizard.js:3:3)', charge)).toEqual([
      'step (wizard)',
      'next (wizard)',
      'charge (billing)',
    ])
  })

  test('a body without its function is an anonymous function of its file', () => {
    const frames = [
      '/app/billing.js:9:9',
      'step (/app/billing.js:3:3)',
      'Object.next (/app/billing.js:4:4)',
      'fulfilled (/app/billing.js:5:5)',
    ]

    expect(framesOf(...frames)).toEqual(['? (billing)'])
  })
})

test('the middlewares that a request passed are no part of the place', () => {
  const handler = ['charge (/app/billing.js:1:2)', 'pay (/app/routes/orders.js:3:4)']
  const layer = 'Layer.handle (/app/node_modules/router/lib/layer.js:1:1)'
  const middlewares = [
    layer,
    'requireUser (/app/auth.js:1:1)',
    layer,
    'count (/app/metrics.js:1:1)',
  ]

  expect(framesOf(...handler, ...middlewares)).toEqual(framesOf(...handler))
})

test('what a package calls back has its caller on its way', () => {
  const frames = [
    'priceOf (/app/billing.js:1:2)',
    'map (/app/node_modules/lodash/map.js:1:1)',
    'totalOf (/app/billing.js:3:4)',
  ]

  expect(framesOf(...frames)).toEqual(['priceOf (billing)', 'totalOf (billing)'])
})

test.each([
  [
    'Firefox',
    [
      'charge@https://shop.example/assets/app-4f3a2b.js:1:234',
      '@https://shop.example/assets/app-4f3a2b.js:1:9',
    ],
  ],
  ['Firefox, later', ['async*charge@https://shop.example/assets/app-99ab01.js?v=2:7:1']],
  [
    'Safari',
    [
      'charge@https://shop.example/assets/app-123abc.js:3:4',
      'forEach@[native code]',
      'global code@https://shop.example/assets/app-123abc.js:9:9',
    ],
  ],
  ['Chrome', ['    at charge (https://shop.example/assets/app-77ffaa.js:1:2)']],
  ['Bun', ['    at charge (/app/app.ts:3:4)', '    at processTicksAndRejections (native:7:39)']],
  [
    'Deno',
    ['    at charge (file:///app/app.ts:3:4)', '    at eventLoopTick (ext:core/01_core.js:175:7)'],
  ],
])('a stack of %s is read', (_engine, lines) => {
  expect(placeOf(parseStack(lines.join('\n')))).toEqual({
    frames: ['charge (app)'],
    isKnown: true,
  })
})
