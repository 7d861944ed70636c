import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
for (const name of ['core', 'pino-slack', 'winston-slack', 'slack-inbox']) {
  const required = require(`@slack-logger/${name}`)
  const imported = await import(`@slack-logger/${name}`)
  const isOne = Object.keys(required).every((key) => imported[key] === required[key])
  console.log(`${name}: ${isOne ? 'one' : 'two'}`)
}
