import type { LogRecord, SlackOptions } from '../../src/index.ts'
import { errorIn, goldenFolder, minute, second, thrownIn, type World } from './support.ts'

const scenario = goldenFolder('messages')

const production: SlackOptions = { environment: 'production', release: '1.8.2' }

/** An order that could not be paid, with all that a record can have. */
function paymentFailure(): Partial<LogRecord> {
  const refused = Object.assign(
    errorIn('connect', { message: 'connect ECONNREFUSED 10.0.0.5:5432' }),
    {
      code: 'ECONNREFUSED',
      address: '10.0.0.5',
      port: 5432,
    },
  )
  const cause = errorIn('query', { message: 'query failed', cause: refused })
  return {
    message: 'order not paid',
    logger: 'orders',
    error: Object.assign(
      errorIn('chargeCard', { message: "no answer for 'card 7'", code: 'EPAY', cause }),
      {
        attempt: 3,
      },
    ),
    request: {
      method: 'POST',
      url: '/orders/17/pay?retry=1&token=abc123',
      route: '/orders/:id/pay',
      headers: { 'user-agent': 'curl/8.5.0', 'x-forwarded-for': '203.0.113.9' },
      user: { id: 17, name: 'ann', email: 'ann@example.com', role: 'admin' },
      params: { id: '17' },
      body: { amount: 4200, currency: 'EUR', password: 'hunter2' },
    },
    fields: { orderId: 'A-17', trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', cart: { items: 3 } },
  }
}

async function logPaymentFailure(world: World, options: SlackOptions = {}): Promise<void> {
  const program = world.start({
    ...production,
    contextLevel: 'info',
    trustProxy: true,
    links: {
      trace: 'https://traces.example/{trace_id}',
      logs: 'https://logs.example/?service={service}&order={orderId}',
    },
    ...options,
  })
  const trace = { trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' }
  program.log({ level: 'info', message: 'cart loaded', fields: { ...trace, items: 3 } })
  program.log({ level: 'info', message: 'of another request' })
  await world.advance(1240)
  program.log({ level: 'warn', message: 'payment is slow', fields: { ...trace, tookMs: 1180 } })
  await world.advance(60)
  program.log(paymentFailure())
  await world.advance(5 * second)
}

scenario(
  'new',
  [
    'New · next alert at 10',
    '← connect ECONNREFUSED',
    'POST /orders/17/pay',
    '#17 · ann',
    'EPAY',
    'Logs>',
    'cart loaded',
  ],
  (world) => logPaymentFailure(world),
)

scenario('new-korean', ['처음 발생', '원인: ', '직전 로그'], (world) =>
  logPaymentFailure(world, { locale: 'ko' }),
)

scenario('without-error', ['error logged by queue', 'Payment queue is full'], async (world) => {
  const program = world.start(production)
  program.log({ message: 'Payment queue is full', logger: 'queue', fields: { size: 500 } })
  await world.advance(5 * second)
})

scenario('without-anything', 'logged without a message', async (world) => {
  world.start().log({ fields: { shard: 7 } })
  await world.advance(5 * second)
})

scenario('without-error-korean', ['queue의 error 로그', '새 주문'], async (world) => {
  world.start({ locale: 'ko' }).log({ message: '새 주문 없음', logger: 'queue' })
  await world.advance(5 * second)
})

scenario('warning', ['🟠 disk is filling · checkout', 'Trace*', 'WARN'], async (world) => {
  const program = world.start({ level: 'warn' })
  program.log({
    level: 'WARN',
    severity: 40,
    message: 'disk is filling',
    fields: { traceId: 'f00d' },
  })
  await world.advance(5 * second)
})

scenario(
  'information',
  ['🔵 cart abandoned · checkout', '*Request id* r-81', 'Origin: https://shop.example'],
  async (world) => {
    world.start({ level: 'info' }).log({
      level: 'info',
      message: 'cart abandoned',
      request: {
        method: 'GET',
        url: '/cart',
        headers: { origin: 'https://shop.example', 'x-request-id': 'r-81' },
      },
    })
    await world.advance(5 * second)
  },
)

scenario('fatal', ['🚨 Error: ', 'Fatal'], async (world) => {
  world.start(production).failFatally('openDatabase')
  await world.advance(5 * second)
})

scenario(
  'mislogged',
  [
    'Lost by the logger call',
    "log.error(err, 'charge failed')",
    "logger.error('refund denied', { error })",
  ],
  async (world) => {
    const program = world.start()
    program.log({ message: 'charge failed: {}', source: 'pino' })
    await world.advance(2 * minute)
    program.log({ message: 'refund denied: Error: no funds', source: 'winston', logger: 'pay' })
    await world.advance(2 * minute)
    program.log({ message: 'refund failed', error: {}, source: 'pino' })
    await world.advance(2 * minute)
  },
)

scenario('mislogged-korean', ['로그 과정에서 유실', '수정: '], async (world) => {
  world.start({ locale: 'ko' }).log({ message: 'charge failed:', source: 'pino' })
  await world.advance(5 * second)
})

scenario('thrown-values', ['threw a string', 'no stock', 'threw an object'], async (world) => {
  const program = world.start()
  program.log({ error: 'no stock' })
  await world.advance(2 * minute)
  program.log({ error: { reason: 'no stock', item: 17 } })
  await world.advance(2 * minute)
  program.log({ error: null })
  await world.advance(2 * minute)
})

scenario('aggregate', ['AggregateError', 'error 1 of 3: '], async (world) => {
  const errors = ['fetchPrices', 'fetchStock', 'fetchTaxes'].map((name) => errorIn(name))
  const error = thrownIn('loadCart', new AggregateError(errors, 'the cart could not be loaded'))
  world.start().log({ message: 'cart failed', error })
  await world.advance(5 * second)
})

scenario(
  'aggregate-of-many',
  ['further errors', 'these 2 frames repeated 4 more times'],
  async (world) => {
    const errors = Array.from({ length: 30 }, (_, index) => new Error(`shard ${index} failed`))
    for (const error of errors) error.stack = `Error: ${error.message}`
    const error = new AggregateError(errors, 'no shard answers')
    const round = '\n    at ping (/srv/app/src/ping.ts:3:1)\n    at pong (/srv/app/src/pong.ts:5:1)'
    error.stack = `AggregateError: ${error.message}${round.repeat(5)}`
    world.start().log({ error })
    await world.advance(5 * second)
  },
)

scenario(
  'many-causes',
  ['further cause', 'frames in express, node', 'repeated 5 more times'],
  async (world) => {
    let error = errorIn('step0')
    for (let step = 1; step < 12; step += 1) error = errorIn(`step${step}`, { cause: error })
    const frames = '\n    at visit (/srv/app/src/visit.ts:8:3)'.repeat(6)
    error.stack = `Error: ${error.message}${frames}`
    world.start().log({ error })
    await world.advance(5 * second)
  },
)

scenario('program-folder', 'pay (src/pay.ts:9)', async (world) => {
  const message = 'it is not a function'
  const stack = `TypeError: ${message}\n    at pay (${process.cwd()}/src/pay.ts:9:1)`
  // The folder is another one on each machine, and in the fingerprint and the thread.
  const program = world.start({ fingerprint: () => ['pay'] })
  program.log({ error: { type: 'TypeError', message, stack } })
  await world.advance(5 * second)
  world.slack.forget(({ body }) => body['thread_ts'] === undefined)
})

/** More than a thread shows. */
function longFailure(name: string): Error {
  const frames = Array.from(
    { length: 200 },
    (_, index) =>
      `    at ${name}Step${index} (/srv/app/src/pipeline/stage-${index}/${name}.ts:${index + 1}:7)`,
  )
  return Object.assign(new Error(`${name} failed`), {
    stack: [`Error: ${name} failed`, ...frames].join('\n'),
  })
}

scenario(
  'long-stack',
  [
    'files.getUploadURLExternal',
    '"upload"',
    'files.completeUploadExternal',
    'All of it: ',
    'lines left out',
  ],
  async (world) => {
    world.start().log({ error: longFailure('render') })
    await world.advance(10 * second)
  },
)

scenario(
  'file-refused',
  ['Slack rejected the file (missing_scope)', 'scope files:write', 'exportAll failed'],
  async (world) => {
    world.slack.refuse('files.getUploadURLExternal', 'missing_scope', {
      answer: { needed: 'files:write' },
    })
    const program = world.start()
    program.log({ error: longFailure('render') })
    await world.advance(30 * second)
    // No further file is tried.
    program.log({ error: longFailure('exportAll') })
    await world.advance(30 * second)
  },
)

scenario('file-refused-korean', '앱에 files:write 권한', async (world) => {
  world.slack.refuse('files.getUploadURLExternal', 'missing_scope')
  world.start({ locale: 'ko' }).log({ error: longFailure('render') })
  await world.advance(30 * second)
})

scenario('file-refused-by-workspace', 'Ask the administrators of the workspace', async (world) => {
  world.slack.refuse('files.getUploadURLExternal', 'file_uploads_disabled')
  world.start().log({ error: longFailure('render') })
  await world.advance(30 * second)
})

scenario('file-refused-for-membership', 'Invite the app to this channel', async (world) => {
  world.slack.refuse('files.completeUploadExternal', 'not_in_channel')
  world.start().log({ error: longFailure('render') })
  await world.advance(30 * second)
})

scenario('long-message', ['Message', 'line 1 of the report'], async (world) => {
  const lines = Array.from(
    { length: 60 },
    (_, index) => `line ${index + 1} of the report: all is as it should be`,
  )
  world.start().log({ message: lines.join('\n') })
  await world.advance(5 * second)
})

scenario('logged-traceback', ['ValueError: no price', 'Traceback'], async (world) => {
  const frame = '  File "/srv/app/price.py", line 7, in price\n    raise ValueError("no price")\n'
  const message = `Traceback (most recent call last):\n${frame.repeat(40)}ValueError: no price`
  world.start().log({ message })
  await world.advance(5 * second)
})

scenario('hostile-text', ['&lt;!channel&gt;', '[redacted]', '@everyone'], async (world) => {
  const text =
    '<!channel> *bold* `code` ```fence``` <https://evil.example|here> @everyone & [x](https://evil.example)'
  world.start({ service: 'shop <!here>', environment: '*prod*' }).log({
    message: `${text}\nAuthorization: Bearer abcdef0123456789abcdef`,
    logger: '<@U1234567>',
    error: errorIn('chargeCard', {
      message: `${text} "quoted" it's\tpostgres://ann:s3cret@db.example/shop`,
    }),
    request: { method: 'GET', url: '/<!here>?a=`b`' },
    fields: { note: text, apiKey: 'sk_live_0123456789abcdefABCDEF' },
  })
  await world.advance(5 * second)
})

scenario('kept-quotes-and-newlines', `it's`, async (world) => {
  const program = world.start({ sanitize: { quotes: 'keep', newlines: 'keep' } })
  program.log({ message: `it's "over"\nfor now`, logger: `the 'main' one` })
  await world.advance(5 * second)
})

scenario(
  'mentions',
  ['<!here> <@U0000ONCALL> <!subteam^S0000PAYERS>', '· <!channel>', 'C000BILLING'],
  async (world) => {
    const program = world.start({
      routes: [
        { when: { path: '/billing/*' }, channel: '#billing', mention: '@channel', continue: true },
        { mention: ['@here', 'U0000ONCALL', 'S0000PAYERS'] },
      ],
    })
    program.fail('chargeCard', { request: { method: 'POST', url: '/billing/9' } })
    await world.advance(30 * second)
  },
)

scenario('record-controls', ['C000BILLING', 'of two kinds'], async (world) => {
  const program = world.start({
    recordControls: true,
    routes: [{ when: { tag: 'billing' }, channel: '#billing' }],
  })
  program.fail('ping', { fields: { slack: { silent: true } } })
  for (const message of ['of two kinds', 'and one fingerprint']) {
    program.log({ message, fields: { slack: { channel: 'billing', fingerprint: ['bills'] } } })
  }
  await world.advance(5 * second)
})

scenario('often-enough', ['×3', 'New · next alert at 10'], async (world) => {
  const program = world.start({ routes: [{ minCount: 3, withinMs: minute }] })
  for (let time = 0; time < 3; time += 1) {
    program.fail('chargeCard')
    await world.advance(5 * second)
  }
})

scenario('identity', ['"username":"Watchdog"', ':fire:'], async (world) => {
  world.start({ username: 'Watchdog', iconEmoji: ':fire:' }).fail('chargeCard')
  await world.advance(5 * second)
})

scenario(
  'identity-refused',
  ['https://icons.example/dog.png', '"username":"Watchdog"'],
  async (world) => {
    world.slack.refuse('chat.postMessage', 'missing_scope', {
      answer: { needed: 'chat:write.customize' },
    })
    world
      .start({ username: 'Watchdog', iconUrl: 'https://icons.example/dog.png' })
      .fail('chargeCard')
    await world.advance(5 * second)
  },
)

scenario('metadata-refused', 'slack_logger_message', async (world) => {
  world.slack.refuse('chat.postMessage', 'invalid_metadata_format')
  world.start().fail('chargeCard')
  await world.advance(5 * second)
})

scenario('formatter', ['Runbook', 'chargeCard failed'], async (world) => {
  const program = world.start({
    formatter: (message, event) => {
      if (event.error?.message === 'nobody cares') return false
      if (event.error?.message === 'formatter fails') throw new Error('no runbook')
      const runbook = { type: 'context', elements: [{ type: 'mrkdwn', text: 'Runbook' }] } as const
      return { ...message, blocks: [...(message.blocks ?? []), runbook] }
    },
  })
  program.log({ error: errorIn('ping', { message: 'nobody cares' }) })
  await world.advance(2 * minute)
  program.fail('chargeCard')
  await world.advance(2 * minute)
  program.log({ error: errorIn('refund', { message: 'formatter fails' }) })
  await world.advance(2 * minute)
  program.fail('chargeCard')
  await world.advance(2 * minute)
})

scenario('before-send', ['somewhere', 'HookedError'], async (world) => {
  const program = world.start({
    beforeSend: (event) =>
      event.message === 'drop'
        ? null
        : {
            ...event,
            logger: 'somewhere',
            error: event.error && { ...event.error, type: 'HookedError' },
          },
  })
  program.fail('ping', { message: 'drop' })
  program.fail('chargeCard')
  await world.advance(5 * second)
})

scenario('failed-sends', '3 deliveries failed between 09:30 and 09:31 UTC', async (world) => {
  await world.advance(58 * second)
  const program = world.start()
  world.slack.state = 'down'
  program.fail('chargeCard')
  await world.advance(4 * second)
  world.slack.state = 'up'
  await world.advance(30 * second)
})

scenario('failed-sends-korean', '전송 1건 실패', async (world) => {
  const program = world.start({ locale: 'ko' })
  world.slack.state = 'down'
  program.fail('chargeCard')
  await world.advance(10)
  world.slack.state = 'up'
  await world.advance(30 * second)
})

scenario(
  'outage',
  'Slack was unreachable from 09:30 to 09:45 UTC; 3 deliveries failed',
  async (world) => {
    const program = world.start()
    world.slack.state = 'down'
    program.fail('chargeCard')
    await world.advance(15 * minute)
    world.slack.state = 'up'
    await world.advance(minute)
    world.slack.forget(({ body }) => body['thread_ts'] === undefined)
  },
)

scenario(
  'outage-korean',
  '09:30부터 09:45 UTC까지 Slack 연결 불가; 전송 3건 실패',
  async (world) => {
    const program = world.start({ locale: 'ko' })
    world.slack.state = 'down'
    program.fail('chargeCard')
    await world.advance(15 * minute)
    world.slack.state = 'up'
    await world.advance(minute)
    world.slack.forget(({ body }) => body['thread_ts'] === undefined)
  },
)

scenario(
  'revoked-for-an-hour',
  'Slack refused all messages from 09:30 to 10:38 UTC; 1 delivery failed',
  async (world) => {
    const program = world.start()
    world.slack.refuse('chat.postMessage', 'token_revoked', { times: 99 })
    world.slack.refuse('auth.test', 'token_revoked', { times: 99 })
    program.fail('chargeCard')
    await world.advance(50 * minute)
    world.slack.acceptAll()
    world.slack.forget()
    await world.advance(30 * minute)
    world.slack.forget(({ body }) => body['thread_ts'] === undefined)
  },
)

scenario('lost-event', '1 event not shown', async (world) => {
  const program = world.start()
  let reads = 0
  program.sink.write({
    level: 'error',
    time: 0,
    get message(): string {
      reads += 1
      if (reads > 1) throw new Error('no message')
      return ''
    },
    fields: {},
  })
  program.fail('chargeCard')
  await world.advance(5 * second)
})
