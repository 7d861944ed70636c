import { isObject, parseJson } from './json.ts'
import type { Json, JsonObject } from './json.ts'
import { refuse } from './methods/method.ts'
import type { Refusal } from './methods/method.ts'

/** What a message says, read from the arguments of a call. */
export interface Content {
  readonly ok: true
  readonly text: string
  readonly blocks: readonly JsonObject[]
  readonly attachments: readonly JsonObject[]
  readonly metadata: JsonObject | undefined
}

/** Reads what a message says. */
export function readContent(args: JsonObject): Content | Refusal {
  const blocks = readList(args['blocks'])
  if (blocks === undefined) return refuse('invalid_blocks_format')
  const attachments = readList(args['attachments'])
  if (attachments === undefined) return refuse('invalid_attachments')
  const text = typeof args['text'] === 'string' ? args['text'] : ''
  if (text === '' && blocks.length === 0 && attachments.length === 0) return refuse('no_text')
  const metadata = decode(args['metadata'])
  return {
    ok: true,
    text,
    blocks,
    attachments,
    metadata: isObject(metadata) ? metadata : undefined,
  }
}

function readList(value: Json | undefined): readonly JsonObject[] | undefined {
  const list = decode(value)
  if (list === undefined || list === null || list === '') return []
  if (!Array.isArray(list)) return undefined
  const items: readonly Json[] = list
  return items.every((item) => isObject(item)) ? items : undefined
}

/** In forms, lists and objects are JSON text. */
function decode(value: Json | undefined): Json | undefined {
  return typeof value === 'string' && value !== '' ? parseJson(value) : value
}
