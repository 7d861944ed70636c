import cluster from 'node:cluster'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * Runs eight workers as PM2 does in cluster mode, and replaces each by one of the next release: `pm2 reload`. This process has no logger.
 * Prints how many errors were logged.
 */
const size = 8
let logged = 0
cluster.setupPrimary({ exec: fileURLToPath(new URL('cluster-worker.mjs', import.meta.url)) })

async function start(RELEASE) {
  const worker = cluster.fork({ RELEASE })
  worker.on('message', (message) => (logged += message.logged ?? 0))
  await once(worker, 'message')
  return worker
}

const workers = await Promise.all(Array.from({ length: size }, () => start('1.0.0')))
for (let index = 0; index < size; index += 1) {
  const old = workers[index]
  workers[index] = await start('1.1.0')
  old.process.kill('SIGINT')
  await once(old, 'exit')
}
for (const worker of workers) {
  worker.process.kill('SIGINT')
  await once(worker, 'exit')
}
console.log(logged)
