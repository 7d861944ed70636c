import type { SlackOptions } from '../../src/index.ts'
import type { Body } from './fake-slack.ts'
import { goldenFolder, hour, minute, second, type World } from './support.ts'

const scenario = goldenFolder('restarts')

const isStorm = ({ text }: Body): boolean => String(text).startsWith('🌩️')

/** What processes of one service have in common. */
function serviceOf(world: World): SlackOptions {
  return {
    environment: 'production',
    release: '1.8.2',
    spoolDir: world.folder,
    routes: [{ mention: '@here' }],
  }
}

/** A process that dies after a while, with alerts that were not sent. */
async function dieUnsent(
  world: World,
  names: readonly string[],
  options: SlackOptions = {},
): Promise<void> {
  world.slack.state = 'down'
  const program = world.start({ ...serviceOf(world), ...options })
  await world.advance(20 * minute)
  for (const name of names) program.failFatally(name)
  await world.advance(2 * second)
  program.kill()
  world.slack.state = 'up'
}

scenario(
  'left-behind',
  [
    'Happened at 2026-05-04 09:50 UTC, before the process (pid 4001, up 20 min, 1.8.2) died.',
    'openDatabase failed',
    'Stack',
  ],
  async (world) => {
    await dieUnsent(world, ['openDatabase'])
    world.start({ ...serviceOf(world), release: '1.8.3' })
    await world.advance(10 * second)
  },
)

scenario('left-behind-twice', ['pid 4001', 'Fatal'], async (world) => {
  await dieUnsent(world, ['openDatabase'])
  await dieUnsent(world, ['openDatabase'])
  world.start(serviceOf(world))
  await world.advance(20 * second)
})

scenario(
  'left-behind-korean',
  '프로세스(pid 4001, 가동 20분, 1.8.2)가 비정상 종료',
  async (world) => {
    await dieUnsent(world, ['openDatabase'], { locale: 'ko' })
    world.start({ ...serviceOf(world), locale: 'ko' })
    await world.advance(10 * second)
  },
)

scenario('left-behind-and-again', ['before the process (pid 4001', '×2'], async (world) => {
  await dieUnsent(world, ['openDatabase'])
  const program = world.start(serviceOf(world))
  await world.advance(10 * second)
  program.failFatally('openDatabase')
  await world.advance(minute)
})

scenario(
  'left-behind-and-damaged',
  ['1 line of its journal could not be read; what was in there is lost.', 'openDatabase failed'],
  async (world) => {
    await dieUnsent(world, ['openDatabase'])
    world.damageFolder()
    world.start(serviceOf(world))
    await world.advance(10 * second)
  },
)

const many = Array.from({ length: 13 }, (_, index) => `job${index}`)

scenario(
  'left-behind-list',
  ['3 new problems, 3 errors', 'Not sent before the last restart', 'job12 failed'],
  async (world) => {
    await dieUnsent(world, many)
    world.start(serviceOf(world))
    await world.advance(30 * second)
    world.slack.forget(({ body }) => isStorm(body))
  },
)

scenario('left-behind-list-korean', '마지막 재시작 전에 보내지 못한 문제를', async (world) => {
  await dieUnsent(world, many, { locale: 'ko' })
  world.start({ ...serviceOf(world), locale: 'ko' })
  await world.advance(30 * second)
  world.slack.forget(({ body }) => isStorm(body))
})

scenario('left-behind-list-text', ['• 1× Error: job12 failed'], async (world) => {
  await dieUnsent(world, many)
  world.slack.refuse('chat.postMessage', 'invalid_blocks', { times: 2, when: isStorm })
  world.start(serviceOf(world))
  await world.advance(30 * second)
  world.slack.forget(({ body }) => isStorm(body))
})

/** What is found is from the day before yesterday. */
async function findOld(world: World, options: SlackOptions = {}): Promise<void> {
  await dieUnsent(world, ['openDatabase', 'readConfig'], options)
  await world.advance(48 * hour)
  world.start({ ...serviceOf(world), ...options })
  await world.advance(10 * second)
}

scenario(
  'left-behind-for-too-long',
  ['2 alerts older than 1 d not shown.', '💀 checkout'],
  (world) => findOld(world),
)

scenario('left-behind-for-too-long-korean', '1일보다 오래된 알림 2건은 생략했습니다.', (world) =>
  findOld(world, { locale: 'ko' }),
)

scenario(
  'left-behind-for-too-long-minimal',
  ['2 alerts older than 1 d', '"type":"plain_text"'],
  async (world) => {
    world.slack.refuse('chat.postMessage', 'invalid_blocks')
    await findOld(world)
  },
)

scenario(
  'left-behind-for-too-long-text',
  ['2 alerts older than 1 d', '"unfurl_links"'],
  async (world) => {
    world.slack.refuse('chat.postMessage', 'invalid_blocks', { times: 2 })
    await findOld(world)
  },
)

scenario(
  'left-behind-for-too-long-of-a-process-that-closed',
  ['🕓 checkout: 1 alert older than 1 d not shown.'],
  async (world) => {
    world.slack.state = 'down'
    const program = world.start(serviceOf(world))
    program.failFatally('openDatabase')
    await program.close()
    world.slack.state = 'up'
    await world.advance(48 * hour)
    world.start(serviceOf(world))
    await world.advance(10 * second)
  },
)

scenario(
  'left-behind-of-a-process-that-closed',
  ['Happened at 2026-05-04 09:30 UTC, before the last restart.', 'openDatabase failed'],
  async (world) => {
    world.slack.state = 'down'
    const program = world.start(serviceOf(world))
    program.failFatally('openDatabase')
    await program.close()
    world.slack.state = 'up'
    world.start(serviceOf(world))
    await world.advance(10 * second)
  },
)

scenario('left-behind-repeat', ['before the last restart.', '2 so far'], async (world) => {
  const repeat = { policy: 'window', limit: 5 } as const
  const program = world.start({ ...serviceOf(world), repeat })
  program.fail('chargeCard')
  await world.advance(minute)
  world.slack.state = 'down'
  program.fail('chargeCard')
  await program.close()
  world.slack.state = 'up'
  world.slack.forget()
  world.start({ ...serviceOf(world), repeat })
  await world.advance(10 * second)
})

scenario('left-behind-thread', ['Stack', '"thread_ts"'], async (world) => {
  const program = world.start(serviceOf(world))
  world.slack.refuse('chat.postMessage', 'service_unavailable', {
    times: 99,
    when: (body) => 'thread_ts' in body,
  })
  program.fail('chargeCard')
  await world.advance(second)
  await program.close()
  world.slack.acceptAll()
  world.slack.forget()
  world.start(serviceOf(world))
  await world.advance(30 * second)
})

scenario(
  'left-behind-in-webhook',
  ['before the process (pid 4001, up 20 min, 1.8.2) died', '"method":"webhook"'],
  async (world) => {
    const webhookUrl = 'https://hooks.slack.com/services/T0000/B0000/golden'
    await dieUnsent(world, ['openDatabase'], { webhookUrl })
    world.start({ ...serviceOf(world), webhookUrl })
    await world.advance(10 * second)
  },
)

scenario(
  'left-behind-in-other-chat',
  ['before the process (pid', '"footer"', '1 alert older'],
  async (world) => {
    const webhookUrl = 'https://chat.example/hooks/golden'
    await dieUnsent(world, ['openDatabase'], { webhookUrl })
    await world.advance(48 * hour)
    await dieUnsent(world, ['readConfig'], { webhookUrl })
    world.start({ ...serviceOf(world), webhookUrl })
    await world.advance(10 * second)
  },
)

scenario('answer-lost-and-found', ['conversations.history', '"thread_ts"'], async (world) => {
  world.slack.recordsReads = true
  world.slack.state = 'silent'
  const program = world.start(serviceOf(world))
  program.fail('chargeCard')
  await world.advance(3 * second)
  program.kill()
  world.slack.state = 'up'
  world.start(serviceOf(world))
  await world.advance(10 * second)
})

scenario(
  'answer-lost-and-not-found',
  ['conversations.history', 'before the process (pid 4001'],
  async (world) => {
    world.slack.recordsReads = true
    world.slack.state = 'silent'
    const program = world.start(serviceOf(world))
    program.fail('chargeCard')
    await world.advance(3 * second)
    program.kill()
    world.slack.state = 'up'
    world.slack.deleteAll()
    world.start(serviceOf(world))
    await world.advance(10 * second)
  },
)

scenario('known-after-restart', ['"method":"chat.update"', '×3'], async (world) => {
  const first = world.start(serviceOf(world))
  first.fail('chargeCard')
  await world.advance(minute)
  await first.close()
  world.slack.forget()
  const next = world.start(serviceOf(world))
  await world.advance(second)
  next.fail('chargeCard')
  next.fail('chargeCard')
  await world.advance(minute)
})

scenario('known-after-death', ['"method":"chat.update"', '×2'], async (world) => {
  const first = world.start(serviceOf(world))
  first.fail('chargeCard')
  await world.advance(minute)
  first.kill()
  world.slack.forget()
  const next = world.start(serviceOf(world))
  await world.advance(second)
  next.fail('chargeCard')
  await world.advance(minute)
})

scenario('quiet-after-restart', ['quiet', '⚪ Error: '], async (world) => {
  const first = world.start(serviceOf(world))
  first.fail('chargeCard')
  await world.advance(minute)
  await first.close()
  world.slack.forget()
  world.start(serviceOf(world))
  await world.advance(hour)
})

scenario(
  'regression-in-a-new-release',
  ['back after 1 h', 'v1.8.2, v1.9.0', '<!here>', '"reply_broadcast":true'],
  async (world) => {
    const first = world.start(serviceOf(world))
    first.fail('chargeCard')
    await world.advance(minute)
    await first.close()
    await world.advance(hour)
    world.slack.forget()
    const next = world.start({ ...serviceOf(world), release: '1.9.0' })
    await world.advance(second)
    next.fail('chargeCard')
    await world.advance(minute)
  },
)

/** A process of which nothing is left but its messages. */
async function leaveMessages(world: World): Promise<void> {
  const { spoolDir: _, ...options } = serviceOf(world)
  const first = world.start(options)
  for (let time = 0; time < 4; time += 1) first.fail('chargeCard')
  await world.advance(minute)
  first.kill()
  world.slack.forget()
  world.slack.recordsReads = true
}

scenario(
  'recalled',
  ['conversations.list', 'conversations.history', '"method":"chat.update"', '×5'],
  async (world) => {
    await leaveMessages(world)
    const { spoolDir: _, ...options } = serviceOf(world)
    const next = world.start(options)
    await world.advance(3 * second)
    next.fail('chargeCard')
    await world.advance(minute)
  },
)

scenario('recalled-milestone', ['10 so far', '"reply_broadcast":true', '×10'], async (world) => {
  await leaveMessages(world)
  world.slack.recordsReads = false
  const { spoolDir: _, ...options } = serviceOf(world)
  const next = world.start(options)
  await world.advance(10 * minute)
  for (let time = 0; time < 6; time += 1) next.fail('chargeCard')
  await world.advance(minute)
})

scenario('recalled-and-quiet', 'conversations.history', async (world) => {
  await leaveMessages(world)
  const { spoolDir: _, ...options } = serviceOf(world)
  world.start(options)
  await world.advance(hour)
})

scenario('recalled-from-a-channel-id', 'conversations.history', async (world) => {
  world.slack.recordsReads = true
  world.start({ channel: 'C0000ALERTS' })
  await world.advance(3 * second)
})
