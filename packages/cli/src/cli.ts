import { Command } from 'commander'
import type { DoctorFlags } from './doctor/doctor.ts'
import type { ListFlags, ShellAction } from './incidents.ts'
import type { OptionFlags } from './options.ts'
import type { ReplayFlags } from './replay/replay.ts'

/** Runs the command of a command line; a failure is one line on stderr and exit code 1. */
export async function runCommandLine(argv: readonly string[], version: string): Promise<void> {
  // Nobody reads any longer, as with `head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') fail(error)
  })
  try {
    await program(version).parseAsync([...argv])
  } catch (error) {
    fail(error)
    await exit()
  }
}

const furtherHelp = `
SLACK_BOT_TOKEN and SLACK_CHANNEL, or SLACK_WEBHOOK_URL, are the destination.
Documentation: https://github.com/slack-logger/slack-logger/blob/main/docs/cli.md`

function fail(error: unknown): void {
  process.stderr.write(`slack-logger: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode ??= 1
}

/** Ends the process after what it has printed: a connection that does not answer, as that of a proxy, would keep it. */
async function exit(): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>((resolve) => {
      stream.write('', () => resolve())
    })
  process.exit()
}

/** These go on after their action, until a signal. */
const lasting: readonly string[] = ['leader', 'inbox']

function program(version: string): Command {
  const all = new Command('slack-logger')
    .description('One clear, live Slack message per incident, from the shell.')
    .version(version)
    .enablePositionalOptions()
    .showHelpAfterError('Run slack-logger --help for the commands.')
    .addHelpText('afterAll', furtherHelp)
    .hook('postAction', async (_, command) => {
      if (!lasting.includes(command.name())) await exit()
    })
  withOptions(all.command('leader'))
    .description('Send what the processes of a service report over Redis, until SIGTERM.')
    .action(async (flags: OptionFlags) => (await import('./leader.ts')).lead(flags))
  withOptions(all.command('doctor'))
    .description(
      'Check all that messages need: options, token, scopes, channels, network, disk, Redis.',
    )
    .option('--send', 'post a message, edit it, reply to it, and delete both')
    .option('--json', 'print the checks as JSON')
    .action(async (flags: DoctorFlags) => (await import('./doctor/doctor.ts')).examine(flags))
  withOptions(all.command('pipe'))
    .description(
      'Pass stdin on to stdout, and alert about the errors in it: node app | slack-logger pipe',
    )
    .action(async (flags: OptionFlags) => (await import('./pipe.ts')).pipe(flags))
  withOptions(all.command('run'))
    .description(
      'Run a program, and alert about the errors that it prints and how it ends: slack-logger run -- node app',
    )
    .argument('<program...>', 'the program with its arguments')
    .passThroughOptions()
    .action(async (given: readonly string[], flags: OptionFlags) =>
      (await import('./run.ts')).run(given, flags),
    )
  withOptions(all.command('explain'))
    .description(
      'Explain what happens to a record on stdin: its level, grouping, route and message.',
    )
    .action(async (flags: OptionFlags) => (await import('./explain.ts')).explain(flags))
  withOptions(all.command('replay'))
    .description('Show which alerts the records of a log file would have made, and send nothing.')
    .argument('<file>', 'lines of JSON, logfmt, or plain text with errors')
    .option('--since <time>', 'leave out what was logged before, as in 2026-11-29T08:00Z')
    .option('--json', 'print the alerts as JSON')
    .action(async (file: string, flags: ReplayFlags) =>
      (await import('./replay/replay.ts')).replay(file, flags),
    )
  addIncidents(all)
  all
    .command('inbox')
    .description('Start the inbox, a local Slack for development and tests, where it is installed.')
    .argument('[options...]', 'those of slack-inbox')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (given: readonly string[]) => (await import('./inbox.ts')).startInbox(given))
  return all
}

const shellActions: Readonly<Record<ShellAction, string>> = {
  resolve: 'Mark an incident as resolved.',
  reopen: 'Open a resolved incident again.',
  mute: 'Mute an incident for a duration, as in 2h, or until it is unmuted.',
  unmute: 'Unmute an incident, so that it notifies again.',
}

function addIncidents(all: Command): void {
  const incidents = all
    .command('incidents')
    .description(
      'List the open incidents of a service, which is the default, resolve or mute them.',
    )
  withOptions(incidents.command('list', { isDefault: true }))
    .description('List the active and muted incidents.')
    .option('--all', 'also those that are quiet or resolved')
    .option('--json', 'print the list as JSON')
    .action(async (flags: ListFlags) => (await import('./incidents.ts')).list(flags))
  for (const [kind, description] of Object.entries(shellActions) as [ShellAction, string][]) {
    const command = withOptions(incidents.command(kind))
      .description(description)
      .argument('<key>', 'a key of the list, or its first four characters at least')
    if (kind === 'mute') command.argument('[duration]', '30m, 2h or 1d')
    command.action(async (key: string, ...given: readonly unknown[]) => {
      const [duration, flags] = (kind === 'mute' ? given : [undefined, ...given]) as [
        string | undefined,
        OptionFlags,
      ]
      await (await import('./incidents.ts')).act(kind, { key, duration }, flags)
    })
  }
}

/** The options of the transports that are worth a flag; `--config` has all of them. */
function withOptions(command: Command): Command {
  return command
    .showHelpAfterError(`Run ${pathOf(command)} --help for the options.`)
    .option('--env-file <file>', 'a file with variables, as .env')
    .option('--config <file>', 'a module whose default export has the options, or a JSON file')
    .option('--service <name>', 'the name of the service (OTEL_SERVICE_NAME)')
    .option('--environment <name>', 'its environment (NODE_ENV)')
    .option('--channel <channel>', 'where messages go with SLACK_BOT_TOKEN (SLACK_CHANNEL)')
    .option(
      '--redis <address>',
      'the server of the fleet; in REDIS_URL, others cannot see its password',
    )
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
}
