import type { SharedPace } from '@slack-logger/core'
import type { Calls } from './calls.ts'
import { permitScript } from './scripts.ts'

/** Edits of one app in all channels: a burst, and the time between two, in milliseconds. */
const edits = { burst: 10, everyMs: 1500 }
/** The deadline of a call, in milliseconds. */
const timeoutMs = 250

/**
 * The pace that all services with one app share, as what is allowed is counted by the app and the channel.
 *
 * @param prefix what the names of the keys begin with; contains the app's hash tag
 * @param isCutOff whether the server did not answer last: then an alert does not wait for another answer
 */
export function createSharedPace(
  calls: Calls,
  prefix: string,
  isCutOff: () => boolean,
): SharedPace {
  const holdKey = (channel: string): string => `${prefix}hold:${channel}`
  return {
    async waitMs({ kind, channel, pace }) {
      if (isCutOff()) return 0
      const key = kind === 'edit' ? `${prefix}edits` : `${prefix}posts:${channel}`
      const { burst, everyMs } = kind === 'edit' ? edits : pace
      const answer = await calls.run(permitScript, [key, holdKey(channel)], {
        args: [burst, everyMs].map(String),
        timeoutMs,
      })
      return answer.status === 'answered' ? Number(answer.value) : 0
    },
    hold(channel, forMs) {
      const key = holdKey(channel)
      void calls.call(key, ['SET', key, '1', 'PX', String(Math.ceil(forMs))], timeoutMs)
    },
  }
}
