import type { SlackOptions } from '../../src/index.ts'
import { errorIn, goldenFolder, hour, minute, second, type Program, type World } from './support.ts'

const scenario = goldenFolder('storms')

const letter = (index: number): string => String.fromCodePoint(65 + index)

/** `taskAA`, `taskAB`, … */
function namesOf(count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, index) => `task${letter(Math.floor(index / 26))}${letter(index % 26)}`,
  )
}

/** Many new problems at once, the first of them the most frequent. */
async function storm(world: World, options: SlackOptions = {}, count = 8): Promise<Program> {
  const program = world.start(options)
  for (const [index, name] of namesOf(count).entries()) {
    for (let time = index; time < count; time += 1) program.fail(name)
  }
  await world.advance(5 * second)
  return program
}

/** A storm that was posted already. */
async function postedStorm(world: World, options: SlackOptions = {}): Promise<Program> {
  const program = await storm(world, options)
  world.slack.forget()
  return program
}

scenario(
  'opened',
  [
    '8 new problems, 36 errors',
    'many new problems at once',
    'All problems of this storm',
    '<!here> <@U0000ONCALL>',
  ],
  async (world) => {
    await storm(world, {
      environment: 'production',
      routes: [{ mention: ['@here', 'U0000ONCALL'] }],
    })
  },
)

scenario(
  'opened-korean',
  ['새로운 문제 8가지, 오류 36건', '이번에 함께 발생한 문제 전체'],
  async (world) => {
    await storm(world, { locale: 'ko' })
  },
)

scenario('more-than-shown', ['14 new problems', 'and 4 more'], async (world) => {
  await storm(world, {}, 14)
})

const manyPlaces = namesOf(150).map((name) => `${name}InSomeLongNamedFunction`)

scenario(
  'so-many-that-its-thread-lists-them-in-turns',
  ['and 140 more', ...manyPlaces],
  async (world) => {
    const program = world.start()
    for (const name of manyPlaces) program.log({ error: errorIn(name) })
    await world.advance(2 * minute)
  },
)

scenario(
  'goes-on',
  ['chat.update', '9 new problems, 38 errors', 'latecomer failed'],
  async (world) => {
    const program = await postedStorm(world)
    program.fail('taskAA')
    await world.advance(10 * second)
    program.fail('latecomer')
    await world.advance(30 * second)
  },
)

scenario('over', [' · over', 'chat.update'], async (world) => {
  await postedStorm(world)
  await world.advance(40 * minute)
})

scenario('over-korean', ' · 종료', async (world) => {
  await postedStorm(world, { locale: 'ko' })
  await world.advance(40 * minute)
})

scenario(
  'over-but-for-some',
  [' · over', 'Still happening', '"method":"chat.postMessage"'],
  async (world) => {
    const program = await postedStorm(world)
    for (let time = 0; time < 3; time += 1) {
      await world.advance(11 * minute)
      program.fail('taskAD')
    }
    world.slack.forget(({ atMs }) => atMs > 34 * minute)
    await world.advance(3 * minute)
  },
)

scenario('reminder', ['<!here>', '"reply_broadcast":true', 'since '], async (world) => {
  const program = await storm(world, { routes: [{ mention: '@here' }] })
  for (let passed = 0; passed < 4 * hour; passed += 20 * minute) {
    for (const name of namesOf(8)) program.fail(name)
    await world.advance(20 * minute)
  }
  for (const name of namesOf(8)) program.fail(name)
  await world.advance(2 * minute)
  world.slack.forget(({ body }) => body['reply_broadcast'] === true)
})

/** Queries in many places that fail for one reason. */
function failFor(reason: object, program: Program): void {
  for (const name of namesOf(7)) {
    const cause = Object.assign(errorIn('connect', { message: 'connect ECONNREFUSED' }), reason)
    program.log({ error: errorIn(name, { cause }) })
  }
}

scenario('cause-of-code', 'Suspected cause: ECONNREFUSED 10.0.0.5:5432', async (world) => {
  failFor({ code: 'ECONNREFUSED', address: '10.0.0.5', port: 5432 }, world.start())
  await world.advance(5 * second)
})

scenario('cause-of-place', 'Suspected cause: ask (/srv/app/src/ask.ts:42)', async (world) => {
  const program = world.start()
  for (const name of namesOf(7)) {
    program.log({
      error: errorIn('ask', {
        message: 'no answer',
        cause: errorIn('connect', { message: `connect E${name.toUpperCase()}` }),
      }),
    })
  }
  await world.advance(5 * second)
})

scenario('cause-of-release', 'Suspected cause: release 2.0.0', async (world) => {
  await storm(world, { release: '2.0.0' })
})

scenario('cause-korean', '원인 추정: 릴리스 2.0.0', async (world) => {
  await storm(world, { locale: 'ko', release: '2.0.0' })
})

/** More notifications than a channel gets within an hour. */
async function exceedHourlyLimit(world: World, options: SlackOptions = {}): Promise<void> {
  const program = world.start(options)
  for (let post = 0; post < 30; post += 1) program.failFatally(`job${post}`)
  await world.advance(2 * minute)
  world.slack.forget()
  program.fail('chargeCard')
  await world.advance(10 * second)
  program.fail('refund')
  await world.advance(30 * second)
}

scenario('capped', ['Muted: hourly limit of 30 notifications', '1 new problem, 1 error'], (world) =>
  exceedHourlyLimit(world),
)

scenario('capped-korean', '알림 음소거', (world) => exceedHourlyLimit(world, { locale: 'ko' }))

/** More than can be sent in the time that is left. */
async function closeWithMany(world: World, options: SlackOptions = {}): Promise<void> {
  const program = world.start(options)
  for (let post = 0; post < 15; post += 1) program.failFatally(`job${post}`)
  await program.close()
  world.slack.forget(
    ({ body }) => !String(body['text']).startsWith('🚨') && body['thread_ts'] === undefined,
  )
}

scenario('closed-with-many', ['more alerts as the process ended', 'job14 failed'], (world) =>
  closeWithMany(world),
)

scenario('closed-with-many-korean', '프로세스 종료 시 남은 알림', (world) =>
  closeWithMany(world, { locale: 'ko' }),
)

scenario('closed', ['errors', '"method":"chat.update"'], async (world) => {
  const program = await postedStorm(world)
  program.fail('taskAB')
  program.fail('latecomer')
  await program.close()
})

/** A problem with a message and two without one occur in quiet hours, from 09:40 to 10:40. */
async function waitInQuietHours(world: World, options: SlackOptions = {}): Promise<void> {
  const quietHours = { from: '09:40', to: '10:40', timeZone: 'UTC' }
  const program = world.start({ quietHours, routes: [{ mention: '@here' }], ...options })
  program.fail('chargeCard')
  await world.advance(10 * minute)
  world.slack.forget()
  for (const name of ['loadCart', 'loadCart', 'showDate']) program.fail(name)
  for (let time = 0; time < 150; time += 1) program.fail('chargeCard')
  await world.advance(61 * minute)
}

scenario(
  'quiet-hours',
  [
    'Quiet hours: notifies at 10:40',
    '🌙 3 problems in quiet hours, 153 errors',
    '"type":"link"',
    '<!here>',
    'All problems that waited',
  ],
  (world) => waitInQuietHours(world),
)

scenario('quiet-hours-korean', '방해 금지 시간 중 문제 3가지', (world) =>
  waitInQuietHours(world, { locale: 'ko' }),
)
