import type { Answer } from './answer.ts'
import type { Slack } from './slack.ts'

/** As many messages as the page gets at first; older ones are in `/_inbox/messages`. */
const maxSnapshot = 2000

/** Server-sent events: first what there is, then every change. */
export function followMessages(slack: Slack): Answer {
  return {
    kind: 'events',
    open(send) {
      const channels = slack.workspace.channels.map(({ id, name }) => ({ id, name }))
      const messages = [...slack.store.all()].slice(-maxSnapshot)
      const { forgotten } = slack.store
      send(JSON.stringify({ kind: 'snapshot', channels, messages, forgotten }))
      return slack.store.subscribe((event) => {
        send(JSON.stringify(event))
      })
    },
  }
}
