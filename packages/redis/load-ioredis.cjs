// ioredis takes 100 ms of CPU to load, and only a process that has something to report needs it.
exports.loadIoredis = () => require('ioredis')

exports.exitWorker = () => require.resolve('./exit-worker.cjs')
