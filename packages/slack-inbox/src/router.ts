import { textReply } from './answer.ts'
import type { Answer, Call } from './answer.ts'
import { answerControl } from './control.ts'
import { answerWebhook } from './incoming-webhook.ts'
import { answerPageApi } from './page-api/answer-page-api.ts'
import { answerPage } from './page-api/page-files.ts'
import type { Slack } from './slack.ts'
import { answerUpload } from './upload.ts'
import { answerWebApi } from './web-api.ts'

/** Answers any call to the inbox. */
export async function answerCall(slack: Slack, call: Call): Promise<Answer> {
  if (call.path.startsWith('/api/')) return answerWebApi(slack, call.path.slice(5), call)
  if (call.path.startsWith('/services/')) return answerWebhook(slack, call)
  if (call.path.startsWith('/upload/')) return answerUpload(slack, call)
  if (call.path.startsWith('/_inbox/page/')) return answerPageApi(slack, call)
  if (call.path.startsWith('/_inbox/')) return answerControl(slack, call)
  if (call.httpMethod === 'GET') return answerPage(call.path)
  return textReply('not found', 404)
}
