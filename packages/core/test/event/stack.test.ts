import { expect, test } from 'vitest'
import { parseStack } from '../../src/event/stack.ts'

function parseLine(line: string) {
  const frame = parseStack(`Error: x\n    ${line}`)[0]
  if (frame === undefined) return undefined
  const { function: name, file, line: lineNumber, column, isInApp } = frame
  return [name, file, lineNumber, column, isInApp ? 'app' : 'foreign']
}

test.each([
  [
    'at chargeCard (/srv/app/src/billing/charge.ts:42:11)',
    ['chargeCard', '/srv/app/src/billing/charge.ts', 42, 11, 'app'],
  ],
  [
    'at async Order.charge (file:///srv/app/order.mjs:1:2)',
    ['Order.charge', '/srv/app/order.mjs', 1, 2, 'app'],
  ],
  ['at async /srv/app/order.js:1:2', [undefined, '/srv/app/order.js', 1, 2, 'app']],
  [
    'at Order.charge [as pay] (/srv/app/order.js:1:2)',
    ['Order.charge', '/srv/app/order.js', 1, 2, 'app'],
  ],
  ['at new Order (/srv/app/order.js:3:4)', ['new Order', '/srv/app/order.js', 3, 4, 'app']],
  ['at Object.<anonymous> (/srv/app/order.js:3:4)', [undefined, '/srv/app/order.js', 3, 4, 'app']],
  [
    'at get total [as total] (/srv/my app/order.js:3:4)',
    ['get total', '/srv/my app/order.js', 3, 4, 'app'],
  ],
  ['at C:\\app\\order.js:3:4', [undefined, 'C:\\app\\order.js', 3, 4, 'app']],
  ['at charge (C:\\app\\order.js:3:4)', ['charge', 'C:\\app\\order.js', 3, 4, 'app']],
  ['at charge (file:///C:/app/order.mjs:3:4)', ['charge', 'C:/app/order.mjs', 3, 4, 'app']],
  [
    'at charge (C:\\app\\node_modules\\pg\\client.js:3:4)',
    ['charge', 'C:\\app\\node_modules\\pg\\client.js', 3, 4, 'foreign'],
  ],
  [
    'at Layer.handle (/srv/app/node_modules/express/lib/layer.js:95:5)',
    ['Layer.handle', '/srv/app/node_modules/express/lib/layer.js', 95, 5, 'foreign'],
  ],
  [
    'at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
    ['process.processTicksAndRejections', 'node:internal/process/task_queues', 95, 5, 'foreign'],
  ],
  [
    'at internal/main/run_main_module.js:17:47',
    [undefined, 'internal/main/run_main_module.js', 17, 47, 'foreign'],
  ],
  ['at async Promise.all (index 3)', ['Promise.all', undefined, undefined, undefined, 'foreign']],
  ['at Array.map (<anonymous>)', ['Array.map', undefined, undefined, undefined, 'foreign']],
  ['at new Promise (<anonymous>)', ['new Promise', undefined, undefined, undefined, 'foreign']],
  ['at Array.forEach (native)', ['Array.forEach', undefined, undefined, undefined, 'foreign']],
  ['at <anonymous>', [undefined, undefined, undefined, undefined, 'foreign']],
  [
    'at eval (eval at run (/srv/app/rules.js:10:3), <anonymous>:1:1)',
    [undefined, '/srv/app/rules.js', 10, 3, 'app'],
  ],
  [
    'at apply (eval at outer (eval at run (/srv/app/rules.js:9:9), <anonymous>:2:2), <anonymous>:1:1)',
    ['apply', '/srv/app/rules.js', 9, 9, 'app'],
  ],
  [
    'at Page (webpack-internal:///(rsc)/./app/(shop)/page.tsx:10:11)',
    ['Page', 'webpack-internal:///(rsc)/./app/(shop)/page.tsx', 10, 11, 'app'],
  ],
  ['at webpack:///./src/index.ts:5:6', [undefined, 'webpack:///./src/index.ts', 5, 6, 'app']],
  [
    'at webpack://shop/./node_modules/pg/lib/client.js:5:6',
    [undefined, 'webpack://shop/./node_modules/pg/lib/client.js', 5, 6, 'foreign'],
  ],
  [
    'at __webpack_require__ (webpack://shop/webpack/bootstrap:19:1)',
    ['__webpack_require__', 'webpack://shop/webpack/bootstrap', 19, 1, 'foreign'],
  ],
  [
    'at query (/srv/app/.yarn/cache/pg-npm-8.0.0-1.zip/node_modules/pg/lib/client.js:5:6)',
    [
      'query',
      '/srv/app/.yarn/cache/pg-npm-8.0.0-1.zip/node_modules/pg/lib/client.js',
      5,
      6,
      'foreign',
    ],
  ],
  ['at /srv/app/(group)/page.js:1:2', [undefined, '/srv/app/(group)/page.js', 1, 2, 'app']],
  ['at wasm://wasm/00ab:1:2', [undefined, 'wasm://wasm/00ab', 1, 2, 'foreign']],
  [
    'at com.shop.Orders.charge(Orders.java:42)',
    ['com.shop.Orders.charge', 'Orders.java', 42, undefined, 'app'],
  ],
  [
    'at java.base/java.lang.Thread.run(Thread.java:829)',
    ['java.base/java.lang.Thread.run', 'Thread.java', 829, undefined, 'foreign'],
  ],
  [
    'charge@https://shop.example/assets/app.js:42:11',
    ['charge', 'https://shop.example/assets/app.js', 42, 11, 'app'],
  ],
])('reads the frame %j', (line, frame) => {
  expect(parseLine(line)).toEqual(frame)
})

test.each([
  'at dinner we ate (a lot)',
  'at least 3 of 5 nodes must agree',
  'TypeError: Cannot read properties of undefined',
  'mail to ops@shop.example failed',
  '... 12 lines matching cause stack trace ...',
])('passes over %j, which is no frame', (line) => {
  expect(parseLine(line)).toBeUndefined()
})

test('keeps the line of each frame as it stood in the stack', () => {
  const [frame] = parseStack('Error: x\n    at async charge (file:///srv/app/a.mjs:1:2)')

  expect(frame?.text).toBe('at async charge (file:///srv/app/a.mjs:1:2)')
})

test('turns a Python traceback around, so that the innermost frame comes first', () => {
  const frames = parseStack(`Traceback (most recent call last):
  File "/srv/app/main.py", line 10, in <module>
    main()
  File "/srv/app/orders.py", line 42, in charge
    requests.post(url)
  File "/usr/lib/python3.11/json/decoder.py", line 355, in raw_decode
  File "/srv/app/.venv/lib/python3.11/site-packages/requests/api.py", line 3, in post
requests.exceptions.ConnectionError: refused`)

  expect(frames.map((frame) => [frame.function, frame.line, frame.isInApp])).toEqual([
    ['post', 3, false],
    ['raw_decode', 355, false],
    ['charge', 42, true],
    [undefined, 10, true],
  ])
})

test('reads the stack that V8 prints for a real error', () => {
  const frames = parseStack(new Error('real').stack ?? '')

  expect(frames[0]?.file).toMatch(/stack\.test\.ts$/)
  expect(frames[0]?.isInApp).toBe(true)
})

test('keeps the innermost 500 frames of a stack without end', () => {
  const stack = Array.from(
    { length: 100_000 },
    (_, depth) => `    at f${depth} (/srv/app/a.js:1:1)`,
  )

  const frames = parseStack(stack.join('\n'))

  expect(frames).toHaveLength(500)
  expect(frames[0]?.function).toBe('f0')
})

test('parses only what the limits admit of a text made to be slow', () => {
  const hostile = [
    `at ${'('.repeat(500_000)})`,
    'at x'.repeat(250_000),
    `at ${'eval at ('.repeat(100_000)})`,
    `at ${'eval at ('.repeat(200)})\n`.repeat(500),
    `File "${'a/'.repeat(500_000)}`,
  ]

  for (const stack of hostile) expect(parseStack(stack).length).toBeLessThanOrEqual(500)
})
