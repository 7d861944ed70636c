/**
 * @typedef Figure
 * @property {string} label
 * @property {(ours: object, baseline: object) => number} value of one pair
 * @property {string} unit `×` for a ratio
 * @property {number} [goal] at most
 */

const ratioOf = (key) => (ours, baseline) => ours[key] / baseline[key]
const ownOf = (key) => (ours) => ours[key]
const unaccounted = ({ events, records }) => {
  const lost = Object.values(events.lost).reduce((sum, count) => sum + count, 0)
  return Math.abs(records - events.shown - events.counted - events.duplicates - lost)
}

/** The counts of a worker are not accessible, but the message in Slack has them. */
const eventsInSlack = {
  label: 'events not in Slack',
  value: (ours) => Math.abs(ours.records - ours.eventsInSlack),
  unit: '',
  goal: 0,
}

const cpu = (goal) => ({ label: 'app-thread CPU', value: ratioOf('appNs'), unit: '×', goal })
const memory = (goal) => ({
  label: 'additional peak memory',
  value: (ours, baseline) => ours.peakMb - baseline.peakMb,
  unit: 'MB',
  goal,
})
const delay = { label: 'loop delay p99', value: ratioOf('delayP99Ms'), unit: '×', goal: 1.25 }
const drain = { label: 'time until flushed', value: ratioOf('drainedMs'), unit: '×' }
const notifications = { label: 'notifications', value: ownOf('notifications'), unit: '', goal: 6 }
const requests = { label: 'requests', value: ownOf('requests'), unit: '' }
const accounts = { label: 'events unaccounted for', value: unaccounted, unit: '', goal: 0 }
const workerCpu = { label: 'worker CPU', value: ratioOf('workerNs'), unit: '×' }
const absolute = { label: 'ours', value: ownOf('appNs'), unit: 'ns' }
const ofBaseline = { label: 'baseline', value: (_ours, { appNs }) => appNs, unit: 'ns' }

/**
 * V8 doubles the space for young objects at a point that depends on chance and on how much a program has loaded. Without this limit,
 * one of two subjects might take 15 MB more.
 */
const execArgv = ['--expose-gc', '--max-semi-space-size=8']
const winston = (transport, env = {}) => ({
  file: 'winston-storm',
  execArgv,
  env: { TRANSPORT: transport, ...env },
})
const pino = (target, env = {}) => ({
  file: 'pino-storm',
  execArgv,
  env: { TARGET: target, ...env },
})
const alone = (stream, env = {}) => ({
  file: 'pino-alone',
  execArgv,
  env: { STREAM: stream, ...env },
})
const sameKind = { RECORDS: '200000' }
const webService = { RECORDS: '40000', BURST: '200', ERRORS: 'web-service' }
const few = { RECORDS: '10000', BURST: '100' }

const shortNameOf = (name) => name.replace('@youngkiu/', '')

/** Peers send a request for each record, so they get fewer records; half of them are for warming up. */
function peerRows(delayMs) {
  const slack = delayMs === 0 ? {} : { fault: { delayMs, times: 1_000_000 } }
  const env = { RECORDS: delayMs === 0 ? '2000' : '200' }
  const peer = { unit: '×', label: 'app-thread CPU', value: ratioOf('appNs') }
  const rows = [
    { peer: 'winston-slack-webhook-transport', ours: winston('peer', env) },
    { peer: 'bunyan-slack', ours: { file: 'bunyan-storm', env } },
    ...['pino-slack-transport', '@youngkiu/pino-slack-webhook'].map((name) => ({
      peer: name,
      ours: pino(name, env),
      baseline: pino('noop', env),
    })),
  ]
  return rows.map(({ peer: name, ours, baseline = winston('null', env) }) => ({
    name: `peer-${shortNameOf(name)}${delayMs === 0 ? '' : `-${delayMs}ms`}`,
    title: `${name}: ${env.RECORDS} identical errors, Slack responds after ${delayMs} ms`,
    ours: { ...ours, slack },
    baseline,
    figures: [peer, requests, drain],
  }))
}

function importRow({ name, module, present, goal }) {
  const subject = (wanted) => ({ file: 'import', env: { MODULE: wanted, PRESENT: present } })
  return {
    name,
    title: `require('${module}') where ${present} is loaded, against @slack/web-api`,
    ours: subject(module),
    baseline: subject('@slack/web-api'),
    figures: [
      { label: 'CPU', value: ratioOf('cpuMs'), unit: '×', goal },
      { label: 'time', value: ratioOf('wallMs'), unit: '×' },
      { label: 'ours', value: ownOf('wallMs'), unit: 'ms' },
      { label: 'CPU, with a transport', value: ratioOf('madeCpuMs'), unit: '×' },
    ],
    pairs: 15,
  }
}

const arrivalRow = (delayMs) => ({
  name: `arrival-${delayMs}ms`,
  title: `call to arrival, warm, Slack responds after ${delayMs} ms, against fetch in the same process`,
  ours: { file: 'arrivals', env: { DELAY_MS: String(delayMs) } },
  figures: [
    { label: 'p50', value: ({ oursMs, rawMs }) => oursMs / rawMs, unit: '×', goal: 1.3 },
    { label: 'ours', value: ownOf('oursMs'), unit: 'ms' },
    { label: 'fetch', value: ownOf('rawMs'), unit: 'ms' },
  ],
})

const firstAlertRow = ({ name, title, env = {}, goal }) => ({
  name,
  title,
  ours: { file: 'first-alert', env: { SENDER: 'ours', ...env } },
  baseline: { file: 'first-alert', env: { SENDER: 'fetch', ...env } },
  figures: [
    { label: 'call to arrival', value: ratioOf('arrivalMs'), unit: '×', goal },
    { label: 'ours', value: ownOf('arrivalMs'), unit: 'ms' },
    { label: 'the call itself', value: ownOf('callMs'), unit: 'ms' },
  ],
  pairs: 11,
})

const peerFatalRow = (peer) => ({
  name: `peer-fatal-backlog-${shortNameOf(peer)}`,
  title: `the same with ${peer}`,
  ours: {
    file: 'fatal-backlog',
    env: { TARGET: peer },
    slack: { fault: { hang: true, times: 1e6 } },
  },
  figures: [{ label: 'longest call', value: ownOf('longestMs'), unit: 'ms' }],
})

export const rows = [
  {
    name: 'winston-storm',
    title:
      'winston: 200,000 errors of one kind, a new Error each, against a transport that reads the stack',
    ours: winston('ours', sameKind),
    baseline: winston('null', sameKind),
    figures: [cpu(1.5), memory(16), delay, notifications, requests, accounts, drain, absolute],
  },
  {
    name: 'winston-one-error',
    title: 'winston: 200,000 times the same Error object',
    ours: winston('ours', { ...sameKind, ERRORS: 'one' }),
    baseline: winston('null', { ...sameKind, ERRORS: 'one' }),
    figures: [cpu(1.5), accounts, absolute],
  },
  {
    name: 'winston-distinct-messages',
    title: 'winston: 10,000 errors with distinct messages',
    ours: winston('ours', { ...few, ERRORS: 'messages' }),
    baseline: winston('null', { ...few, ERRORS: 'messages' }),
    figures: [cpu(1.6), accounts, absolute],
  },
  {
    name: 'winston-distinct-problems',
    title: 'winston: 10,000 distinct problems',
    ours: winston('ours', { ...few, ERRORS: 'distinct' }),
    baseline: winston('null', { ...few, ERRORS: 'distinct' }),
    figures: [cpu(1.6), accounts, absolute],
  },
  {
    name: 'pino-storm',
    title: 'pino, worker: 200,000 errors of one kind, against a worker that drops every line',
    ours: pino('ours', sameKind),
    baseline: pino('noop', sameKind),
    figures: [
      cpu(1.15),
      memory(64),
      delay,
      notifications,
      requests,
      eventsInSlack,
      { ...drain, goal: 1.5 },
      absolute,
    ],
  },
  {
    name: 'pino-stream',
    title: 'pino, in process: 200,000 errors of one kind, against a stream that parses every line',
    ours: alone('ours'),
    baseline: alone('parsing'),
    figures: [cpu(), memory(), notifications, accounts, absolute],
  },
  {
    name: 'pino-worker-alone',
    title: 'pino with a worker that drops every line, against pino into /dev/null',
    ours: pino('noop', sameKind),
    baseline: alone('file'),
    figures: [cpu(), memory(), absolute],
  },
  {
    name: 'pino-info',
    title:
      'pino, worker: info lines while only errors alert, against a worker that parses every line',
    ours: pino('ours', { RECORDS: '400000', LEVEL: 'info' }),
    baseline: pino('noop', { RECORDS: '400000', LEVEL: 'info' }),
    figures: [
      { ...workerCpu, goal: 0.75 },
      { label: 'lines a second', value: (ours) => 4e8 / ours.drainedMs, unit: '' },
    ],
  },
  {
    name: 'web-service-winston',
    title:
      'winston: 40,000 records of a web service, four kinds of errors, against a transport that reads the stack',
    ours: winston('ours', webService),
    baseline: winston('null', webService),
    figures: [cpu(1.5), accounts, absolute, ofBaseline],
  },
  {
    name: 'web-service-stream',
    title: 'pino, in process: the same records, against a stream that parses every line',
    ours: alone('ours', webService),
    baseline: alone('parsing', webService),
    figures: [cpu(1.5), accounts, absolute, ofBaseline],
  },
  {
    name: 'web-service-worker',
    title: 'pino, worker: the same records, against a worker that drops every line',
    ours: pino('ours', webService),
    baseline: pino('noop', webService),
    figures: [cpu(1.1), eventsInSlack, workerCpu, absolute, ofBaseline],
  },
  {
    name: 'rendered',
    title: 'rendering a message, from the record to the body of its request',
    ours: { file: 'rendered' },
    figures: [
      { label: 'per message', value: ({ appNs }) => appNs / 1000, unit: 'µs' },
      { label: 'length', value: ownOf('characters'), unit: '' },
    ],
  },
  arrivalRow(0),
  arrivalRow(100),
  firstAlertRow({
    name: 'first-alert',
    title: 'the first alert of a process, immediately after its start, against its first fetch',
    goal: 1.2,
  }),
  firstAlertRow({
    name: 'first-alert-later',
    title: 'the first alert of a process after two seconds, against its first fetch',
    env: { AFTER_MS: '2000' },
  }),
  {
    name: 'fatal-backlog',
    title: 'logger.fatal with 2,000 queued records while Slack never responds',
    ours: {
      file: 'fatal-backlog',
      env: { TARGET: 'ours' },
      slack: { fault: { hang: true, times: 1e6 } },
    },
    figures: [{ label: 'longest call', value: ownOf('longestMs'), unit: 'ms', goal: 10 }],
  },
  peerFatalRow('pino-slack-transport'),
  peerFatalRow('@youngkiu/pino-slack-webhook'),
  importRow({
    name: 'import-pino-slack',
    module: '@slack-logger/pino-slack',
    present: 'pino',
    goal: 0.5,
  }),
  importRow({
    name: 'import-winston-slack',
    module: '@slack-logger/winston-slack',
    present: 'winston',
    goal: 0.6,
  }),
  {
    name: 'worker-ready',
    title: 'start of a worker until it is ready, against one that only loads @slack/web-api',
    ours: { file: 'worker-ready', env: { TARGET: 'ours' } },
    baseline: { file: 'worker-ready', env: { TARGET: 'sdk' } },
    figures: [
      { label: 'time', value: ratioOf('readyMs'), unit: '×', goal: 1.25 },
      { label: 'ours', value: ownOf('readyMs'), unit: 'ms' },
    ],
    pairs: 7,
  },
  {
    name: 'fingerprints',
    title: '1,000,000 distinct problems',
    ours: { file: 'fingerprints', env: { SINK: 'ours' }, execArgv: ['--expose-gc'] },
    baseline: { file: 'fingerprints', env: { SINK: 'none' }, execArgv: ['--expose-gc'] },
    figures: [
      { label: 'heap kept', value: ownOf('keptMb'), unit: 'MB', goal: 10 },
      {
        label: 'additional peak memory',
        value: (o, b) => o.peakMb - b.peakMb,
        unit: 'MB',
        goal: 48,
      },
      { label: 'per new problem', value: (o, b) => (o.appNs - b.appNs) / 1000, unit: 'µs' },
    ],
  },
  ...peerRows(0),
  ...peerRows(100),
]
