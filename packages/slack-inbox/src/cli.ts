#!/usr/bin/env node
import { help, readCommandLine } from './cli-options.ts'
import { startInbox } from './inbox.ts'
import type { Inbox } from './inbox.ts'
import type { InboxOptions } from './options.ts'

async function main(): Promise<void> {
  const line = readCommandLine(process.argv.slice(2))
  if (line.kind === 'help') process.stdout.write(help)
  else if (line.kind === 'wrong') giveUp(line.reason)
  else await start(line.options)
}

async function start(options: InboxOptions): Promise<void> {
  try {
    const inbox = await startInbox(options)
    process.stdout.write(greeting(inbox, options))
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        void inbox.close().then(() => process.exit(0))
      })
  } catch (error) {
    giveUp(error instanceof Error ? error.message : String(error))
  }
}

function greeting(inbox: Inbox, options: InboxOptions): string {
  const channels = (options.channels ?? []).map(({ name }) => `#${name.replace(/^#/, '')}`)
  const { accessToken } = options
  const page =
    accessToken === undefined
      ? inbox.pageUrl
      : `${inbox.pageUrl}?token=${encodeURIComponent(accessToken)}`
  const token = accessToken === undefined ? `any, for example ${inbox.token}` : 'the one you gave'
  return [
    'A local Slack is running.',
    '',
    `  API       ${inbox.apiUrl}`,
    `  Token     ${token}`,
    `  Webhook   ${inbox.webhookUrl}`,
    `  Page      ${page}`,
    `  Channels  ${channels.join(' ')}`,
    '',
    'Ctrl-C ends it.',
    '',
  ].join('\n')
}

function giveUp(reason: string): void {
  process.stderr.write(`slack-inbox: ${reason}\nslack-inbox --help tells the options.\n`)
  process.exitCode = 1
}

void main()
