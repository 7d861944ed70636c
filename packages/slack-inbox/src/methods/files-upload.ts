import { number, optionalText, text } from '../argument.ts'
import { attachedFile, maxSnippetBytes } from '../file-store.ts'
import type { StoredFile } from '../file-store.ts'
import { isObject, parseJson } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import { post } from '../posting.ts'
import type { Posting } from '../posting.ts'
import { refuse, refuseBecause } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'
import { uploadPath } from '../upload.ts'
import { blockIssues } from '../validate/message-blocks.ts'
import { countCharacters, issueText } from '../validate/issue.ts'
import type { Channel } from '../workspace.ts'
import { author, knownChannel, thread } from './access.ts'
import { tier } from './method.ts'
import type { Method, MethodCall } from './method.ts'
import { snippetTypes } from './snippet-types.ts'

const maxAltText = 1000
const maxChannels = 100

/** Announces a file and tells where to upload it. */
export const filesGetUploadUrlExternal: Method = {
  name: 'files.getUploadURLExternal',
  arguments: { alt_txt: 'text', filename: 'text', length: 'number', snippet_type: 'text' },
  required: ['filename', 'length'],
  scopes: ['files:write'],
  callsPerMinute: tier.four,
  takesJson: false,
  isWriting: true,
  run({ slack, arguments: args }) {
    const length = number(args, 'length') ?? 0
    const refusal =
      lengthRefusal(length) ?? snippetRefusal(optionalText(args, 'snippet_type'), length)
    if (refusal !== undefined) return refusal
    if (countCharacters(text(args, 'alt_txt')) > maxAltText) return refuse('alt_txt_too_large')
    const file = slack.files.add(text(args, 'filename'), length, slack.clock.now())
    if (file === undefined) return refuse('file_upload_size_restricted')
    return { ok: true, file_id: file.id, upload_url: `${slack.origin()}${uploadPath(file)}` }
  },
}

function lengthRefusal(length: number): Refusal | undefined {
  if (length === 0) return refuse('missing_argument')
  return Number.isInteger(length) && length > 0
    ? undefined
    : refuseBecause('invalid_arguments', ['must be greater than 0 [json-pointer:/length]'])
}

function snippetRefusal(type: string | undefined, length: number): Refusal | undefined {
  if (type === undefined) return undefined
  if (!snippetTypes.has(type)) return refuse('unknown_snippet_type')
  return length > maxSnippetBytes ? refuse('snippet_too_large') : undefined
}

/** Shares files that were uploaded. */
export const filesCompleteUploadExternal: Method = {
  name: 'files.completeUploadExternal',
  arguments: {
    blocks: 'json',
    channel_id: 'text',
    channels: 'text',
    files: 'json',
    icon_emoji: 'text',
    icon_url: 'text',
    initial_comment: 'text',
    thread_ts: 'text',
    username: 'text',
  },
  required: ['files'],
  scopes: ['files:write'],
  callsPerMinute: tier.four,
  takesJson: true,
  isWriting: true,
  run(call) {
    const { identity, arguments: args } = call
    const uploaded = uploadedFiles(call)
    if (!uploaded.ok) return uploaded
    const channels = shareChannels(call)
    if (!channels.ok) return channels
    const signed = author(args, identity)
    if (!signed.ok) return signed
    const comment = readComment(args)
    if (!comment.ok) return comment
    const sharing = { ...comment.content, author: signed.author }
    const refused = share(call, { ...uploaded, channels: channels.channels, sharing })
    if (refused !== undefined) return refused
    const files = uploaded.files.map(({ file, title }) => {
      file.title = title ?? file.title
      file.isComplete = true
      return { id: file.id, title: file.title }
    })
    return { ok: true, files }
  },
}

interface Uploaded {
  readonly ok: true
  readonly files: readonly { readonly file: StoredFile; readonly title: string | undefined }[]
}

function uploadedFiles({ slack, arguments: args }: MethodCall): Uploaded | Refusal {
  const listed = list(args['files'])
  if (listed === undefined || listed.length === 0)
    return refuseBecause('invalid_arguments', ['must provide an array [json-pointer:/files]'])
  const files: { file: StoredFile; title: string | undefined }[] = []
  for (const each of listed) {
    const reference = isObject(each) ? each : {}
    const file = slack.files.find(text(reference, 'id'))
    if (file?.content === undefined || file.isComplete) return refuse('file_not_found')
    files.push({ file, title: optionalText(reference, 'title') })
  }
  return { ok: true, files }
}

interface Channels {
  readonly ok: true
  readonly channels: readonly Channel[]
}

function shareChannels(call: MethodCall): Channels | Refusal {
  const { arguments: args } = call
  const ids = [text(args, 'channel_id'), ...text(args, 'channels').split(',')].filter(Boolean)
  if (ids.length > maxChannels) return refuse('channels_limit_exceeded')
  if (ids.length > 1 && text(args, 'thread_ts') !== '') return refuse('invalid_channel')
  const channels: Channel[] = []
  for (const id of ids) {
    const found = shareChannel(call, id)
    if (!found.ok) return found
    channels.push(found.channel)
  }
  return { ok: true, channels }
}

function shareChannel(
  call: MethodCall,
  id: string,
): { readonly ok: true; readonly channel: Channel } | Refusal {
  const { workspace } = call.slack
  const target = workspace.users.has(id) ? (workspace.target(id)?.id ?? id) : id
  const known = knownChannel(call, target)
  if (!known.ok) return known
  if (known.channel.isArchived) return refuse('posting_to_channel_denied')
  return known.channel.members.has(call.identity.userId) ? known : refuse('not_in_channel')
}

type Sharing = Pick<Posting, 'content' | 'author'>

function readComment(
  args: JsonObject,
): { readonly ok: true; readonly content: { readonly content: Posting['content'] } } | Refusal {
  const comment = text(args, 'initial_comment')
  const blocks = comment === '' ? (list(args['blocks']) ?? []) : []
  const issues = blockIssues(blocks, '/blocks')
  if (issues.length > 0)
    return refuseBecause(
      'invalid_blocks',
      issues.map((issue) => issueText(issue)),
    )
  const content = {
    ok: true,
    text: comment,
    blocks: blocks.filter((block) => isObject(block)),
    attachments: [],
    metadata: undefined,
  } as const
  return { ok: true, content: { content } }
}

function share(
  call: MethodCall,
  what: Omit<Uploaded, 'ok'> & { readonly channels: readonly Channel[]; readonly sharing: Sharing },
): Refusal | undefined {
  for (const channel of what.channels) {
    const inThread = thread(call, channel)
    if (!inThread.ok) return inThread
    const files = what.files.map(({ file, title }) => ({
      ...attachedFile(file),
      title: title ?? file.title,
    }))
    const posting = { ...what.sharing, channel, files, threadTs: inThread.threadTs }
    const { ts } = post(call.slack, { ...posting, via: 'upload' })
    for (const { file } of what.files)
      file.shares.push({ channel: channel.id, ts, isPrivate: channel.isPrivate })
  }
  return undefined
}

function list(value: Json | undefined): readonly Json[] | undefined {
  const decoded = typeof value === 'string' ? parseJson(value) : value
  return Array.isArray(decoded) ? decoded : undefined
}
