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

export function aggregateProblems(add) {
  add('aggregates: replicas', () =>
    Promise.any([askReplica(globalThis.id(51)), askReplica(globalThis.id(52))]),
  )
  add('aggregates: both', () => {
    const asked = [askReplica(globalThis.id(53)), askMirror(globalThis.id(54))]
    return Promise.any(globalThis.id(55) % 2 === 0 ? asked : asked.toReversed())
  })
  add('aggregates: mirrors', () => Promise.any([askMirror(globalThis.id(56))]))
}
