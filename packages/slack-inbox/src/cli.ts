#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { type CommandLine, help, readCommandLine } from './cli-options.ts'
import { type Inbox, startInbox } from './inbox.ts'
import type { InboxOptions } from './options.ts'

async function main(): Promise<void> {
  const line = readCommandLine(process.argv.slice(2))
  if (line.kind === 'help') process.stdout.write(help)
  else if (line.kind === 'invalid') reportFailure(line.reason)
  else await start(line)
}

async function start({
  options,
  opensPage,
}: Extract<CommandLine, { kind: 'start' }>): Promise<void> {
  try {
    const inbox = await startInbox(options)
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        void inbox.close().then(() => process.exit(0))
      })
    process.stdout.write(greeting(inbox, options))
    if (opensPage)
      openInBrowser(pageAddress(inbox, options), () => {
        process.stderr.write('slack-inbox: no browser could be opened\n')
      })
  } catch (error) {
    const { code, message = String(error) } = error as Partial<NodeJS.ErrnoException>
    reportFailure(
      code === 'EADDRINUSE'
        ? `the port ${options.port} is in use, perhaps by another inbox; --port takes another one`
        : message,
    )
  }
}

function greeting(inbox: Inbox, options: InboxOptions): string {
  const channels = (options.channels ?? []).map(({ name }) => `#${name.replace(/^#/, '')}`)
  const { accessToken } = options
  const token = accessToken === undefined ? `any, for example ${inbox.token}` : 'the one you gave'
  const variables = `SLACK_API_URL=${inbox.apiUrl} SLACK_BOT_TOKEN=${inbox.token} SLACK_CHANNEL='#alerts'`
  return [
    'A local Slack is running.',
    '',
    `  API       ${inbox.apiUrl}`,
    `  Token     ${token}`,
    `  App token ${accessToken === undefined ? `any, for example ${inbox.appToken}` : inbox.appToken}`,
    `  Webhook   ${inbox.webhookUrl}`,
    ...(options.discord === true ? discordLines(inbox) : []),
    `  Page      ${pageAddress(inbox, options)}`,
    `  Channels  ${channels.join(' ')}`,
    '',
    'Start a service with it, or its tests with Jest or Vitest:',
    '',
    `  ${variables} node app.js`,
    `  ${variables} npm test`,
    '',
    'Press Ctrl-C to stop it.',
    '',
  ].join('\n')
}

function discordLines({ discord }: Inbox): readonly string[] {
  return [
    `  Discord   ${discord.webhookUrl}`,
    `  Forum     ${discord.forumWebhookUrl}`,
    `  Bot       ${discord.botToken} at ${discord.apiUrl}, channel ${discord.channel}`,
  ]
}

function pageAddress({ pageUrl }: Inbox, { accessToken }: InboxOptions): string {
  return accessToken === undefined ? pageUrl : `${pageUrl}?token=${encodeURIComponent(accessToken)}`
}

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  // Unlike `start`, it needs no escaping of `&`.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

function openInBrowser(url: string, onFailure: () => void): void {
  const [program, ...first] = openers[process.platform] ?? ['xdg-open']
  const child = spawn(program, [...first, url], { stdio: 'ignore', detached: true })
  child.once('error', onFailure)
  child.once('exit', (code) => {
    if (code !== 0) onFailure()
  })
  child.unref()
}

function reportFailure(reason: string): void {
  process.stderr.write(`slack-inbox: ${reason}\nRun slack-inbox --help for the options.\n`)
  process.exitCode = 1
}

void main()
