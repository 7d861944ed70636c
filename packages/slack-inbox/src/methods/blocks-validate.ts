import { isObject, parseJson } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import { readContent } from '../content.ts'
import { refuse, refuseBecause } from '../refusal.ts'
import { attachmentIssues } from '../validate/attachments.ts'
import type { Issue } from '../validate/issue.ts'
import { blockIssues } from '../validate/message-blocks.ts'
import { list, object, tagged, anything } from '../validate/shape.ts'
import { tier } from './method.ts'
import type { Method, MethodResult } from './method.ts'

const maxCharacters = 100_000
const subjects = ['blocks', 'message', 'view'] as const

/** Tells what Slack would refuse about blocks, a message or a view, without posting anything. */
export const blocksValidate: Method = {
  name: 'blocks.validate',
  arguments: { blocks: 'json', message: 'json', view: 'json' },
  required: [],
  scopes: [],
  callsPerMinute: tier.special,
  takesJson: true,
  isWriting: false,
  isOpen: true,
  run({ arguments: args }) {
    const given = subjects.filter((name) => !isAbsent(args[name]))
    const [subject] = given
    if (subject === undefined || given.length > 1)
      return refuse('invalid_arguments', {
        response_metadata: {
          messages: ['must provide exactly one of `blocks`, `view`, or `message`'],
        },
      })
    const json = args[subject] ?? null
    const length = typeof json === 'string' ? json.length : JSON.stringify(json).length
    if (length > maxCharacters)
      return refuseBecause('invalid_arguments', [
        `must be less than ${maxCharacters + 1} characters [json-pointer:/${subject}]`,
      ])
    const value = typeof json === 'string' ? parseJson(json) : json
    if (value === undefined)
      return refuseBecause('invalid_arguments', [`must be valid JSON [json-pointer:/${subject}]`])
    return verdict(subject, issuesOf(subject, value))
  },
}

function verdict(subject: (typeof subjects)[number], issues: readonly Issue[]): MethodResult {
  if (issues.length === 0) return { ok: true }
  return refuse(`invalid_${subject}`, {
    errors: issues.map(({ message, pointer, constraint }) => ({
      code: 'failed_constraint',
      message,
      pointer,
      constraint,
    })),
  })
}

function issuesOf(subject: (typeof subjects)[number], value: Json): readonly Issue[] {
  switch (subject) {
    case 'blocks':
      return blockIssues(value, '')
    case 'message':
      return messageIssues(value)
    case 'view':
      return viewIssues(value)
    default:
      return subject satisfies never
  }
}

function messageIssues(value: Json): readonly Issue[] {
  if (!isObject(value)) return notAnObject(value)
  const { blocks, attachments } = value
  return [
    ...(isAbsent(blocks) ? [] : blockIssues(blocks ?? null, '/blocks')),
    ...(Array.isArray(attachments) ? attachmentIssues(attachments) : []),
    ...emptyMessage(value),
  ]
}

function emptyMessage(message: JsonObject): readonly Issue[] {
  const content = readContent(message)
  const isEmpty = !content.ok && content.error === 'no_text'
  const constraint = { type: 'required', expected: ['text', 'blocks', 'attachments'] }
  return isEmpty ? [{ message: 'missing required field: text', pointer: '', constraint }] : []
}

const viewProperties = [
  'title',
  'submit',
  'close',
  'callback_id',
  'private_metadata',
  'external_id',
  'clear_on_close',
  'notify_on_close',
  'submit_disabled',
]

/** The frame of a view, and its blocks by the rules of messages: views are not what this inbox is for. */
function viewIssues(value: Json): readonly Issue[] {
  const issues: Issue[] = []
  const rest = Object.fromEntries(viewProperties.map((name) => [name, anything]))
  const frame = object({ type: anything, blocks: list(anything, { max: 100 }) }, rest)
  tagged({ modal: frame, home: frame })(value, '', issues)
  const blocks = isObject(value) ? value['blocks'] : undefined
  if (Array.isArray(blocks) && blocks.length <= 50) issues.push(...blockIssues(blocks, '/blocks'))
  return issues
}

function notAnObject(value: Json): readonly Issue[] {
  const issues: Issue[] = []
  object({})(value, '', issues)
  return issues
}

function isAbsent(value: Json | undefined): boolean {
  return value === undefined || value === null || value === ''
}
