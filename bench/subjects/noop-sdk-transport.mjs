import build from 'pino-abstract-transport'

/** Loads Slack's SDK, parses every line and drops it. */
export default async () => {
  await import('@slack/web-api')
  return build((source) => void source.on('data', () => undefined))
}
