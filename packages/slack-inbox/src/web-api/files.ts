import { type HttpAnswer, type HttpRequest, textResponse } from '../http/answer.ts'
import { exchange } from '../http/exchange.ts'
import { decodeJson, isObject, type Json, type JsonObject, onlyObjects } from '../json.ts'
import type { Slack } from '../slack.ts'
import { countCharacters } from '../validate/limits.ts'
import { blockIssues } from '../validate/message-blocks.ts'
import { attachedFile, maxSnippetBytes, type StoredFile } from '../workspace/file-store.ts'
import { type Author, post } from '../workspace/posting.ts'
import { app, type Channel } from '../workspace/workspace.ts'
import { author, knownChannel, thread } from './access.ts'
import { number, optionalText, readMultipart, text } from './arguments.ts'
import { type Content, issuesError } from './content.ts'
import {
  type ErrorResponse,
  errorResponse,
  explainedError,
  type Method,
  type MethodCall,
  type OrError,
  tier,
} from './method.ts'

const maxAltText = 1000
const maxChannels = 100

/** The first step of an upload: registers a file and returns the upload address. */
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
    const error = lengthError(length) ?? snippetError(optionalText(args, 'snippet_type'), length)
    if (error !== undefined) return error
    if (countCharacters(text(args, 'alt_txt')) > maxAltText)
      return errorResponse('alt_txt_too_large')
    const file = slack.files.add(text(args, 'filename'), length, slack.clock.now())
    if (file === undefined) return errorResponse('file_upload_size_restricted')
    const path = `/upload/v1/${file.id}/${file.uploadKey}`
    return { ok: true, file_id: file.id, upload_url: `${slack.origin()}${path}` }
  },
}

function lengthError(length: number): ErrorResponse | undefined {
  if (length === 0) return errorResponse('missing_argument')
  return Number.isInteger(length) && length > 0
    ? undefined
    : explainedError('invalid_arguments', ['must be greater than 0 [json-pointer:/length]'])
}

function snippetError(type: string | undefined, length: number): ErrorResponse | undefined {
  if (type === undefined) return undefined
  if (!snippetTypes.has(type)) return errorResponse('unknown_snippet_type')
  return length > maxSnippetBytes ? errorResponse('snippet_too_large') : undefined
}

/**
 * Slack's snippet types.
 *
 * @see https://docs.slack.dev/reference/objects/file-object#types
 */
const snippetTypes: ReadonlySet<string> = new Set(
  (
    'auto text ai apk applescript binary bmp boxnote c csharp cpp css csv clojure coffeescript cfm d dart diff doc ' +
    'docx dockerfile dotx email eps epub erlang fla flv fsharp fortran gdoc gdraw gif go gpres groovy gsheet gzip ' +
    'html handlebars haskell haxe indd java javascript jpg json keynote kotlin latex lisp lua m4a markdown matlab ' +
    'mhtml mkv mov mp3 mp4 mpg mumps numbers nzip objc ocaml odg odi odp ods odt ogg ogv pages pascal pdf perl php ' +
    'pig png post powershell ppt pptx psd puppet python qtz r rtf ruby rust sql sass scala scheme sketch shell ' +
    'smalltalk svg swf swift tar tiff tsv vb vbscript vcard velocity verilog wav webm wmv xls xlsx xlsb xlsm xltx ' +
    'xml yaml zip typescript toml'
  ).split(' '),
)

/** The second step: receives the content, as it is or as the one part of a multipart form. */
export async function handleUpload(slack: Slack, http: HttpRequest): Promise<HttpAnswer> {
  const [, , , id = '', key] = http.path.split('/')
  const file = slack.files.find(id)
  const content = await uploadedContent(http)
  const input = { method: 'upload', arguments: { file: id }, http, channel: undefined }
  return exchange(slack, input, () => {
    const error = uploadError(file, key, content)
    if (error !== undefined) return { response: textResponse(error, 400), error }
    if (file !== undefined) file.content = content
    return { response: textResponse(`OK - ${content?.length ?? 0}`), error: undefined }
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

async function uploadedContent(http: HttpRequest): Promise<Uint8Array | undefined> {
  if (!(http.headers['content-type'] ?? '').startsWith('multipart/form-data')) return http.body
  const form = await readMultipart(http)
  for (const part of form?.values() ?? [])
    if (typeof part !== 'string') return new Uint8Array(await part.arrayBuffer())
  return undefined
}

/** The last step: shares uploaded files in channels. */
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
    const uploaded = uploadedFiles(call)
    if (!uploaded.ok) return uploaded
    const channels = sharedChannels(call)
    if (!channels.ok) return channels
    const signed = author(call)
    if (!signed.ok) return signed
    const content = readComment(call.arguments)
    if (!content.ok) return content
    for (const channel of channels.channels) {
      const error = share(call, channel, { ...uploaded, content, author: signed.author })
      if (error !== undefined) return error
    }
    const files = uploaded.files.map(({ file, title }) => {
      file.title = title ?? file.title
      file.isComplete = true
      return { id: file.id, title: file.title }
    })
    return { ok: true, files }
  },
}

interface UploadedFile {
  readonly file: StoredFile
  /** A new title, if the call has one. */
  readonly title: string | undefined
}

function uploadedFiles({
  slack,
  arguments: args,
}: MethodCall): OrError<{ readonly files: readonly UploadedFile[] }> {
  const listed = list(args['files'])
  if (listed.length === 0)
    return explainedError('invalid_arguments', ['must provide an array [json-pointer:/files]'])
  const files: UploadedFile[] = []
  for (const each of listed) {
    const reference = isObject(each) ? each : {}
    const file = slack.files.find(text(reference, 'id'))
    if (file?.content === undefined || file.isComplete) return errorResponse('file_not_found')
    files.push({ file, title: optionalText(reference, 'title') })
  }
  return { ok: true, files }
}

function sharedChannels(call: MethodCall): OrError<{ readonly channels: readonly Channel[] }> {
  const { arguments: args } = call
  const ids = [text(args, 'channel_id'), ...text(args, 'channels').split(',')].filter(Boolean)
  if (ids.length > maxChannels) return errorResponse('channels_limit_exceeded')
  if (ids.length > 1 && text(args, 'thread_ts') !== '') return errorResponse('invalid_channel')
  const channels: Channel[] = []
  for (const id of ids) {
    const found = sharedChannel(call, id)
    if (!found.ok) return found
    channels.push(found.channel)
  }
  return { ok: true, channels }
}

function sharedChannel(call: MethodCall, id: string): OrError<{ readonly channel: Channel }> {
  const { workspace } = call.slack
  const target = workspace.users.has(id) ? (workspace.target(id)?.id ?? id) : id
  const known = knownChannel(call, target)
  if (!known.ok) return known
  if (known.channel.isArchived) return errorResponse('posting_to_channel_denied')
  return known.channel.members.has(call.caller.userId) ? known : errorResponse('not_in_channel')
}

/** The message that shares the files: the comment, or blocks if there is no comment. */
function readComment(args: JsonObject): OrError<Content> {
  const comment = text(args, 'initial_comment')
  const blocks = comment === '' ? list(args['blocks']) : []
  const issues = blockIssues(blocks, '/blocks')
  return issues.length > 0
    ? issuesError('invalid_blocks', issues)
    : { ok: true, text: comment, blocks: onlyObjects(blocks), attachments: [], metadata: undefined }
}

function share(
  call: MethodCall,
  channel: Channel,
  posting: {
    readonly files: readonly UploadedFile[]
    readonly content: Content
    readonly author: Author
  },
): ErrorResponse | undefined {
  const inThread = thread(call, channel)
  if (!inThread.ok) return inThread
  const files = posting.files.map(({ file, title }) => ({
    ...attachedFile(file),
    title: title ?? file.title,
  }))
  const { threadTs } = inThread
  const { ts } = post(call.slack, { ...posting, channel, files, threadTs, via: 'upload' })
  for (const { file } of posting.files)
    file.shares.push({ channel: channel.id, ts, isPrivate: channel.isPrivate })
  return undefined
}

/** The list in an argument; empty if there is none. */
function list(value: Json | undefined): readonly Json[] {
  const decoded = decodeJson(value)
  return Array.isArray(decoded) ? decoded : []
}

/** Returns a file and the messages that share it. */
export const filesInfo: Method = {
  name: 'files.info',
  arguments: { count: 'number', cursor: 'text', file: 'text', limit: 'number', page: 'number' },
  required: ['file'],
  scopes: ['files:read'],
  callsPerMinute: tier.four,
  takesJson: false,
  isWriting: false,
  run({ slack, arguments: args }) {
    const file = slack.files.find(text(args, 'file'))
    if (file === undefined || !file.isComplete) return errorResponse('file_not_found')
    return {
      ok: true,
      file: wireFile(file),
      content: attachedFile(file).content,
      comments: [],
      response_metadata: { next_cursor: '' },
    }
  },
}

function wireFile(file: StoredFile): JsonObject {
  const inPublic = file.shares.filter((each) => !each.isPrivate)
  const inPrivate = file.shares.filter((each) => each.isPrivate)
  return {
    id: file.id,
    created: Math.floor(file.createdAt / 1000),
    name: file.name,
    title: file.title,
    size: file.length,
    user: app.botUserId,
    channels: inPublic.map(({ channel }) => channel),
    groups: inPrivate.map(({ channel }) => channel),
    shares: { public: wireShares(inPublic), private: wireShares(inPrivate) },
  }
}

function wireShares(shares: StoredFile['shares']): JsonObject {
  return Object.fromEntries(shares.map(({ channel, ts }) => [channel, [{ ts }]]))
}
