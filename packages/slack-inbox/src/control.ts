import { jsonReply, textReply } from './answer.ts'
import type { Answer, Call } from './answer.ts'
import type { Json } from './json.ts'
import type { Slack } from './slack.ts'

/** Answers `/_inbox/`: what tests in process get from `Inbox`, for everybody else. */
export function answerControl(slack: Slack, call: Call): Answer {
  const asked = `${call.httpMethod} ${call.path.slice('/_inbox'.length)}`
  switch (asked) {
    case 'GET /messages':
      return jsonReply({ messages: toJson([...slack.store.all()]) })
    case 'GET /requests':
      return jsonReply({ requests: toJson(slack.log.latest) })
    case 'POST /clear':
      slack.store.clear()
      slack.log.clear()
      return jsonReply({ ok: true })
    case 'GET /events':
      return { kind: 'events', open: (send) => follow(slack, send) }
    default:
      return textReply('not found', 404)
  }
}

/** First a snapshot, then every change. */
function follow(slack: Slack, send: (event: string) => void): () => void {
  const channels = slack.workspace.channels.map(({ id, name }) => ({ id, name }))
  send(JSON.stringify({ kind: 'snapshot', channels, messages: [...slack.store.all()] }))
  return slack.store.subscribe((event) => {
    send(JSON.stringify(event))
  })
}

function toJson(value: unknown): Json {
  const json: Json = JSON.parse(JSON.stringify(value))
  return json
}
