// `node bench/exception-handler.mjs [FRAMEWORK…]`: the cost of the exception handler, compared with the same service without it.
import { cpus, loadavg } from 'node:os'
import { startInbox } from '@slack-logger/slack-inbox'
import { measureInTurns } from './exception-handler/measure.mjs'

const isSmoke = process.env.BENCH_SMOKE === 'true'
const rounds = isSmoke ? 1 : 9
const amounts = isSmoke
  ? { warmUps: 1, turns: 1, perTurn: 50 }
  : { warmUps: 20, turns: 10, perTurn: 300 }

const frameworks = ['express', 'fastify', 'koa', 'hono', 'nestjs']
const phases = [
  {
    path: '/orders/:id',
    connections: 16,
    rows: [
      { name: 'succeeds', ours: 'handler', against: 'quiet', goal: 1.05 },
      { name: 'succeeds, ids and request on every line', ours: 'scopes', against: 'quiet' },
      {
        name: 'succeeds, with a middleware that does nothing in place of the handler',
        ours: 'passed',
        against: 'quiet',
      },
    ],
  },
  {
    path: '/fail/:id',
    connections: 16,
    rows: [
      {
        name: "fails, against the framework's own response and log",
        ours: 'handler',
        against: 'own',
        goal: 1.3,
      },
      {
        name: "fails on the skip list, against the framework's own",
        ours: 'skips',
        against: 'own',
        goal: 1.3,
      },
      {
        name: 'fails, against an error handler that logs to the file and to Slack',
        ours: 'handler',
        against: 'alerts',
        goal: 1.3,
      },
      {
        name: 'fails, against an error handler that logs to the file alone',
        ours: 'handler',
        against: 'logs',
        goal: 1.3,
      },
    ],
  },
  {
    path: '/fail/:id',
    connections: 1,
    rows: [
      { name: "fails alone, against the framework's own", ours: 'handler', against: 'own' },
      {
        name: 'fails alone, against an error handler that logs to the file and to Slack',
        ours: 'handler',
        against: 'alerts',
      },
    ],
  },
]

const wanted = frameworks.filter((framework) => process.argv.includes(framework))
const inbox = await startInbox()
const env = {
  SLACK_API_URL: inbox.apiUrl,
  SLACK_BOT_TOKEN: inbox.token,
  SLACK_CHANNEL: '#alerts',
}
console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, load ${loadavg()[0].toFixed(1)}`,
)
console.log(
  `main-thread CPU of the server per request. Services take turns: ${amounts.warmUps} turns of ${amounts.perTurn} requests to warm up, then ${amounts.turns} turns; medians of ${rounds} rounds (min – max)\n`,
)
for (const framework of wanted.length > 0 ? wanted : frameworks) {
  for (const phase of phases) await compare(framework, phase)
}
console.log(`\nmessages in Slack: ${inbox.messages().length}`)
await inbox.close()

async function compare(framework, { path, connections, rows }) {
  const modes = [...new Set(rows.flatMap(({ ours, against }) => [against, ours]))]
  const samples = []
  for (let round = 0; round < rounds; round += 1) {
    samples.push(await measureInTurns(modes, { framework, path, connections, env, ...amounts }))
  }
  for (const { name, ours, against, goal } of rows) {
    const ratios = samples.map((of) => medianOf(of[ours].map((us, turn) => us / of[against][turn])))
    const usOf = (mode) =>
      spread(
        samples.map((of) => medianOf(of[mode])),
        0,
      )
    console.log(
      `${framework} ${name}: ${spread(ratios, 2)}, ${goal === undefined ? 'no goal' : `goal ${goal}`}; ` +
        `µs ${usOf(ours)} against ${usOf(against)}`,
    )
  }
}

function spread(values, digits) {
  const show = (value) => value.toFixed(digits)
  return `${show(medianOf(values))} (${show(Math.min(...values))} – ${show(Math.max(...values))})`
}

function medianOf(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
