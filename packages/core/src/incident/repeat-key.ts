import type { LogRecord } from '../event/log-record.ts'

/** How many frames of the stack tell one problem from another. */
const maxFrames = 5
/** Messages that differ only behind this are the same. */
const maxMessage = 300

/** The key under which records are the same problem: error type, message without digits, and the first five frames. */
export function repeatKey(record: LogRecord): string {
  const error = record.error
  if (typeof error !== 'object' || error === null) {
    return `${error === undefined ? '' : typeof error}|${withoutDigits(record.template ?? record.message)}`
  }
  const { type, name, message, stack } = error as Readonly<Record<string, unknown>>
  const text = typeof message === 'string' ? message : record.message
  return `${textOf(type) || textOf(name)}|${withoutDigits(text)}|${firstFrames(textOf(stack))}`
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function withoutDigits(text: string): string {
  return text.slice(0, maxMessage).replaceAll(/\d+/g, '#')
}

function firstFrames(stack: string): string {
  const start = stack.indexOf('\n    at ')
  if (start === -1) return ''
  let end = start
  for (let frame = 0; frame < maxFrames && end !== -1; frame += 1)
    end = stack.indexOf('\n', end + 1)
  return end === -1 ? stack.slice(start) : stack.slice(start, end)
}
