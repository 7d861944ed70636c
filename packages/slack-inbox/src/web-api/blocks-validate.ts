import { isAbsent, isObject, type Json, type JsonObject, parseJson } from '../json.ts'
import { attachmentIssues } from '../validate/attachments.ts'
import { blockIssues } from '../validate/message-blocks.ts'
import { anything, type Issue, issuesOf, list, object, tagged } from '../validate/shape.ts'
import { readContent } from './content.ts'
import { errorResponse, explainedError, type Method, type MethodResult, tier } from './method.ts'

const maxCharacters = 100_000
const subjects = ['blocks', 'message', 'view'] as const
type Subject = (typeof subjects)[number]

/** Validates blocks, a message or a view without posting anything. */
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
      return errorResponse('invalid_arguments', {
        response_metadata: {
          messages: ['must provide exactly one of `blocks`, `view`, or `message`'],
        },
      })
    const json = args[subject] ?? null
    const length = typeof json === 'string' ? json.length : JSON.stringify(json).length
    if (length > maxCharacters)
      return explainedError('invalid_arguments', [
        `must be less than ${maxCharacters + 1} characters [json-pointer:/${subject}]`,
      ])
    const value = typeof json === 'string' ? parseJson(json) : json
    if (value === undefined)
      return explainedError('invalid_arguments', [`must be valid JSON [json-pointer:/${subject}]`])
    return toResult(subject, subjectIssues(subject, value))
  },
}

function toResult(subject: Subject, issues: readonly Issue[]): MethodResult {
  if (issues.length === 0) return { ok: true }
  return errorResponse(`invalid_${subject}`, {
    errors: issues.map(({ message, pointer, constraint }) => ({
      code: 'failed_constraint',
      message,
      pointer,
      constraint,
    })),
  })
}

function subjectIssues(subject: Subject, value: Json): readonly Issue[] {
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
  if (!isObject(value)) return issuesOf(object({}), value, '')
  const { blocks, attachments } = value
  return [
    ...(isAbsent(blocks) ? [] : blockIssues(blocks ?? null, '/blocks')),
    ...(Array.isArray(attachments) ? attachmentIssues(attachments) : []),
    ...emptyMessageIssues(value),
  ]
}

function emptyMessageIssues(message: JsonObject): readonly Issue[] {
  const content = readContent(message)
  const isEmpty = !content.ok && content.error === 'no_text'
  const constraint = { type: 'required', expected: ['text', 'blocks', 'attachments'] }
  return isEmpty ? [{ message: 'missing required field: text', pointer: '', constraint }] : []
}

const frame = object(
  { type: anything, blocks: list(anything, { max: 100 }) },
  {
    title: anything,
    submit: anything,
    close: anything,
    callback_id: anything,
    private_metadata: anything,
    external_id: anything,
    clear_on_close: anything,
    notify_on_close: anything,
    submit_disabled: anything,
  },
)
const view = tagged({ modal: frame, home: frame })

/** Checks the frame of a view, and its blocks by the rules of messages: the inbox does not support views otherwise. */
function viewIssues(value: Json): readonly Issue[] {
  const blocks = isObject(value) ? value['blocks'] : undefined
  const hasFewBlocks = Array.isArray(blocks) && blocks.length <= 50
  return [...issuesOf(view, value, ''), ...(hasFewBlocks ? blockIssues(blocks, '/blocks') : [])]
}
