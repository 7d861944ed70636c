import { createRequire } from 'node:module'
import { cpus, loadavg, release, totalmem } from 'node:os'

const require = createRequire(import.meta.url)
const compared = [
  'pino',
  'winston',
  '@slack/web-api',
  'winston-slack-webhook-transport',
  'pino-slack-transport',
  '@youngkiu/pino-slack-webhook',
  'bunyan-slack',
]

export function describeMachine() {
  return {
    at: new Date().toISOString(),
    node: process.version,
    cpus: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    load: loadavg().map((value) => Number(value.toFixed(1))),
    versions: Object.fromEntries(compared.map((name) => [name, versionOf(name)])),
  }
}

/** Many packages do not export their own `package.json`. */
function versionOf(name) {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return require(`${folder}/${name}/package.json`).version
    } catch {
      continue
    }
  }
  return 'unknown'
}
