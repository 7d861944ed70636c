import type { Words } from './words.ts'

const plural = (count: string, one: string, many: string): string =>
  `${count} ${count === '1' ? one : many}`

export const englishWords: Words = {
  labels: {
    request: 'Request',
    user: 'User',
    client: 'Client',
    origin: 'Origin',
    hosts: 'Hosts',
    code: 'Code',
    logger: 'Logger',
    trace: 'Trace',
    requestId: 'Request id',
    count: 'Count',
    seen: 'Seen',
    message: 'Message',
    stack: 'Stack',
    data: 'Data',
    before: 'Before',
    endpoint: 'endpoint',
    userAgent: 'user agent',
    params: 'params',
    query: 'query',
    body: 'body',
  },
  duration: { seconds: ' s', minutes: ' min', hours: ' h', days: ' d' },
  state: { quiet: 'quiet', resolved: 'resolved', muted: 'muted' },
  rate: { second: '/s', minute: '/min', hour: '/h' },
  why: {
    prefix: 'why: ',
    first: 'seen for the first time',
    fatal: 'fatal, always told',
    times: (factor, from, to) => `${factor}× more, ${from} → ${to}`,
    spike: (from, to) => `sudden rise, ${from} → ${to}`,
    regression: (silence) => `back after ${silence}`,
    regressionResolved: 'back after it was resolved',
    reminder: (more) => `still happening, ${more} more since the last alert`,
    storm: 'many new problems at once',
    repeat: (count) => `again, ${count} so far`,
    next: (count) => `next at ${count}`,
  },
  storm: {
    summary: (distinct, total) =>
      `${plural(distinct, 'new problem', 'new problems')}, ${plural(total, 'error', 'errors')}`,
    since: (time) => `since ${time}`,
    over: 'over',
    cause: 'suspected common cause: ',
    andMore: (count) => `and ${count} more`,
    members: 'All problems of this storm',
    why: 'many new problems at once, counted here until they are over',
  },
  late: {
    died: (details) =>
      `The previous process${details === '' ? '' : ` (${details})`} died before it could tell everything.`,
    pid: (pid) => `pid ${pid}`,
    uptime: (duration) => `up for ${duration}`,
    late: (count) => `${plural(count, 'alert is', 'alerts are')} told late.`,
    tooOld: (count, age) => `${plural(count, 'alert', 'alerts')} older than ${age} not shown.`,
    dropped: (count) => `${plural(count, 'alert', 'alerts')} lost.`,
  },
  trouble: {
    failed: (count, from, to) =>
      `${plural(count, 'send', 'sends')} failed ${from === to ? `at ${from}` : `between ${from} and ${to}`}`,
    lost: (count) => `${plural(count, 'event', 'events')} counted but not shown`,
    rest: (count) => `${plural(count, 'more alert', 'more alerts')} as the process ended`,
  },
  stack: {
    framesIn: (count, where) => `… ${plural(count, 'frame', 'frames')} in ${where}`,
    repeated: (times) => `… repeated ${plural(times, 'more time', 'more times')}`,
    repeatedFrames: (frames, times) =>
      `… these ${frames} frames repeated ${plural(times, 'more time', 'more times')}`,
    omitted: (lines) => `… ${plural(lines, 'line', 'lines')} left out`,
    moreCauses: (count) => `… and ${plural(count, 'further cause', 'further causes')}`,
    errorOf: (index, total) => `error ${index} of ${total}: `,
    moreErrors: (count) => `… and ${plural(count, 'further error', 'further errors')}`,
  },
  failedWhile: (what, endpoint) => `${what} while ${endpoint}`,
  logged: (level, logger) =>
    logger === undefined ? `${level} logged` : `${level} logged by ${logger}`,
  thrown: (kind) => `${kind} thrown`,
  noMessage: 'logged without a message',
  causedBy: 'caused by ',
  at: (culprit) => `at ${culprit}`,
  andMore: (count) => `and ${count} more`,
  hosts: (count) => plural(count, 'host', 'hosts'),
  back: (silence) => `back after ${silence}`,
  reopened: 'open again',
  mislogged: (lost) => `Lost while logging: ${lost}`,
  fix: 'Fix: ',
  inFile: 'All of it: ',
}
