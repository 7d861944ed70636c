import { Calls } from './calls.ts'
import { clock } from './exit-worker.ts'
import { createSource } from './source.ts'
import { isFailed, Store } from './store.ts'
import { Time } from './time.ts'
import { prefixOf, type RedisLinkOptions } from './redis-link.ts'

/**
 * Reads what the leader of a fleet keeps on the server, for the command line: its format changes without notice.
 *
 * @throws if the server does not answer
 */
export async function readJournal(options: RedisLinkOptions, fleet: string): Promise<string> {
  const time = new Time(clock)
  const calls = new Calls({ source: createSource(options.redis), time, random: Math.random })
  const given = { prefix: prefixOf(options, fleet), member: '', name: '' }
  const answer = await new Store({ calls, blocking: undefined, time, ...given }).journal()
  calls.close()
  if (isFailed(answer)) throw new Error(`The journal cannot be read: ${answer.failed}`)
  return answer.text ?? ''
}
