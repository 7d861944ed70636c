import type { SlackOptions } from '../../src/index.ts'
import { errorIn, goldenFolder, hour, minute, second, type Program, type World } from './support.ts'

const scenario = goldenFolder('alerts')

const calls: SlackOptions = { routes: [{ mention: ['@here', 'U0000ONCALL'] }] }

/** The same again and again. */
async function failEvery(
  world: World,
  program: Program,
  { times, everyMs }: { times: number; everyMs: number },
) {
  for (let time = 0; time < times; time += 1) {
    program.fail('chargeCard')
    await world.advance(everyMs)
  }
}

/** A problem that was posted already. */
async function startWithProblem(world: World, options: SlackOptions = {}): Promise<Program> {
  const program = world.start(options)
  program.fail('chargeCard')
  await world.advance(10 * second)
  world.slack.forget()
  return program
}

scenario(
  'counted',
  [
    'chat.update',
    '50 % POST /orders/:id, 33 % GET /cart and 1 more',
    '*Users* 3',
    '*Also*',
    'web-1, web-2, web-3 and 1 more',
  ],
  async (world) => {
    const program = world.start({ environment: 'production', release: '1.8.2', ...calls })
    const requests = [
      'POST /orders/1',
      'GET /cart',
      'POST /orders/2',
      'GET /cart',
      'POST /orders/3',
      'DELETE /cart',
    ]
    for (const [index, request] of requests.entries()) {
      const [method, url] = request.split(' ')
      program.log({
        error: errorIn('chargeCard', { message: `no card ${index}${'x'.repeat(index % 3)}` }),
        request: { method, url, user: { id: 10 + (index % 3) } },
        fields: { hostname: `web-${1 + (index % 4)}` },
      })
      await world.advance(4 * second)
    }
    await world.advance(30 * second)
    world.slack.forget(({ method }) => method === 'chat.update')
  },
)

scenario('counted-for-long', ['12 · 24/h', '█▅'], async (world) => {
  const program = await startWithProblem(world)
  await failEvery(world, program, { times: 11, everyMs: 4 * minute })
  await world.advance(5 * minute)
  world.slack.forget(({ atMs }) => atMs > 36 * minute)
})

scenario('tenth', ['×10', '"reply_broadcast":false'], async (world) => {
  const program = await startWithProblem(world)
  await failEvery(world, program, { times: 9, everyMs: second })
})

scenario(
  'milestone',
  ['10 so far · next alert at 100', '<!here> <@U0000ONCALL>', '"reply_broadcast":true', '2 hosts'],
  async (world) => {
    const program = await startWithProblem(world, calls)
    await world.advance(6 * minute)
    program.fail('chargeCard', { fields: { hostname: 'web-2' } })
    await failEvery(world, program, { times: 8, everyMs: second })
    await world.advance(10 * second)
  },
)

scenario('milestone-deferred', ['100 so far', '×100'], async (world) => {
  const program = await startWithProblem(world)
  await failEvery(world, program, { times: 99, everyMs: 100 })
  await world.advance(minute)
  world.slack.forget()
  await world.advance(5 * minute)
})

scenario('milestone-korean', ['지금까지 10건', '다음 알림: 100건'], async (world) => {
  const program = await startWithProblem(world, { locale: 'ko', ...calls })
  await world.advance(6 * minute)
  await failEvery(world, program, { times: 9, everyMs: second })
})

scenario(
  'milestone-never-broadcast',
  ['×10', '"reply_broadcast":false', '10 so far'],
  async (world) => {
    const program = await startWithProblem(world, { routes: [{ mention: '@here', loud: 'never' }] })
    await world.advance(6 * minute)
    await failEvery(world, program, { times: 9, everyMs: second })
    await world.advance(minute)
  },
)

scenario('new-never-broadcast', 'New · next alert at 10', async (world) => {
  world.start({ routes: [{ mention: '@here', loud: 'never' }] }).fail('chargeCard')
  await world.advance(5 * second)
})

scenario('became-fatal', ['🚨 Error: ', 'Fatal', '<!here>'], async (world) => {
  const program = await startWithProblem(world, calls)
  program.failFatally('chargeCard')
  await world.advance(minute)
})

async function spike(world: World, options: SlackOptions): Promise<void> {
  const program = await startWithProblem(world, options)
  await failEvery(world, program, { times: 70, everyMs: minute })
  world.slack.forget()
  await failEvery(world, program, { times: 30, everyMs: second })
  world.slack.forget(({ method }) => method === 'chat.postMessage')
}

scenario('spike', ['Spike: 30 in 5 min, usually 5', '"reply_broadcast":true'], (world) =>
  spike(world, calls),
)

scenario('spike-korean', '급증, 5분간 30건, 평소 5건', (world) => spike(world, { locale: 'ko' }))

scenario('regression', ['back after 1 d', '<!here>', '×2'], async (world) => {
  const program = await startWithProblem(world, calls)
  await world.advance(25 * hour)
  world.slack.forget()
  program.fail('chargeCard')
  await world.advance(minute)
})

scenario('regression-korean', '만에 재발', async (world) => {
  const program = await startWithProblem(world, { locale: 'ko' })
  await world.advance(25 * hour)
  world.slack.forget()
  program.fail('chargeCard')
  await world.advance(minute)
})

/** It is ten times more than at first before hours have passed, and never quiet. */
async function lastForHours(world: World, program: Program): Promise<void> {
  await failEvery(world, program, { times: 20, everyMs: second })
  await failEvery(world, program, { times: 8, everyMs: 29.5 * minute })
  world.slack.forget()
  program.fail('chargeCard')
  await world.advance(20 * minute)
}

scenario('reminder', ['Still happening: 29 more since ', '<!here>'], async (world) =>
  lastForHours(world, await startWithProblem(world, calls)),
)

scenario('reminder-korean', '이후 29건', async (world) =>
  lastForHours(world, await startWithProblem(world, { locale: 'ko' })),
)

scenario('repeat', ['2 so far', '3 so far', '4 more, not shown', '8 so far'], async (world) => {
  const program = world.start({
    ...calls,
    repeat: { policy: 'window', limit: 3, windowMs: 10 * minute },
  })
  await failEvery(world, program, { times: 7, everyMs: 10 * second })
  await world.advance(15 * minute)
  program.fail('chargeCard')
  await world.advance(10 * second)
})

scenario('repeat-korean', ['지금까지 2건', '1건 더, 표시 안 함'], async (world) => {
  const program = world.start({
    locale: 'ko',
    repeat: { policy: 'window', limit: 2, windowMs: minute },
  })
  await failEvery(world, program, { times: 3, everyMs: second })
  await world.advance(2 * minute)
})

scenario(
  'quiet-and-back',
  ['quiet', '⚪ Error: ', 'back after 45 min', '"reply_broadcast":false'],
  async (world) => {
    const program = await startWithProblem(world, calls)
    await world.advance(45 * minute)
    program.fail('chargeCard')
    await world.advance(minute)
  },
)

scenario(
  'suppressed-always-broadcast',
  ['2 more, not shown', '"reply_broadcast":true'],
  async (world) => {
    const program = await startWithProblem(world, {
      routes: [{ loud: 'always', repeat: { policy: 'window', limit: 1, windowMs: minute } }],
    })
    await failEvery(world, program, { times: 2, everyMs: second })
    await world.advance(2 * minute)
  },
)

scenario('quiet-and-back-korean', ['잠잠함', '45분 만에 재발'], async (world) => {
  const program = await startWithProblem(world, { locale: 'ko' })
  await world.advance(45 * minute)
  program.fail('chargeCard')
  await world.advance(minute)
})

scenario(
  'lines-always-broadcast',
  ['quiet', 'back after', '"reply_broadcast":true', '<!here>', '×10'],
  async (world) => {
    const program = await startWithProblem(world, {
      routes: [{ mention: '@here', loud: 'always' }],
    })
    await failEvery(world, program, { times: 9, everyMs: second })
    await world.advance(45 * minute)
    program.fail('chargeCard')
    await world.advance(minute)
    world.slack.forget(({ method }) => method === 'chat.postMessage')
  },
)

/** As many notifications as a channel gets within an hour. */
async function fillChannel(world: World, program: Program): Promise<void> {
  for (let post = 0; post < 30; post += 1) program.failFatally(`job${post}`)
  await world.advance(2 * minute)
}

scenario(
  'hourly-limit',
  ['Muted: hourly limit of 30 notifications', '"reply_broadcast":false', '×10'],
  async (world) => {
    const program = await startWithProblem(world, calls)
    await world.advance(6 * minute)
    await fillChannel(world, program)
    world.slack.forget()
    await failEvery(world, program, { times: 9, everyMs: second })
    await world.advance(minute)
  },
)

scenario('hourly-limit-korean', '알림 음소거: 시간당', async (world) => {
  const program = await startWithProblem(world, { locale: 'ko' })
  await world.advance(6 * minute)
  await fillChannel(world, program)
  world.slack.forget()
  await failEvery(world, program, { times: 9, everyMs: second })
  await world.advance(minute)
})

/** Ever new causes of an error that is thrown in one place, the last of them in a fatal record, which no storm takes. */
async function failDifferently(world: World, program: Program): Promise<void> {
  for (let kind = 0; kind < 21; kind += 1) {
    world.slack.forget()
    const code = `EREASON${String.fromCodePoint(65 + kind)}`
    const cause = errorIn('connect', { message: `connect ${code}`, code })
    const level = kind === 20 ? 'fatal' : 'error'
    program.log({ level, error: errorIn('ask', { message: 'no answer', cause }) })
    await world.advance(20 * second)
  }
}

scenario('collapsed', 'Grouped: errors of one class from one place', (world) =>
  failDifferently(world, world.start()),
)

scenario('collapsed-korean', '매번 다르게 발생하는 같은 종류', (world) =>
  failDifferently(world, world.start({ locale: 'ko' })),
)

scenario('edit-refused', ['chat.update', '<!here> <@U0000ONCALL>', '×2'], async (world) => {
  const program = await startWithProblem(world, calls)
  world.slack.refuse('chat.update', 'message_not_found')
  program.fail('chargeCard')
  await world.advance(minute)
})

scenario('reply-refused', ['×10', 'chat.postMessage'], async (world) => {
  const program = await startWithProblem(world, calls)
  await world.advance(6 * minute)
  world.slack.refuse('chat.postMessage', 'thread_not_found')
  await failEvery(world, program, { times: 9, everyMs: second })
  await world.advance(minute)
})

scenario('open-now', ['📌 2 open problems', '✅ Nothing is open'], (world) =>
  listOpenProblems(world, {}),
)

scenario('open-now-korean', ['📌 미해결 문제 2가지', '✅ 미해결 문제 없음'], (world) =>
  listOpenProblems(world, { locale: 'ko' }),
)

/** The list of what is open, until nothing is. */
async function listOpenProblems(world: World, options: SlackOptions): Promise<void> {
  const program = world.start({ openNow: true, ...options })
  program.fail('chargeCard')
  program.fail('chargeCard')
  program.fail('refund')
  await world.advance(hour)
}
