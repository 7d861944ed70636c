import { buffer } from 'node:stream/consumers'
import {
  createRedactor,
  createSlackSink,
  defaultIgnore,
  explainFingerprint,
  type LogRecord,
  type MatchOptions,
  type Post,
  type SlackOptions,
} from '@slack-logger/core'
import {
  liftMetadata,
  RecordView,
  resolveMatch,
  resolveOptions,
  type ResolvedOptions,
  severityIn,
} from '@slack-logger/core/tooling'
import { captureTo, channelOf, withoutEffects } from './capture.ts'
import { LineReader } from './lines/line-reader.ts'
import { type OptionFlags, readOptions } from './options.ts'

/**
 * Explains what happens to a record on stdin, and sends nothing.
 *
 * @throws if there is no record on stdin
 */
export async function explain(flags: OptionFlags): Promise<void> {
  const { options: given } = await readOptions(flags)
  const resolved = resolveOptions(given, process.env)
  const record = await readRecord()
  const severity = severityIn(resolved.levels, record)
  const view = new RecordView(liftMetadata(record), severity)
  const redactor = createRedactor(resolved.redact)
  const lines = [
    ['level', levelLine(record.level, severity, resolved)],
    ['classified', classOf(view)],
    ['ignored', ignoreLine(view, given.ignore ?? defaultIgnore, resolved)],
    ...fingerprintLines(record, resolved),
    ...routeLines(view, given.routes ?? [], resolved),
  ].map(([name = '', text = '']) => lineOf(name, redactor.text(text)))
  const outcome = await decide(record, given, severity >= resolved.severity)
  process.stdout.write(`${[...lines, ...outcome].join('\n')}\n`)
}

function lineOf(name: string, text: string): string {
  return name.padEnd(12) + text
}

async function readRecord(): Promise<LogRecord> {
  const records: LogRecord[] = []
  const reader = new LineReader((record) => records.push(record))
  reader.read(await buffer(process.stdin))
  reader.end()
  const [record] = records
  if (record !== undefined) return record
  throw new TypeError(
    'Expected a record on stdin: JSON or logfmt with a level and a message, or an error with its stack',
  )
}

function levelLine(level: string, severity: number, options: ResolvedOptions): string {
  const threshold = options.severity
  if (severity >= threshold) return `${level} (${severity}): alerts, from ${threshold} on`
  const isBreadcrumb = severity >= (options.contextSeverity ?? Number.POSITIVE_INFINITY)
  const kept = isBreadcrumb ? 'a breadcrumb' : 'passed over'
  return `${level} (${severity}): ${kept}, since alerts are from ${threshold} on`
}

function classOf(view: RecordView): string {
  const { errorType, code, status, isAborted, endpoint } = view
  const parts = [
    errorType === undefined ? 'no error' : `error ${errorType}`,
    ...(code === undefined ? [] : [`code ${code}`]),
    ...(status === undefined ? [] : [`this service answered ${status}`]),
    ...(isAborted ? ['the client went away'] : []),
    ...(endpoint === undefined ? [] : [`request ${endpoint}`]),
  ]
  return parts.join(', ')
}

function ignoreLine(
  view: RecordView,
  rules: readonly MatchOptions[],
  options: ResolvedOptions,
): string {
  const index = rules.findIndex((rule) => resolveMatch(rule, options)(view))
  return index < 0 ? 'by no rule' : `by ignore[${index}]: ${JSON.stringify(rules[index])}`
}

type Lines = readonly (readonly [string, string])[]

function fingerprintLines(record: LogRecord, { groupBy, hooks }: ResolvedOptions): Lines {
  const options = { groupBy, hook: hooks.fingerprint as never }
  const { fingerprint, decidedBy, parts } = explainFingerprint(liftMetadata(record), options)
  return [
    ['fingerprint', `${fingerprint}, by ${decidedBy}:`],
    ...parts.map((part) => ['', part] as const),
  ]
}

function routeLines(
  view: RecordView,
  given: readonly unknown[],
  { routes, target }: ResolvedOptions,
): Lines {
  const matching = routes.flatMap((route, index) => (route.matches(view) ? [{ route, index }] : []))
  const last = matching.findIndex(({ route }) => !route.continues)
  return matching.slice(0, last < 0 ? undefined : last + 1).map(({ route, index }) => {
    const name = index < given.length ? `routes[${index}]` : 'no route of your own'
    const { channel, minCount, withinMs, loud } = route
    const waits = minCount > 1 ? `, from ${minCount} occurrences in ${withinMs} ms on` : ''
    const to = target.kind === 'off' ? `nowhere, since ${target.because}` : `to ${channel}`
    return ['route', `${name}: ${to}${waits}${loud === 'never' ? ', never loud' : ''}`]
  })
}

/** Lets a sink decide that has the same options and sends nothing. */
async function decide(
  record: LogRecord,
  given: SlackOptions,
  isAlert: boolean,
): Promise<readonly string[]> {
  const posts: Post<string>[] = []
  const destination = captureTo(channelOf(given), (post) => posts.push(post))
  const sink = createSlackSink({ ...withoutEffects(given), destination })
  sink.write(record)
  await sink.flush()
  const [root, ...thread] = posts
  const { ignored } = sink.health().events
  await sink.close()
  if (!isAlert) return [lineOf('decision', 'no alert')]
  if (ignored > 0) return [lineOf('decision', 'no alert: it is ignored, or a hook dropped it')]
  if (root === undefined) return [lineOf('decision', 'counted, no alert yet')]
  return [
    lineOf('decision', `an alert: ${String(root.metadata?.['alert_reason'] ?? 'new')}`),
    '',
    root.message,
    ...thread.flatMap(({ message }) => ['', message]),
  ]
}
