/** @internal */
export { runExitJob } from './exit-worker.ts'
export { readJournal } from './read-journal.ts'
export { createRedisLink, type RedisLinkOptions } from './redis-link.ts'
export type { IoredisClient, NodeRedisClient } from './source.ts'
