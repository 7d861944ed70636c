import type { SlackOptions } from '../../src/index.ts'
import type { Body } from './fake-slack.ts'
import { errorIn, goldenFolder, minute, second, type Program, type World } from './support.ts'

const scenario = goldenFolder('destinations')

const mentioning: SlackOptions = {
  environment: 'production',
  release: '1.8.2',
  routes: [{ mention: '@here' }],
}

function failWithAll(program: Program): void {
  program.log({
    message: 'order not paid',
    logger: 'orders',
    error: errorIn('chargeCard', {
      message: 'no <answer> for *card*',
      code: 'EPAY',
      cause: errorIn('connect', { message: 'connect ECONNREFUSED' }),
    }),
    request: {
      method: 'POST',
      url: '/orders/17/pay?retry=1',
      user: { id: 17, name: 'ann' },
      body: { amount: 42 },
    },
    fields: { orderId: 'A-17' },
  })
}

/** Logs an error of which there are ten after a while. */
async function failTenTimes(world: World, program: Program): Promise<void> {
  failWithAll(program)
  await world.advance(6 * minute)
  world.slack.forget()
  for (let time = 0; time < 9; time += 1) failWithAll(program)
  await world.advance(10 * second)
}

/** Logs eight problems at once. */
async function failEverywhere(world: World, program: Program): Promise<void> {
  for (const letter of 'ABCDEFGH') program.fail(`task${letter}`)
  await world.advance(10 * second)
}

const isReply = (body: Body): boolean => body['thread_ts'] !== undefined
const isBroadcast = (body: Body): boolean => body['reply_broadcast'] === true
const isStorm = ({ text }: Body): boolean => String(text).startsWith('🌩️')
const isClosingList = ({ text }: Body): boolean => String(text).includes('as the process ended')

scenario(
  'root-minimal',
  ['"type":"plain_text"', '<!here>', 'New · next alert at 10'],
  async (world) => {
    world.slack.refuse('chat.postMessage', 'invalid_blocks')
    failWithAll(world.start(mentioning))
    await world.advance(5 * second)
    world.slack.forget(({ body }) => !isReply(body))
  },
)

scenario('root-text', ['```', '<!here> 🔴 Error: ', 'New · next alert at 10'], async (world) => {
  world.slack.refuse('chat.postMessage', 'invalid_blocks', { times: 2 })
  failWithAll(world.start(mentioning))
  await world.advance(5 * second)
  world.slack.forget(({ body }) => !isReply(body))
})

scenario('root-text-korean', ['처음 발생', '← '], async (world) => {
  world.slack.refuse('chat.postMessage', 'invalid_blocks', { times: 2 })
  failWithAll(world.start({ ...mentioning, locale: 'ko' }))
  await world.advance(5 * second)
  world.slack.forget(({ body }) => !isReply(body))
})

scenario('root-given-up', 'chat.postMessage', async (world) => {
  world.slack.refuse('chat.postMessage', 'invalid_blocks', { times: 3 })
  failWithAll(world.start())
  await world.advance(minute)
})

scenario('edit-text', ['"method":"chat.update"', '"blocks":[]', 'Count: 2'], async (world) => {
  const program = world.start(mentioning)
  failWithAll(program)
  await world.advance(10 * second)
  world.slack.refuse('chat.update', 'invalid_blocks', { times: 2 })
  world.slack.forget()
  failWithAll(program)
  await world.advance(10 * second)
})

scenario('line-minimal', ['10 so far', '"type":"plain_text"', '<!here>'], async (world) => {
  world.slack.refuse('chat.postMessage', 'invalid_blocks', {
    when: isBroadcast,
  })
  await failTenTimes(world, world.start(mentioning))
  world.slack.forget(({ method }) => method === 'chat.postMessage')
})

scenario('line-text', ['×10', '<!here>'], async (world) => {
  world.slack.refuse('chat.postMessage', 'invalid_blocks', { times: 2, when: isBroadcast })
  await failTenTimes(world, world.start(mentioning))
  world.slack.forget(({ method }) => method === 'chat.postMessage')
})

scenario('thread-refused', 'Stack', async (world) => {
  world.slack.refuse('chat.postMessage', 'invalid_blocks', { times: 3, when: isReply })
  failWithAll(world.start())
  await world.advance(5 * second)
  world.slack.forget(({ body }) => isReply(body))
})

scenario('storm-minimal', ['8 new problems', '"type":"plain_text"', '<!here>'], async (world) => {
  world.slack.refuse('chat.postMessage', 'invalid_blocks', { when: isStorm })
  await failEverywhere(world, world.start(mentioning))
  world.slack.forget(({ body }) => isStorm(body))
})

scenario('storm-text', ['8 new problems', '• 1× Error: taskA failed', '<!here>'], async (world) => {
  world.slack.refuse('chat.postMessage', 'invalid_blocks', { times: 2, when: isStorm })
  await failEverywhere(world, world.start(mentioning))
  world.slack.forget(({ body }) => isStorm(body))
})

scenario(
  'closing-list-text',
  ['• 1× Error: job14 failed', 'more alerts as the process ended'],
  async (world) => {
    world.slack.refuse('chat.postMessage', 'invalid_blocks', { times: 2, when: isClosingList })
    const program = world.start()
    for (let post = 0; post < 15; post += 1) program.failFatally(`job${post}`)
    // There is time for another attempt after it only.
    void program.sink.flush()
    await world.advance(minute)
    world.slack.forget(({ body }) => isClosingList(body))
  },
)

const webhook: SlackOptions = {
  ...mentioning,
  webhookUrl: 'https://hooks.slack.com/services/T0000/B0000/golden',
  links: { logs: 'https://logs.example/?order={orderId}' },
}
const otherChat: SlackOptions = { ...webhook, webhookUrl: 'https://chat.example/hooks/golden' }

scenario('webhook-new', ['"method":"webhook"', 'Stack', '<!here>', 'A-17'], async (world) => {
  failWithAll(world.start(webhook))
  await world.advance(5 * second)
})

scenario('webhook-korean', ['스택', '처음 발생'], async (world) => {
  failWithAll(world.start({ ...webhook, locale: 'ko' }))
  await world.advance(5 * second)
})

scenario('webhook-milestone', ['10 so far', 'Stack', '<!here>'], (world) =>
  failTenTimes(world, world.start(webhook)),
)

scenario('webhook-quiet-and-back', ['back after 1 d 6 h', '×3'], async (world) => {
  const program = world.start(webhook)
  program.fail('chargeCard')
  await world.advance(45 * minute)
  program.fail('chargeCard')
  await world.advance(30 * 60 * minute)
  program.fail('chargeCard')
  await world.advance(minute)
})

scenario('webhook-long-stack', ['lines left out', 'Stack'], async (world) => {
  const frames = Array.from(
    { length: 100 },
    (_, index) => `    at step${index} (/srv/app/src/step.ts:${index}:7)`,
  )
  const stack = ['Error: too deep', ...frames].join('\n')
  world.start(webhook).log({ error: { type: 'Error', message: 'too deep', stack } })
  await world.advance(5 * second)
})

scenario('webhook-storm', ['8 new problems', '<!here>'], (world) =>
  failEverywhere(world, world.start(webhook)),
)

scenario('webhook-degraded', ['"type":"plain_text"', '```'], async (world) => {
  world.slack.refuse('webhook', 'invalid_blocks', { times: 2 })
  failWithAll(world.start(webhook))
  await world.advance(5 * second)
})

scenario(
  'plain-new',
  ['"footer":"New', '"title":"checkout · production · ', '<!here>'],
  async (world) => {
    failWithAll(world.start(otherChat))
    await world.advance(5 * second)
  },
)

scenario('plain-korean', ['"footer":"처음 발생'], async (world) => {
  failWithAll(world.start({ ...otherChat, locale: 'ko' }))
  await world.advance(5 * second)
})

scenario('plain-inert', ['@\u200ball', ']\u200b('], async (world) => {
  world.start(otherChat).log({ message: 'ping @all and [here](https://evil.example) <!channel>' })
  await world.advance(5 * second)
})

scenario('plain-milestone', ['10 so far', '"fields"'], (world) =>
  failTenTimes(world, world.start(otherChat)),
)

scenario('plain-storm', ['8 new problems', '• 1× Error: taskA failed', '<!here>'], (world) =>
  failEverywhere(world, world.start(otherChat)),
)

scenario('plain-asked-for', '"footer"', async (world) => {
  failWithAll(world.start({ ...webhook, webhookFormat: 'plain' }))
  await world.advance(5 * second)
})

scenario(
  'plain-closing-list',
  ['• 1× Error: job14 failed', 'more alerts as the process ended'],
  async (world) => {
    const program = world.start(otherChat)
    for (let post = 0; post < 15; post += 1) program.failFatally(`job${post}`)
    await program.close()
    world.slack.forget(({ body }) => !String(body['text']).includes('🚨'))
  },
)

scenario(
  'preview',
  [
    'messages are previewed here and not sent',
    '[slack preview] ',
    '  thread',
    'quiet',
    'file Error: too deep',
  ],
  async (world) => {
    world.isAboutStderr = true
    world.variables = { NODE_ENV: 'development' }
    const program = world.start(mentioning)
    failWithAll(program)
    await world.advance(45 * minute)
    const frames = Array.from(
      { length: 400 },
      (_, index) => `    at step${index} (/srv/app/src/step.ts:${index}:7)`,
    )
    const stack = ['Error: too deep', ...frames].join('\n')
    program.log({ error: { type: 'Error', message: 'too deep', stack } })
    await world.advance(minute)
  },
)
