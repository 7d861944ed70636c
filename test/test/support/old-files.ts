import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { explainFingerprint } from '@slack-logger/core'
import type { Inbox, InboxMessage } from '@slack-logger/slack-inbox'

/** What version 0.1 of the service `shop` left in its folder. */
export interface OldFiles {
  readonly inbox: Pick<Inbox, 'apiUrl'>
  readonly folder: string
  /** Unsent alerts of a process that died. */
  readonly unsent?: readonly string[]
  /** A problem that had alerted, and its message. */
  readonly known?: { readonly problem: string; readonly root: InboxMessage }
}

/** Writes a spool and a state file as version 0.1 did. */
export function writeOldFiles({ inbox, folder, unsent = [], known }: OldFiles): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const owner = shortHash(JSON.stringify(['shop', inbox.apiUrl, '#alerts', 'xoxb-test']))
  const at = Date.now() - 60_000
  const header = { slackLoggerSpool: 1, pid: 4_000_000, host: 'vm', startedAt: at - 60_000 }
  const entries = unsent.map((message, index) => ({
    id: index + 1,
    at,
    fingerprint: explainFingerprint({ message }).fingerprint,
    priority: 'new',
    channel: '#alerts',
    event: { level: 'error', severity: 50, time: at, message, fields: {} },
  }))
  const lines = [header, ...entries].map((line) => JSON.stringify(line))
  write(join(folder, `${owner}.free.31a973ed-041f.ndjson`), `${lines.join('\n')}\n`)
  const incidents = known === undefined ? [] : [stateOf(known.problem, known.root, at)]
  const state = JSON.stringify({ version: 1, incidents })
  write(join(folder, `${owner}.free.c1a92071-d388.state.json`), state)
}

function stateOf(message: string, { channel, ts }: InboxMessage, at: number): unknown {
  return {
    fingerprint: explainFingerprint({ message }).fingerprint,
    channel: '#alerts',
    state: 'active',
    count: 7,
    firstSeen: at,
    lastSeen: at,
    activeSince: at,
    perMinute: [7],
    savedAt: at,
    isFatal: false,
    hosts: ['vm'],
    releases: [],
    alerts: {
      last: { reason: 'new', at, count: 1, previousCount: 0 },
      nextMilestone: 10,
      remindFrom: at,
      reminders: 0,
      spikedAt: 0,
      isFatalNotified: false,
      summedUpCount: 0,
      inWindow: 1,
    },
    event: { level: 'error', severity: 50, time: at, message, fields: {} },
    root: { channel, ts, unshown: 0 },
  }
}

function write(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 })
}

function shortHash(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 16)
}
