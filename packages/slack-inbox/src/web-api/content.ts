import { decodeJson, isAbsent, isObject, type Json, type JsonObject, onlyObjects } from '../json.ts'
import { attachmentIssues } from '../validate/attachments.ts'
import { countCharacters, maxAttachments, maxMarkdownText } from '../validate/limits.ts'
import { blockIssues, isTooLong } from '../validate/message-blocks.ts'
import { type Issue, issueText } from '../validate/shape.ts'
import { text } from './arguments.ts'
import { type ErrorResponse, errorResponse, explainedError, type OrError } from './method.ts'

/** The validated content of a message. */
export interface Content {
  readonly text: string
  readonly blocks: readonly JsonObject[]
  readonly attachments: readonly JsonObject[]
  readonly metadata: JsonObject | undefined
}

/** The arguments that {@link readContent} reads. */
export const contentArguments = {
  attachments: 'json',
  blocks: 'json',
  link_names: 'flag',
  markdown_text: 'text',
  metadata: 'json',
  parse: 'text',
  text: 'text',
} as const

/** Reads the content of a message from the arguments of a method or the payload of a webhook. */
export function readContent(args: JsonObject): OrError<Content> {
  const blocks = readBlocks(args)
  if (!blocks.ok) return blocks
  const attachments = readAttachments(args)
  if (!attachments.ok) return attachments
  const metadata = readMetadata(args)
  if (!metadata.ok) return metadata
  const content: OrError<Content> = {
    ok: true,
    text: text(args, 'text'),
    blocks: blocks.items,
    attachments: attachments.items,
    metadata: metadata.metadata,
  }
  if (isTooLong([...content.blocks, ...blocksOf(content.attachments)]))
    return errorResponse('msg_blocks_too_long')
  return isEmpty(content) ? errorResponse('no_text') : content
}

type Items = OrError<{ readonly items: readonly JsonObject[] }>

function readBlocks(args: JsonObject): Items {
  const markdown = text(args, 'markdown_text')
  if (markdown !== '') return readMarkdown(args, markdown)
  const blocks = decodeJson(args['blocks'])
  if (isAbsent(blocks)) return { ok: true, items: [] }
  if (!Array.isArray(blocks)) return errorResponse('invalid_blocks_format')
  const issues = blockIssues(blocks, '/blocks')
  return issues.length === 0
    ? { ok: true, items: onlyObjects(blocks) }
    : issuesError('invalid_blocks', issues)
}

/** Slack stores `markdown_text` as a markdown block. */
function readMarkdown(args: JsonObject, markdown: string): Items {
  if (text(args, 'text') !== '' || !isAbsent(decodeJson(args['blocks'])))
    return errorResponse('markdown_text_conflict')
  if (countCharacters(markdown) > maxMarkdownText)
    return explainedError('invalid_arguments', [
      `must be less than ${maxMarkdownText + 1} characters [json-pointer:/markdown_text]`,
    ])
  return { ok: true, items: [{ type: 'markdown', text: markdown }] }
}

function readAttachments(args: JsonObject): Items {
  const attachments = decodeJson(args['attachments'])
  if (isAbsent(attachments) || typeof attachments === 'boolean') return { ok: true, items: [] }
  if (!Array.isArray(attachments)) return errorResponse('invalid_attachments')
  if (attachments.length > maxAttachments) return errorResponse('too_many_attachments')
  const issues = attachmentIssues(attachments)
  return issues.length === 0
    ? { ok: true, items: onlyObjects(attachments) }
    : issuesError('invalid_attachments', issues)
}

export function issuesError(error: string, issues: readonly Issue[]): ErrorResponse {
  return explainedError(
    error,
    issues.map((issue) => issueText(issue)),
  )
}

/** The properties of an attachment that show something. */
const shownProperties = [
  'text',
  'pretext',
  'title',
  'fallback',
  'fields',
  'image_url',
  'blocks',
  'actions',
]

function isEmpty({ text: plainText, blocks, attachments }: Content): boolean {
  if (plainText.trim() !== '' || blocks.length > 0) return false
  return attachments.every((attachment) =>
    shownProperties.every((name) => {
      const value = attachment[name]
      return Array.isArray(value) ? value.length === 0 : isAbsent(value)
    }),
  )
}

function blocksOf(attachments: readonly JsonObject[]): readonly JsonObject[] {
  return attachments.flatMap(({ blocks }) => (Array.isArray(blocks) ? onlyObjects(blocks) : []))
}

/** Slack documents that there is a limit, but no number. This is the inbox's. */
const maxMetadataCharacters = 16_000

function readMetadata(args: JsonObject): OrError<{ readonly metadata: JsonObject | undefined }> {
  const given = args['metadata']
  if (isAbsent(given)) return { ok: true, metadata: undefined }
  const metadata = decodeJson(given)
  if (!isObject(metadata)) return errorResponse('invalid_metadata_format')
  if (Object.keys(metadata).length === 0) return { ok: true, metadata: {} }
  const error = metadataError(metadata)
  return error === undefined ? { ok: true, metadata } : errorResponse(error)
}

function metadataError(metadata: JsonObject): string | undefined {
  const known = new Set(['event_type', 'event_payload'])
  if (Object.keys(metadata).some((name) => !known.has(name))) return 'invalid_metadata_format'
  const { event_type: type, event_payload: payload } = metadata
  if (typeof type !== 'string' || type === '' || !isObject(payload))
    return 'invalid_metadata_format'
  if (!Object.values(payload).every((value) => value !== undefined && isPayloadValue(value)))
    return 'invalid_metadata_schema'
  return JSON.stringify(metadata).length > maxMetadataCharacters ? 'metadata_too_large' : undefined
}

/** Whether `value` is a plain value, a flat object, or a list of either. */
function isPayloadValue(value: Json): boolean {
  if (!Array.isArray(value)) return isPlain(value) || isFlat(value)
  const items: readonly Json[] = value
  return items.every((item) => isPlain(item) || isFlat(item))
}

function isFlat(value: Json): boolean {
  return (
    isObject(value) && Object.values(value).every((each) => each !== undefined && isPlain(each))
  )
}

function isPlain(value: Json): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
