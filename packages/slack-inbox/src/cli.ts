#!/usr/bin/env node
import { help, readCommandLine } from './cli-options.ts'
import type { CommandLine } from './cli-options.ts'
import { startInbox } from './inbox.ts'
import type { Inbox } from './inbox.ts'
import { openInBrowser } from './open-in-browser.ts'
import type { InboxOptions } from './options.ts'

async function main(): Promise<void> {
  const line = readCommandLine(process.argv.slice(2))
  if (line.kind === 'help') process.stdout.write(help)
  else if (line.kind === 'wrong') giveUp(line.reason)
  else await start(line)
}

async function start({
  options,
  isOpened,
}: Extract<CommandLine, { kind: 'start' }>): Promise<void> {
  try {
    const inbox = await startInbox(options)
    process.stdout.write(greeting(inbox, options))
    if (isOpened)
      openInBrowser(pageAddress(inbox, options), () => {
        process.stderr.write('slack-inbox: no browser could be opened here\n')
      })
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
  const token = accessToken === undefined ? `any, for example ${inbox.token}` : 'the one you gave'
  return [
    'A local Slack is running.',
    '',
    `  API       ${inbox.apiUrl}`,
    `  Token     ${token}`,
    `  Webhook   ${inbox.webhookUrl}`,
    `  Page      ${pageAddress(inbox, options)}`,
    `  Channels  ${channels.join(' ')}`,
    '',
    'Ctrl-C ends it.',
    '',
  ].join('\n')
}

function pageAddress({ pageUrl }: Inbox, { accessToken }: InboxOptions): string {
  return accessToken === undefined ? pageUrl : `${pageUrl}?token=${encodeURIComponent(accessToken)}`
}

function giveUp(reason: string): void {
  process.stderr.write(`slack-inbox: ${reason}\nslack-inbox --help tells the options.\n`)
  process.exitCode = 1
}

void main()
