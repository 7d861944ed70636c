import { parseArgs } from 'node:util'
import type { InboxOptions } from './options.ts'
import { defaultChannels } from './workspace/workspace.ts'

export const help = `Usage: slack-inbox [options]

A strict Slack on this machine: point SLACK_API_URL or a webhook at it and see what would be posted.

  --open              open the page in the browser
  --port NUMBER       the port (3333; 0 for any free one)
  --channel NAME      an additional channel; may be given several times
  --create-channels   create channels when something is posted to them
  --keep FILE         keep the messages in a file for the next start
  --discord           have a Discord, too
  --no-rate-limit     accept any number of messages
  --request-url URL   where buttons and menus send their payloads; needs --signing-secret
  --signing-secret S  the secret that signs these payloads
  --host ADDRESS      the address to listen on (127.0.0.1)
  --allow-remote      allow other machines; needs --token
  --token TOKEN       the token they need: at least 16 characters
  --public-url URL    the address at which they reach the inbox
  --help              this text
`

/** The parsed command line, or an error message. */
export type CommandLine =
  | { readonly kind: 'start'; readonly options: InboxOptions; readonly opensPage: boolean }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly reason: string }

export function readCommandLine(argv: readonly string[]): CommandLine {
  try {
    const { values } = parseArgs({ args: [...argv], options: flags })
    if (values.help === true) return { kind: 'help' }
    if (!/^\d{1,5}$/.test(values.port))
      return { kind: 'invalid', reason: `Expected --port to be a number, got ${values.port}` }
    const { 'request-url': requestUrl, 'signing-secret': signingSecret } = values
    if ((requestUrl === undefined) !== (signingSecret === undefined))
      return { kind: 'invalid', reason: 'Expected --request-url and --signing-secret together' }
    const more = (values.channel ?? []).map((name) => ({ name }))
    const options: InboxOptions = {
      port: Number(values.port),
      channels: [...defaultChannels, ...more],
      rateLimit: values['no-rate-limit'] !== true,
      createChannels: values['create-channels'] === true,
      allowRemote: values['allow-remote'] === true,
      ...(values.discord === true && { discord: true }),
      ...given('host', values.host),
      ...given('accessToken', values.token),
      ...given('keepFile', values.keep),
      ...given('publicUrl', values['public-url']),
      ...(requestUrl === undefined || signingSecret === undefined
        ? {}
        : { interactivity: { requestUrl, signingSecret } }),
    }
    return { kind: 'start', options, opensPage: values.open === true }
  } catch (error) {
    return { kind: 'invalid', reason: error instanceof Error ? error.message : String(error) }
  }
}

const flags = {
  open: { type: 'boolean' },
  port: { type: 'string', default: '3333' },
  host: { type: 'string' },
  channel: { type: 'string', multiple: true },
  keep: { type: 'string' },
  token: { type: 'string' },
  'public-url': { type: 'string' },
  'request-url': { type: 'string' },
  'signing-secret': { type: 'string' },
  'allow-remote': { type: 'boolean' },
  'create-channels': { type: 'boolean' },
  discord: { type: 'boolean' },
  'no-rate-limit': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

function given(name: keyof InboxOptions, value: string | undefined): InboxOptions {
  return value === undefined ? {} : { [name]: value }
}
