/** @internal */
export { reportOnce } from './exit-report.ts'
export { readJournal } from './read-journal.ts'
export { createRedisLink, type RedisLinkOptions } from './redis-link.ts'
export type { IoredisClient, NodeRedisClient } from './source.ts'
