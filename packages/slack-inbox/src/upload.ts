import { textReply } from './answer.ts'
import type { Answer, Call } from './answer.ts'
import { exchange } from './exchange.ts'
import type { StoredFile } from './file-store.ts'
import { readMultipart } from './read-arguments.ts'
import type { Slack } from './slack.ts'

/** Where a file is uploaded to. */
export function uploadPath(file: StoredFile): string {
  return `/upload/v1/${file.id}/${file.uploadKey}`
}

/** Takes the bytes of a file: as they are, or as the one part of a multipart form. */
export async function answerUpload(slack: Slack, call: Call): Promise<Answer> {
  const [, , , id = '', key] = call.path.split('/')
  const file = slack.files.find(id)
  const content = await contentOf(call)
  const asked = { method: 'upload', arguments: { file: id }, call, channel: undefined }
  return exchange(slack, asked, () => {
    const error = uploadError(file, key, content)
    if (error !== undefined) return { reply: textReply(error, 400), error }
    if (file !== undefined) file.content = content
    return { reply: textReply(`OK - ${content?.length ?? 0}`), error: undefined }
  })
}

function uploadError(
  file: StoredFile | undefined,
  key: string | undefined,
  content: Uint8Array | undefined,
): string | undefined {
  if (file === undefined || file.uploadKey !== key) return 'file_not_found'
  if (content === undefined) return 'invalid_form_data'
  return content.length === file.length ? undefined : 'length_mismatch'
}

async function contentOf(call: Call): Promise<Uint8Array | undefined> {
  if (!(call.headers['content-type'] ?? '').startsWith('multipart/form-data')) return call.body
  const form = await readMultipart(call)
  for (const part of form?.values() ?? [])
    if (typeof part !== 'string') return new Uint8Array(await part.arrayBuffer())
  return undefined
}
