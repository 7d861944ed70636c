// Hands over for a thread that exits, and so has no event loop any more.
const { parentPort, workerData } = require('node:worker_threads')
const { runExitJob } = require('./dist/cjs/index.js')

void runExitJob(workerData, parentPort)
