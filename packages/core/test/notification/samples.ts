import type { ErrorDescription, LogEvent, StackFrame } from '../../src/event/log-event.ts'
import type { IncidentView } from '../../src/incident/incident.ts'
import type { NotificationSettings } from '../../src/notification/notification.ts'

/** 14:02:11 UTC. */
export const time = Date.UTC(2026, 10, 21, 14, 2, 11)

export const settings: NotificationSettings = {
  service: 'checkout',
  environment: 'production',
  release: '1.8.2',
  locale: 'en',
  sanitize: { quotes: 'keep', newlines: 'space' },
  links: {},
  appRoot: '/app',
}

/** `at chargeCard (/app/src/billing/charge.ts:42:13)`. */
export function frame(name: string, file: string, line: number): StackFrame {
  const isInApp = !file.includes('node_modules') && !file.startsWith('node:')
  return {
    function: name,
    file,
    line,
    column: 13,
    isInApp,
    text: `at ${name} (${file}:${line}:13)`,
  }
}

export const ownFrame: StackFrame = frame('chargeCard', '/app/src/billing/charge.ts', 42)

/** An error whose stack consists of its name and its frames. */
export function errorWith(
  message: string,
  given: Partial<ErrorDescription> = {},
): ErrorDescription {
  const frames = given.frames ?? [ownFrame]
  const type = given.type ?? 'TypeError'
  const lines = [`${type}: ${message}`, ...frames.map(({ text }) => `    ${text}`)]
  return {
    type,
    message,
    code: undefined,
    stack: lines.join('\n'),
    frames,
    culprit: frames.find(({ isInApp }) => isInApp),
    cause: undefined,
    moreCauses: 0,
    errors: [],
    moreErrors: 0,
    properties: {},
    ...given,
  }
}

export function eventWith(given: Partial<LogEvent> = {}): LogEvent {
  return {
    level: 'error',
    severity: 50,
    time,
    message: given.error?.message ?? '',
    template: undefined,
    logger: undefined,
    error: undefined,
    request: undefined,
    fields: {},
    traceId: undefined,
    requestId: undefined,
    hint: undefined,
    ...given,
  }
}

export function viewOf(sample: LogEvent, given: Partial<IncidentView> = {}): IncidentView {
  return {
    fingerprint: '3fa9c1d2',
    state: 'active',
    count: 1,
    firstSeen: sample.time,
    lastSeen: sample.time,
    perMinute: [...Array.from({ length: 59 }, () => 0), 1],
    hosts: ['web-3'],
    releases: ['1.8.2'],
    sample,
    alert: { reason: 'new', at: sample.time, count: 1, previousCount: 0 },
    nextMilestone: undefined,
    ...given,
  }
}

/** The failing order that the golden files show. */
export const orderEvent: LogEvent = eventWith({
  message: "Cannot read properties of undefined (reading 'id')",
  error: errorWith("Cannot read properties of undefined (reading 'id')", {
    frames: [
      ownFrame,
      frame('placeOrder', '/app/src/orders/place.ts', 18),
      frame('Layer.handleRequest', '/app/node_modules/router/lib/layer.js', 152),
      frame('next', '/app/node_modules/router/lib/route.js', 157),
      frame('Route.dispatch', '/app/node_modules/router/lib/route.js', 117),
      frame('process.processTicksAndRejections', 'node:internal/process/task_queues', 105),
    ],
    cause: errorWith('connect ECONNREFUSED 10.0.0.5:5432', {
      type: 'Error',
      code: 'ECONNREFUSED',
      frames: [
        frame('TCPConnectWrap.afterConnect', 'node:net', 1611),
        frame('connect', '/app/src/db.ts', 9),
      ],
      properties: { syscall: 'connect', address: '10.0.0.5', port: 5432 },
    }),
  }),
  request: {
    method: 'POST',
    path: '/orders/123',
    route: '/orders/:id',
    origin: 'https://shop.example',
    clientIp: '203.0.113.9',
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)',
    user: { id: '17', name: 'ann', email: undefined, role: 'customer' },
    params: { id: '123' },
    query: { dryRun: 'false' },
    body: { items: [{ sku: 'A-1', quantity: 2 }], card: '[Redacted]' },
  },
  fields: { orderId: 123, attempt: 2 },
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
})

/** The same after it happened 1,204 times. */
export const repeatedOrder: IncidentView = viewOf(orderEvent, {
  count: 1204,
  lastSeen: time + 449_000,
  perMinute: [...Array.from({ length: 52 }, () => 0), 9, 62, 140, 230, 298, 262, 147, 56],
  hosts: ['web-3', 'web-5'],
  alert: { reason: 'milestone', at: time + 300_000, count: 1000, previousCount: 100 },
  nextMilestone: 10_000,
})

export const breadcrumbs: readonly LogEvent[] = [
  eventWith({ level: 'info', severity: 30, time: time - 65_000, message: 'signed in' }),
  eventWith({
    level: 'info',
    severity: 30,
    time: time - 1240,
    message: 'cart loaded',
    fields: { items: 3 },
  }),
  eventWith({ level: 'warn', severity: 40, time: time - 20, message: 'database is slow\nagain' }),
]
