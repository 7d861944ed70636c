import { join } from 'node:path'
import type { PackedProject } from './packed-project.ts'

/** What a program in TypeScript uses of each package. */
export const program = `import { createSlackSink, type SlackOptions } from '@slack-logger/core'
import { slackActions } from '@slack-logger/core/actions'
import { discordDestination, type DiscordOptions } from '@slack-logger/discord'
import { pinoMixin } from '@slack-logger/exception-handler'
import { createSlackStream } from '@slack-logger/pino-slack'
import { startInbox, type InboxMessage } from '@slack-logger/slack-inbox'
import { SlackTransport } from '@slack-logger/winston-slack'
import pino from 'pino'
import winston from 'winston'
export const options: SlackOptions = { level: 'error', repeat: { policy: 'window', limit: 3 } }
// With \`exactOptionalPropertyTypes\`, an option that may be undefined has to say so.
export const fromVariables: SlackOptions = { token: process.env['SLACK_BOT_TOKEN'], channel: process.env['SLACK_CHANNEL'] }
// @ts-expect-error -- a level is a label or a number
export const wrong: SlackOptions = { level: true }
const discord: DiscordOptions = { webhookUrl: process.env['DISCORD_WEBHOOK_URL'], forum: { tags: {} } }
export const made = [createSlackSink(options), createSlackSink({ destination: discordDestination(discord) })]
export const logger = pino({ mixin: pinoMixin() }, createSlackStream({ ...options, service: process.env['SERVICE'] }))
export const other = winston.createLogger({ transports: [new SlackTransport({ level: process.env['LEVEL'], release: process.env['RELEASE'] })] })
export const actions = () => slackActions({ signingSecret: process.env['SLACK_SIGNING_SECRET'] })
export const read = async (): Promise<readonly InboxMessage[]> => (await startInbox({ publicUrl: process.env['URL'] })).messages()
`

const strictest =
  '--noEmit --strict --exactOptionalPropertyTypes --skipLibCheck false --target es2022 --types node --esModuleInterop'

/** Compiles files of a project. @returns what the compiler complains about */
export function compile(
  project: PackedProject,
  { compiler = 'typescript', files, flags }: CompileOptions,
): string {
  const tsc = join(project.path, 'node_modules', compiler, 'bin/tsc')
  const parameters = [...files, ...strictest.split(' '), ...flags.split(' ')]
  return project.outputOf(process.execPath, [tsc, ...parameters])
}

interface CompileOptions {
  /** The package that the compiler is installed as. */
  readonly compiler?: string
  readonly files: readonly string[]
  readonly flags: string
}
