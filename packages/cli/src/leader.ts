import { createSlackSink } from '@slack-logger/core'
import { resolveOptions } from '@slack-logger/core/tooling'
import { type OptionFlags, readOptions } from './options.ts'

/** Between two looks at whether Redis answers, in milliseconds. */
const watchMs = 1000

/** Leads the fleet of a service over Redis, until SIGTERM or SIGINT. */
export async function lead(flags: OptionFlags): Promise<void> {
  const { options: given } = await readOptions(flags)
  const fleet = typeof given.fleet === 'object' ? given.fleet : {}
  const options = { ...given, fleet: { ...fleet, role: 'leader' as const } }
  const { target, givenService: service, environment } = resolveOptions(options, process.env)
  if (fleet.redis === undefined)
    throw new TypeError(
      'Expected --redis (or REDIS_URL) to be the server that the services report to',
    )
  // By any other name it would wait forever for reports.
  if (service === undefined)
    throw new TypeError('Expected --service (or OTEL_SERVICE_NAME) to be the name of the service')
  if (target.kind === 'off' || target.kind === 'preview')
    throw new TypeError(`Nothing can be sent: ${target.because}`)

  const sink = createSlackSink(options)
  let reason: string | undefined
  // It keeps the process alive, which the sink does not.
  const watch = setInterval(() => {
    const before = reason
    reason = sink.health().fleet?.reason
    if (reason !== undefined && reason !== before)
      process.stderr.write(`slack-logger: Redis fails: ${reason}\n`)
  }, watchMs)
  process.on('SIGUSR2', () => process.stdout.write(`${JSON.stringify(sink.health())}\n`))
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void sink.close().finally(() => clearInterval(watch)))

  const names =
    environment === undefined ? `${service}, no environment` : `${service}, ${environment}`
  const to = target.kind === 'webhook' ? 'a webhook' : target.channel
  process.stdout.write(`Leading ${names}: from ${withoutSecrets(fleet.redis)} to ${to}\n`)
}

function withoutSecrets(redis: string | object): string {
  // A file of `--config` may pass a client.
  if (typeof redis === 'object') return 'Redis'
  const { protocol, host, pathname } = new URL(redis)
  return `${protocol}//${host}${pathname}`
}
