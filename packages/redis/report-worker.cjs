// Reports for a thread that exits, and so has no event loop any more.
const { workerData } = require('node:worker_threads')
const { reportOnce } = require('./dist/cjs/index.js')

const { outcome, ...given } = workerData

async function report() {
  Atomics.store(outcome, 0, (await reportOnce(given)) ? 1 : 2)
  Atomics.notify(outcome, 0)
}

void report()
