import type { PlainRecord } from './plain.ts'
import type { PrintedError } from './traces.ts'

const labels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** A text as `util.inspect` prints it: a long one in several lines. */
const literal = String.raw`(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\x60(?:[^\x60\\\n]|\\.)*\x60)`

/**
 * Reads an object as Node prints it: OpenTelemetry's exporter of logs to the console has one for each record, and so has
 * `format.prettyPrint` of winston.
 */
export function readObject(printed: string): PlainRecord | undefined {
  const number = Number(/^ {2}severityNumber: (\d+),$/m.exec(printed)?.[1])
  const level = labels[Math.ceil(number / 4) - 1] ?? textAt(printed, 'level')
  if (level === undefined) return undefined
  const message = textAt(printed, 'body|message') ?? /^ {2}body: (.*),$/m.exec(printed)?.[1] ?? ''
  const error = errorIn(printed)
  if (message === '' && error === undefined) return undefined
  return { level, message, ...(error !== undefined && { error }), fields: {} }
}

function errorIn(printed: string): PrintedError | undefined {
  const [type, message, stacktrace] = ['type', 'message', 'stacktrace'].map((part) =>
    textAt(printed, String.raw`exception\.${part}`),
  )
  const stack = stacktrace ?? textAt(printed, 'stack')
  if ((message ?? stack) === undefined) return undefined
  const [, name = 'Error', said = ''] = /^([\w$.]+)(?: \[\w+\])?: (.*)/.exec(stack ?? '') ?? []
  return { name: type ?? name, message: message ?? said, stack: stack ?? '' }
}

function textAt(printed: string, key: string): string | undefined {
  const found = new RegExp(
    String.raw`(?:^ +|[{,] )'?(?:${key})'?: (${literal}(?: \+\s+${literal})*)`,
    'm',
  ).exec(printed)?.[1]
  const parts = found?.match(new RegExp(literal, 'g'))
  return parts?.map((part) => unescape(part.slice(1, -1))).join('')
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, char: string) => escapes[char] ?? char)
}
