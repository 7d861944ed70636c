import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pino from 'pino'

const pathOf = (name) => fileURLToPath(new URL(`../support/${name}-transport.mjs`, import.meta.url))
const targets = [{ target: pathOf('early') }, { target: pathOf('slow') }]
const { USED } = process.env
const transport = pino.transport(
  USED === 'second' ? { targets } : { target: '@slack-logger/pino-slack' },
)
if (USED === 'later' || USED === 'never') await once(transport, 'ready')
const stream = USED === 'multistream' ? pino.multistream([{ stream: transport }]) : transport
if (USED !== 'never') pino({ errorKey: 'problem' }, stream).error(new Error('no stock'))
