import { cleanText } from './clean-text.ts'
import { textOf } from './text-of.ts'

/** What fits beside its key on a phone. */
const maxInLine = 60
const maxDepth = 8

/** A value as literal text: a string as it is, anything else as JSON, on several lines only where it is long. */
export function showValue(value: unknown): string {
  return cleanText(typeof value === 'string' ? value : showTree(value, 0))
}

/** A value as JSON on one line. */
export function showInLine(value: unknown): string {
  return cleanText(jsonOf(value))
}

/** Named values as literal text, one below the other. */
export function showValues(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => showPair(cleanText(key), value))
    .join('\n')
}

function showPair(key: string, value: unknown): string {
  const text = showValue(value)
  return typeof value === 'string' && text.includes('\n') ? `${key}:\n${text}` : `${key}: ${text}`
}

function showTree(value: unknown, depth: number): string {
  const inLine = jsonOf(value)
  if (inLine.length <= maxInLine || depth >= maxDepth || !isTree(value)) return inLine
  const indentation = '  '.repeat(depth + 1)
  const isList = Array.isArray(value)
  const items = Object.entries(value).map(([key, item]) => {
    const text = showTree(item, depth + 1)
    return indentation + (isList ? text : `${JSON.stringify(key)}: ${text}`)
  })
  const end = '  '.repeat(depth)
  return isList ? `[\n${items.join(',\n')}\n${end}]` : `{\n${items.join(',\n')}\n${end}}`
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

/** JSON shows control characters as escapes, which would leave the codes of a terminal to be read. */
function cleanStrings(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? cleanText(value) : value
}

/** Fields are JSON values; a hook may have put something else there. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value, cleanStrings) ?? textOf(value)
  } catch {
    return textOf(value)
  }
}
