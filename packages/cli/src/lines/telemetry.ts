import type { PlainRecord } from './plain.ts'

const labels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** A text as `util.inspect` prints it: a long one in several lines. */
const literal = String.raw`(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\x60(?:[^\x60\\\n]|\\.)*\x60)`

/** Reads the object that OpenTelemetry's exporter of logs to the console prints for a record. */
export function readTelemetry(printed: string): PlainRecord | undefined {
  const number = Number(/^ {2}severityNumber: (\d+),$/m.exec(printed)?.[1])
  const level = labels[Math.ceil(number / 4) - 1]
  if (level === undefined) return undefined
  const [type, message, stack] = ['type', 'message', 'stacktrace'].map((part) =>
    textAt(printed, String.raw`exception\.${part}`),
  )
  const error = { name: type ?? 'Error', message: message ?? '', stack: stack ?? '' }
  return {
    level,
    message: textAt(printed, 'body') ?? /^ {2}body: (.*),$/m.exec(printed)?.[1] ?? '',
    ...((message ?? stack) !== undefined && { error }),
    fields: {},
  }
}

function textAt(printed: string, key: string): string | undefined {
  const found = new RegExp(String.raw`^ +'?${key}'?: (${literal}(?: \+\s+${literal})*)`, 'm').exec(
    printed,
  )?.[1]
  const parts = found?.match(new RegExp(literal, 'g'))
  return parts?.map((part) => unescape(part.slice(1, -1))).join('')
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, char: string) => escapes[char] ?? char)
}
