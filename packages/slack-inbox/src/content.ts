import { text } from './argument.ts'
import { isObject, parseJson } from './json.ts'
import type { Json, JsonObject } from './json.ts'
import { refuse, refuseBecause } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { attachmentIssues } from './validate/attachments.ts'
import { maxAttachments, maxMarkdownText } from './validate/block-limits.ts'
import { countCharacters, issueText } from './validate/issue.ts'
import type { Issue } from './validate/issue.ts'
import { blockIssues, isTooLong } from './validate/message-blocks.ts'
import { metadataError } from './validate/metadata.ts'

/** What a message says, read from the arguments of a call and found to be what Slack takes. */
export interface Content {
  readonly ok: true
  readonly text: string
  readonly blocks: readonly JsonObject[]
  readonly attachments: readonly JsonObject[]
  readonly metadata: JsonObject | undefined
}

/** Reads what a message says, or tells why Slack would refuse it. */
export function readContent(args: JsonObject): Content | Refusal {
  const blocks = readBlocks(args)
  if (!blocks.ok) return blocks
  const attachments = readAttachments(args)
  if (!attachments.ok) return attachments
  const metadata = readMetadata(args)
  if (!metadata.ok) return metadata
  const content: Content = {
    ok: true,
    text: text(args, 'text'),
    blocks: blocks.items,
    attachments: attachments.items,
    metadata: metadata.metadata,
  }
  if (isTooLong([...content.blocks, ...blocksOf(content.attachments)]))
    return refuse('msg_blocks_too_long')
  return saysSomething(content) ? content : refuse('no_text')
}

interface Items {
  readonly ok: true
  readonly items: readonly JsonObject[]
}

function readBlocks(args: JsonObject): Items | Refusal {
  const markdown = text(args, 'markdown_text')
  if (markdown !== '') return readMarkdown(args, markdown)
  const blocks = decode(args['blocks'])
  if (isMissing(blocks)) return { ok: true, items: [] }
  if (!Array.isArray(blocks)) return refuse('invalid_blocks_format')
  const issues = blockIssues(blocks, '/blocks')
  return issues.length === 0
    ? { ok: true, items: blocks.filter((block) => isObject(block)) }
    : refuseIssues('invalid_blocks', issues)
}

/** Slack keeps `markdown_text` as a markdown block. */
function readMarkdown(args: JsonObject, markdown: string): Items | Refusal {
  if (text(args, 'text') !== '' || !isMissing(decode(args['blocks'])))
    return refuse('markdown_text_conflict')
  if (countCharacters(markdown) > maxMarkdownText)
    return refuseBecause('invalid_arguments', [
      `must be less than ${maxMarkdownText + 1} characters [json-pointer:/markdown_text]`,
    ])
  return { ok: true, items: [{ type: 'markdown', text: markdown }] }
}

function readAttachments(args: JsonObject): Items | Refusal {
  const attachments = decode(args['attachments'])
  if (isMissing(attachments) || typeof attachments === 'boolean') return { ok: true, items: [] }
  if (!Array.isArray(attachments)) return refuse('invalid_attachments')
  if (attachments.length > maxAttachments) return refuse('too_many_attachments')
  const issues = attachmentIssues(attachments)
  return issues.length === 0
    ? { ok: true, items: attachments.filter((attachment) => isObject(attachment)) }
    : refuseIssues('invalid_attachments', issues)
}

function readMetadata(
  args: JsonObject,
): { readonly ok: true; readonly metadata: JsonObject | undefined } | Refusal {
  const given = args['metadata']
  if (isMissing(given)) return { ok: true, metadata: undefined }
  const metadata = decode(given)
  if (!isObject(metadata)) return refuse('invalid_metadata_format')
  if (Object.keys(metadata).length === 0) return { ok: true, metadata: {} }
  const error = metadataError(metadata)
  return error === undefined ? { ok: true, metadata } : refuse(error)
}

function saysSomething(content: Content): boolean {
  if (content.text.trim() !== '' || content.blocks.length > 0) return true
  const telling = [
    'text',
    'pretext',
    'title',
    'fallback',
    'fields',
    'image_url',
    'blocks',
    'actions',
  ]
  return content.attachments.some((attachment) =>
    telling.some((name) => {
      const value = attachment[name]
      return Array.isArray(value) ? value.length > 0 : !isMissing(value)
    }),
  )
}

function blocksOf(attachments: readonly JsonObject[]): readonly JsonObject[] {
  return attachments.flatMap(({ blocks }) =>
    Array.isArray(blocks) ? blocks.filter((block) => isObject(block)) : [],
  )
}

/** The answer that tells every issue. */
export function refuseIssues(error: string, issues: readonly Issue[]): Refusal {
  return refuseBecause(
    error,
    issues.map((issue) => issueText(issue)),
  )
}

function isMissing(value: Json | undefined): boolean {
  return value === undefined || value === null || value === ''
}

/** In forms, lists and objects are JSON text. Text that is no JSON stays text, which no caller takes for a list. */
function decode(value: Json | undefined): Json | undefined {
  return typeof value === 'string' && value !== '' ? (parseJson(value) ?? value) : value
}
