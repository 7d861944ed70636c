const plural = (count: string, one: string, many: string): string =>
  `${count} ${count === '1' ? one : many}`

/** The English texts, which define what a locale consists of. Their arguments are ready to be shown. */
export const englishWords = {
  labels: {
    request: 'Request',
    user: 'User',
    users: 'Users',
    also: 'Also',
    client: 'Client',
    origin: 'Origin',
    host: 'Host',
    hosts: 'Hosts',
    upstream: 'Upstream',
    code: 'Code',
    logger: 'Logger',
    trace: 'Trace',
    requestId: 'Request id',
    count: 'Count',
    since: 'Since',
    last: 'Last',
    message: 'Message',
    stack: 'Stack',
    data: 'Data',
    before: 'Before',
    assignee: 'Taken by',
    resolvedBy: 'Resolved by',
    stillFrom: 'Still from',
    mutedBy: 'Muted by',
    mutedUntil: 'Muted until',
    endpoint: 'endpoint',
    userAgent: 'user agent',
    params: 'params',
    query: 'query',
    body: 'body',
  },
  answered: (status: string): string => `answered ${status}`,
  duration: { seconds: ' s', minutes: ' min', hours: ' h', days: ' d' },
  state: { quiet: 'quiet', resolved: 'resolved', muted: 'muted' },
  rate: { second: '/s', minute: '/min', hour: '/h' },
  actions: {
    resolve: 'Resolve',
    reopen: 'Reopen',
    mute: 'Mute…',
    unmute: 'Unmute',
    take: 'Take',
    release: 'Release',
  },
  audit: {
    resolve: (who: string): string => `✅ Resolved by ${who}`,
    reopen: (who: string): string => `🔴 Reopened by ${who}`,
    mute: (who: string): string => `🔇 Muted by ${who}`,
    muteUntil: (until: string, who: string): string => `🔇 Muted until ${until} by ${who}`,
    unmute: (who: string): string => `🔔 Unmuted by ${who}`,
    take: (who: string): string => `👀 Taken by ${who}`,
    release: (who: string): string => `👋 Released by ${who}`,
    note: (who: string): string => `📝 Note by ${who}`,
    via: { button: 'button', reaction: 'reaction', thread: 'thread', shell: 'shell' },
    nextRelease: 'the next release',
    more: (count: string): string => `${count} more occurrences`,
    wasMuted: (duration: string, count: string): string =>
      `was muted for ${duration}: ${count} more`,
  },
  fileIssue: 'File it',
  notes: {
    current: (text: string, who: string): string => `${text} (${who})`,
    lastTime: (age: string, text: string): string => `Last time, ${age} ago: ${text}`,
    weeks: (count: string): string => plural(count, 'week', 'weeks'),
  },
  muteUntil: {
    hour: 'For 1 hour',
    morning: 'Until tomorrow 9:00',
    release: 'Until the next release',
    count: 'Until 10 more occurrences',
  },
  refusedAction: {
    unknown: 'The service of this message could not be found.',
    old: 'This problem is too old: it is not kept any more.',
    already: 'The problem is in that state already.',
    forbidden: 'You may not act on problems here.',
    unconfirmed: 'Could not check whether you may act here. Try again in a minute.',
    unreachable: 'The service could not be reached. Try again later.',
  },
  why: {
    first: 'New',
    fatal: 'Fatal',
    count: (count: string): string => `${count} so far`,
    spike: (latest: string, usual: string): string => `Spike: ${latest} in 5 min, usually ${usual}`,
    regression: (silence: string): string => `Back after ${silence}`,
    regressionResolved: 'Back after it was resolved',
    reminder: (more: string, since: string): string =>
      `Still happening: ${more} more since ${since === '' ? 'the last alert' : since}`,
    storm: 'Many new problems at once',
    next: (count: string): string => `next alert at ${count}`,
  },
  storm: {
    summary: (distinct: string, total: string): string =>
      `${plural(distinct, 'new problem', 'new problems')}, ${plural(total, 'error', 'errors')}`,
    since: (time: string): string => `since ${time}`,
    over: 'over',
    cause: 'Suspected cause: ',
    release: (version: string): string => `release ${version}`,
    andMore: (count: string): string => `and ${count} more`,
    members: 'All problems of this storm',
    why: 'Storm: many new problems at once are counted here',
    adopted: 'Not sent before the last restart; counted here',
    furtherMembers: (count: string): string =>
      `${plural(count, 'further problem', 'further problems')} of this storm`,
  },
  adopted: {
    beforeDeath: (time: string, details: string): string =>
      `Happened at ${time}, before the process${details === '' ? '' : ` (${details})`} died.`,
    beforeRestart: (time: string): string => `Happened at ${time}, before the last restart.`,
    duplicate: 'Another message about this problem counts for all processes',
    died: (details: string): string =>
      `The previous process${details === '' ? '' : ` (${details})`} died.`,
    pid: (pid: string): string => `pid ${pid}`,
    uptime: (duration: string): string => `up ${duration}`,
    tooOld: (count: string, age: string): string =>
      `${plural(count, 'alert', 'alerts')} older than ${age} not shown.`,
    unreadable: (count: string): string =>
      `${plural(count, 'line', 'lines')} of its journal could not be read; what was in there is lost.`,
  },
  delivery: {
    // What happened meanwhile follows.
    unreachable: (destination: string, from: string, to: string): string =>
      `${destination} was unreachable from ${from} to ${to}`,
    refusing: (destination: string, from: string, to: string): string =>
      `${destination} refused all messages from ${from} to ${to}`,
    failed: (count: string): string => `${plural(count, 'delivery', 'deliveries')} failed`,
    failedAt: (count: string, from: string, to: string): string =>
      `${plural(count, 'delivery', 'deliveries')} failed ${from === to ? `at ${from}` : `between ${from} and ${to}`}`,
    givenUp: (count: string): string => `${plural(count, 'alert', 'alerts')} given up`,
    lost: (count: string): string => `${plural(count, 'event', 'events')} not shown`,
    // A list of alerts for which there was no time one by one.
    rest: (count: string): string =>
      `${plural(count, 'more alert', 'more alerts')} as the process ended`,
    missed: (count: string, reason: string): string =>
      `${plural(count, 'earlier occurrence', 'earlier occurrences')} not shown: ${reason}`,
    journal: (reason: string): string =>
      `The journal failed (${reason}); what is unsent when the process dies may be lost`,
  },
  stack: {
    framesIn: (count: string, where: string): string =>
      `… ${plural(count, 'frame', 'frames')} in ${where}`,
    repeated: (times: string): string => `… repeated ${plural(times, 'more time', 'more times')}`,
    repeatedFrames: (frames: string, times: string): string =>
      `… these ${frames} frames repeated ${plural(times, 'more time', 'more times')}`,
    omitted: (lines: string): string => `… ${plural(lines, 'line', 'lines')} left out`,
    moreCauses: (count: string): string =>
      `… and ${plural(count, 'further cause', 'further causes')}`,
    errorOf: (index: string, total: string): string => `error ${index} of ${total}: `,
    moreErrors: (count: string): string =>
      `… and ${plural(count, 'further error', 'further errors')}`,
  },
  logged: (level: string, logger: string | undefined): string =>
    logger === undefined ? `${level} logged` : `${level} logged by ${logger}`,
  thrown: (kind: string): string =>
    `threw ${/^(?:null|undefined)$/.test(kind) ? '' : /^[aeiou]/.test(kind) ? 'an ' : 'a '}${kind}`,
  noMessage: 'logged without a message',
  causedBy: 'caused by ',
  firstOf: (total: string): string => `first of ${total}: `,
  andMore: (count: string): string => `and ${count} more`,
  hosts: (count: string): string => plural(count, 'host', 'hosts'),
  back: (silence: string): string => `back after ${silence}`,
  suppressed: (count: string): string => `${count} more, not shown`,
  collapsed: 'Grouped: errors of one class from one place that differ each time',
  capped: 'Muted: hourly limit of 30 notifications reached',
  quietHours: {
    waits: (time: string): string => `Quiet hours: notifies at ${time}`,
    summary: (distinct: string, total: string): string =>
      `${plural(distinct, 'problem', 'problems')} in quiet hours, ${plural(total, 'error', 'errors')}`,
    members: 'All problems that waited',
    why: 'Quiet hours are over: this is what waited',
    furtherMembers: (count: string): string =>
      `${plural(count, 'further problem', 'further problems')} of the quiet hours`,
  },
  report: {
    errors: (count: string): string => plural(count, 'error', 'errors'),
    problems: (count: string): string => plural(count, 'problem', 'problems'),
    none: (since: string): string => `No errors since ${since}`,
    lastAlert: (ago: string): string => `last alert ${ago} ago`,
    span: (from: string, to: string): string => `${from} – ${to}`,
    totals: { errors: 'Errors', problems: 'Problems', people: 'People' },
    chart: (interval: string): string => `Errors every ${interval}`,
    columns: {
      problem: 'Problem',
      count: 'Count',
      change: 'Change',
      people: 'People',
      state: 'State',
      assignee: 'Assignee',
    },
    active: 'active',
    isNew: 'new',
    lists: {
      new: 'New',
      back: 'Back',
      open: 'Open and unassigned',
      resolved: 'Resolved',
      unmuted: 'Muted until today',
      releases: 'Releases',
    },
    release: (name: string, count: string, titles: string): string =>
      `${name}: ${plural(count, 'new problem', 'new problems')}: ${titles}`,
    releaseNothing: (name: string): string => `${name}: nothing new`,
    processes: (count: string): string => plural(count, 'process', 'processes'),
    messages: (sent: string, edits: string): string =>
      `${plural(sent, 'message', 'messages')}, ${plural(edits, 'edit', 'edits')}`,
    nothingLost: 'nothing was lost',
    lostEvents: (count: string): string => `${plural(count, 'event was', 'events were')} lost`,
    lostMessages: (count: string): string =>
      `${plural(count, 'message was', 'messages were')} lost`,
    openNow: (count: string): string => plural(count, 'open problem', 'open problems'),
    nothingOpen: 'Nothing is open',
    late: (time: string): string => `Sent late: this report was due at ${time}`,
  },
  reopened: 'reopened',
  mislogged: (lost: string): string => `Lost by the logger call: ${lost}`,
  fix: 'Fix: ',
  // Precedes the end of a traceback. Ends in a backslash and an `n`, since a limited text may be part of a line.
  omissionMark: 'full text omitted ...\\n',
  inFile: 'All of it: ',
  fileRefused: (destination: string, reason: string): string =>
    `${destination} rejected the file (${reason}), so this thread is shortened.`,
  fileRemedies: {
    permission: 'Give the app the scope files:write and install it again.',
    membership: 'Invite the app to this channel.',
    disabled: 'Ask the administrators of the workspace to allow files.',
  },
}
