class ReplicaError extends Error {
  name = 'ReplicaError'
}
async function askReplica(number) {
  await Promise.resolve()
  throw new ReplicaError(`replica ${number} is behind`)
}
async function askMirror(number) {
  await Promise.resolve()
  throw new RangeError(`mirror ${number} is unknown`)
}
async function readAny(ask, number) {
  return Promise.any([ask(number), ask(number + 1)])
}
async function readAll(ask, number) {
  return Promise.all([ask(number), ask(number + 1)])
}
readAny(askReplica, id(1)).catch((error) => report('any', 'async', error))
readAny(askMirror, id(2)).catch((error) => report('any', 'async', error))
readAll(askReplica, id(3)).catch((error) => report('replica', 'all', error))
readAll(askReplica, id(4)).catch((error) => report('replica', 'all again', error))
