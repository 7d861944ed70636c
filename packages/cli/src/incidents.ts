import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { userInfo } from 'node:os'
import {
  type ActionAnswer,
  createSlackSink,
  type IncidentAction,
  type IncidentState,
  type SlackOptions,
} from '@slack-logger/core'
import {
  actInFleet,
  fleetOf,
  fleetOnServer,
  headline,
  type IncidentSnapshot,
  journalFolderOf,
  type JournalContent,
  journalKey,
  leaveState,
  nameOf,
  readJournal,
  reasonOf,
  recipientOf,
  resolveEnvironment,
  resolveLocale,
  type ResolvedOptions,
  resolveOptions,
  targetKey,
} from '@slack-logger/core/tooling'
import type { RedisLinkOptions } from '@slack-logger/redis'
import { type OptionFlags, readOptions } from './options.ts'

export interface ListFlags extends OptionFlags {
  readonly all?: boolean
  readonly json?: boolean
}

/** What can be done from a shell. */
export type ShellAction = Extract<IncidentAction['kind'], 'resolve' | 'reopen' | 'mute' | 'unmute'>

/** An incident in a journal, and the process that wrote it. */
interface Kept {
  readonly key: string
  readonly snapshot: IncidentSnapshot
  readonly keeper: string
}

/** Lists the incidents of a service that are open: active or muted. */
export async function list({ all, json, ...flags }: ListFlags): Promise<void> {
  const { resolved } = await resolve(flags)
  const kept = await readKept(resolved)
  const listed = (kept ?? [])
    .map((each) => describe(each, resolved))
    .filter(({ state }) => all === true || state === 'active' || state === 'muted')
    .toSorted((a, b) => b.lastSeen.localeCompare(a.lastSeen))
  if (json === true) process.stdout.write(`${JSON.stringify(listed, null, 2)}\n`)
  else if (kept === undefined) process.stdout.write(`${nothingKept}\n`)
  else process.stdout.write(tableOf(listed))
}

/** Does with an incident what its button does, by the process that leads; without one, this process leads meanwhile. */
export async function act(
  kind: ShellAction,
  given: { readonly key: string; readonly duration?: string | undefined },
  flags: OptionFlags,
): Promise<void> {
  const until =
    given.duration === undefined ? undefined : Date.now() + parseDuration(given.duration)
  const { options, resolved } = await resolve(flags)
  const kept = find((await readKept(resolved)) ?? [], given.key)
  const { root, state } = kept.snapshot
  // A leader on another host only says that it has the action.
  if (state === after[kind] || (undoes[kind] ?? state) !== state)
    throw new Error(`${kept.key} is ${state}: there is nothing to ${kind}`)
  if (root === undefined)
    throw new Error(`${kept.key} has no message of its own: it is part of a storm, or not sent yet`)
  const user = userName()
  const answer = await pass(
    {
      id: randomUUID(),
      kind,
      ref: root.ref,
      by: { user, name: user, via: 'shell' },
      at: Date.now(),
      ...(until !== undefined && { until: { time: until } }),
    },
    options,
    resolved,
  )
  if (answer.status === 'refused') throw new Error(reasons[answer.reason](kept))
  process.stdout.write(`${done[kind]}: ${describe(kept, resolved).title}\n`)
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // In a container, a user may have a number only.
    return `user ${process.getuid?.() ?? ''}`.trimEnd()
  }
}

const done: Readonly<Record<ShellAction, string>> = {
  resolve: 'Resolved',
  reopen: 'Reopened',
  mute: 'Muted',
  unmute: 'Unmuted',
}

/** The states in which there is nothing to do, and in which alone there is something. */
const after: Partial<Record<ShellAction, IncidentState>> = { resolve: 'resolved' }
const undoes: Partial<Record<ShellAction, IncidentState>> = { reopen: 'resolved', unmute: 'muted' }

type Refusal = Extract<ActionAnswer, { readonly status: 'refused' }>['reason']

const asTheService = 'give --service, --environment and --channel as the service has them'
const nothingKept = `No service with these options has written anything down: ${asTheService}`

const notHere = ({ key, keeper }: Kept): string =>
  `No process with these options has ${key}, which ${keeper} wrote down: ${asTheService}`

const reasons: Readonly<Record<Refusal, (kept: Kept) => string>> = {
  unknown: () =>
    'Nothing can be done with the incidents of these options: a token is needed, and `actions`',
  old: notHere,
  already: ({ key }) => `${key} is in that state already`,
  forbidden: notHere,
  unconfirmed: notHere,
  unreachable: ({ key }) => `No process took the action for ${key}`,
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

function parseDuration(text: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,3})([mhd])$/.exec(text) ?? []
  if (count === undefined)
    throw new TypeError(
      `Expected the duration to be minutes, hours or days as in 30m, 2h or 1d, got ${text}`,
    )
  return Number(count) * (unitMs[unit] ?? 0)
}

interface Resolved {
  readonly options: SlackOptions
  readonly resolved: ActiveOptions
}

type ActiveOptions = ResolvedOptions & {
  readonly target: Exclude<ResolvedOptions['target'], { readonly kind: 'off' | 'preview' }>
}

async function resolve(flags: OptionFlags): Promise<Resolved> {
  const { options } = await readOptions(flags)
  const { target, ...rest } = resolveOptions(options, process.env)
  if (target.kind === 'off' || target.kind === 'preview')
    throw new TypeError(`Nothing is kept of a service that sends nothing: ${target.because}`)
  return { options, resolved: { ...rest, target } }
}

/** Passes an action to the process that leads, as a process of the service does with a click. */
async function pass(
  action: IncidentAction,
  options: SlackOptions,
  resolved: ActiveOptions,
): Promise<ActionAnswer> {
  const sink = createSlackSink(options)
  // The sink keeps no process alive.
  const alive = setInterval(() => undefined, 60_000)
  const fleet = fleetOf(resolved, recipientOf(resolved.target) ?? [])
  try {
    return await actInFleet(action, { ...resolveEnvironment(), path: undefined, fleet })
  } finally {
    await sink.close()
    clearInterval(alive)
  }
}

/** The incidents in the journals of the service, on the server of its fleet or in the folder of this host; `undefined` without a journal. */
async function readKept(resolved: ActiveOptions): Promise<readonly Kept[] | undefined> {
  const { fleet } = resolved
  const texts =
    fleet !== false && fleet.redis !== undefined
      ? await readFromServer(fleet.redis as RedisLinkOptions, fleetOnServer(resolved))
      : readFiles(resolved)
  const found = new Map<string, Kept>()
  const contents = contentsOf(texts)
  if (contents.length === 0) return undefined
  for (const content of contents)
    for (const snapshot of content.incidents.values()) {
      const key = targetKey(journalKey(snapshot.channel, snapshot.fingerprint)).slice(0, 8)
      const known = found.get(key)
      const { pid, host } = content.header
      if (known === undefined || known.snapshot.savedAt < snapshot.savedAt)
        found.set(key, { key, snapshot, keeper: `the process ${pid} on ${host}` })
    }
  return [...found.values()].filter(({ snapshot }) => snapshot.alerts.last !== undefined)
}

function contentsOf(texts: readonly string[]): readonly JournalContent[] {
  const contents = texts.flatMap((text) => readJournal(text) ?? [])
  const unreadable = texts.length - contents.length
  if (unreadable > 0) {
    const text = `${unreadable} of ${texts.length} journals cannot be read: written by another version, or damaged`
    if (contents.length === 0) throw new Error(text)
    process.stderr.write(`slack-logger: ${text}\n`)
  }
  const contained = new Set(contents.flatMap(({ serials }) => serials))
  return contents.filter(({ header }) => !contained.has(header.serial))
}

async function readFromServer(server: RedisLinkOptions, fleet: string): Promise<readonly string[]> {
  const redis = await import('@slack-logger/redis')
  const text = await redis.readJournal(server, fleet)
  return text === '' ? [] : [text]
}

type JournalFolder = Exclude<ReturnType<typeof journalFolderOf>, undefined>

function readFiles(resolved: ActiveOptions): readonly string[] {
  const recipient = recipientOf(resolved.target)
  const folder = journalFolderOf({ ...resolved, recipient }, resolveEnvironment())
  if (folder === undefined)
    throw new TypeError('Nothing is kept: `spoolDir` is false, and there is no server of the fleet')
  const { path, owner, fileSystem } = folder
  for (let looks = 1; ; looks += 1) {
    const names = namesIn(folder).filter(
      (name) => name.startsWith(`${owner}.`) && name.endsWith('.journal'),
    )
    try {
      return names.map((name) => fileSystem.readFileSync(join(path, name), 'utf8'))
    } catch (error) {
      // A process that ends, or takes over, renames or deletes a file meanwhile.
      if (reasonOf(error) !== 'ENOENT' || looks === maxLooks) throw error
    }
  }
}

const maxLooks = 10

function namesIn({ path, fileSystem }: JournalFolder): readonly string[] {
  try {
    return fileSystem.readdirSync(path)
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return []
    throw error
  }
}

function find(all: readonly Kept[], given: string): Kept {
  // An empty variable of a script must not mean the only one.
  if (given.length < 4) throw new Error(`Expected at least 4 characters of a key, got “${given}”`)
  const [found, ...others] = all.filter(({ key }) => key.startsWith(given))
  if (found === undefined)
    throw new Error(`Expected a key of slack-logger incidents --all, got ${given}: ${asTheService}`)
  if (others.length > 0) throw new Error(`Several keys begin with ${given}: give more of it`)
  return found
}

interface Described {
  readonly key: string
  readonly state: string
  readonly count: number
  readonly firstSeen: string
  readonly lastSeen: string
  readonly channel: string
  readonly title: string
  readonly assignee?: string
}

function describe({ key, snapshot }: Kept, resolved: ActiveOptions): Described {
  const { state, count, firstSeen, lastSeen, channel, event, fingerprint, triage } = snapshot
  const locale = resolveLocale(resolved.locale, () => undefined)
  const settings = { ...resolved, locale }
  const { assignee } = triage ?? {}
  return {
    key,
    // Nobody has looked at it since the service ended.
    state: state === 'active' ? leaveState(snapshot, Date.now()).state : state,
    count,
    firstSeen: new Date(firstSeen).toISOString(),
    lastSeen: new Date(lastSeen).toISOString(),
    channel,
    title: event === undefined ? fingerprint : headline(event, settings),
    ...(assignee !== undefined && { assignee: nameOf(assignee, settings) }),
  }
}

function tableOf(listed: readonly Described[]): string {
  if (listed.length === 0) return 'No incident is open.\n'
  const rows = listed.map((each) => [
    each.key,
    each.state,
    each.count.toLocaleString('en'),
    each.lastSeen.slice(0, 16).replace('T', ' '),
    each.channel,
    each.assignee === undefined ? each.title : `${each.title} (${each.assignee})`,
  ])
  const table = [['key', 'state', 'count', 'last seen', 'channel', 'problem'], ...rows]
  const widths = table[0]?.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  )
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        column === 2 ? cell.padStart(widths?.[column] ?? 0) : cell.padEnd(widths?.[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}
