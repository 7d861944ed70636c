import * as limits from '../../../src/slack/limits.ts'
import type { SlackMessage } from '../../../src/slack/message.ts'

/** Slack's limits on the number of fields in a section and of elements in a context block. */
const maxFields = 10
const maxContextElements = 10

/** All that Slack, or a careful reader, would object to in a message; empty for a good one. */
export function objectionsTo(message: SlackMessage): readonly string[] {
  const objections: string[] = []
  const object = (isWrong: boolean, objection: string): void => {
    if (isWrong) objections.push(objection)
  }
  object(message.text === '', 'text is empty')
  object(message.text.length > limits.maxText, 'text is too long')
  object((message.blocks?.length ?? 0) > limits.maxBlocks, 'too many blocks')
  const size = textSize(message.blocks) + textSize(message.attachments)
  object(size > limits.maxBlocksText, `blocks hold ${size} characters`)
  for (const { path, value } of nodesOf(message, '')) {
    if (Array.isArray(value)) object(value.length === 0, `${path} is an empty array`)
    else if (typeof value === 'string') object(isBadText(value), `${path} has ${value}`)
    else checkObject(path, value as Objects, object)
  }
  return objections
}

type Objects = Readonly<Record<string, unknown>>

const maxByType: Readonly<Record<string, number>> = {
  mrkdwn: limits.maxSectionText,
  plain_text: limits.maxSectionText,
  text: limits.textLimits.part,
  raw_text: limits.maxSectionText,
}

function checkObject(
  path: string,
  node: Objects,
  object: (isWrong: boolean, text: string) => void,
) {
  const { type, text, fields, elements } = node
  if (typeof text === 'string' && typeof type === 'string') {
    object(text === '', `${path} has no text`)
    object(text.length > (maxByType[type] ?? 0), `${path} is too long`)
    object(type === 'mrkdwn' && node['verbatim'] !== true, `${path} is not verbatim`)
  }
  if (type === 'header') object(textSize(text) > limits.maxHeaderText, `${path} is too long`)
  if (type === 'context') {
    object(Array.isArray(elements) && elements.length > maxContextElements, `${path} is full`)
  }
  if (type !== 'section' || !Array.isArray(fields)) return
  object(fields.length > maxFields, `${path} has too many fields`)
  for (const field of fields)
    object(textSize(field) > limits.maxFieldText, `${path} has a long field`)
}

/** No character that Slack refuses or that deceives a reader. */
function isBadText(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- what must not be there
  return /[\0-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u.test(text)
}

/** The texts in which Slack looks for markup. */
export function markupTexts(message: SlackMessage): readonly string[] {
  const texts: string[] = [message.text]
  for (const { value, path } of nodesOf(message, '')) {
    if (typeof value === 'string') {
      if (/^\/attachments\/\d+\/(?:text|title|fallback|footer|fields\/\d+\/value)$/.test(path)) {
        texts.push(value)
      }
    } else if (!Array.isArray(value)) {
      const { type, text } = value as Objects
      if (type === 'mrkdwn' && typeof text === 'string') texts.push(text)
    }
  }
  return texts
}

/** The types of all objects in a message. */
export function typesIn(message: SlackMessage): ReadonlySet<unknown> {
  return new Set(nodesOf(message, '').map(({ value }) => (value as Objects)['type']))
}

/** All text that a reader sees, joined. */
export function textsIn(message: SlackMessage): string {
  return nodesOf([message.blocks, message.attachments], '')
    .flatMap(({ value, path }) => {
      const isShown = /\/(?:text|value|title|footer)$/.test(path)
      return typeof value === 'string' && isShown ? [value] : []
    })
    .join('\n')
}

interface Node {
  readonly path: string
  readonly value: string | readonly unknown[] | Objects
}

function nodesOf(value: unknown, path: string): readonly Node[] {
  if (typeof value === 'string') return [{ path, value }]
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.entries(value).flatMap(([key, item]) => nodesOf(item, `${path}/${key}`))
  return [{ path, value: value as Objects }, ...inner]
}

function textSize(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce(
    (size, [key, item]) => (key === 'type' ? size : size + textSize(item)),
    0,
  )
}
