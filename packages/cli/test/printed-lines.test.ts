import { readFileSync } from 'node:fs'
import { type LogRecord, severityOfLabel } from '@slack-logger/core'
import { expect, test } from 'vitest'
import { LineReader } from '../src/lines/line-reader.ts'

/** Blocks of a name, the alerts as `=> level | text | error`, and the lines as they are printed. */
function blocksOf(file: string): readonly (readonly [string, readonly string[], string])[] {
  const text = readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'utf8')
  const blocks = text.split(/^#### /m).slice(1)
  return blocks.map((block) => {
    const [name = '', ...lines] = block.split('\n')
    const first = lines.findIndex((line) => !line.startsWith('=> '))
    return [name, lines.slice(0, first), lines.slice(first).join('\n')]
  })
}

test.each([...blocksOf('plain-lines.txt'), ...blocksOf('structured-lines.txt')])(
  'what is an error alerts as that error, and nothing else does: %s',
  (_, alerts, printed) => {
    const found: LogRecord[] = []
    const reader = new LineReader((record) => found.push(record))

    for (const byte of Buffer.from(printed)) reader.read(Buffer.of(byte))
    reader.end()

    expect(found.filter(isAlert).map(show)).toEqual(alerts)
  },
)

function isAlert({ level, severity }: LogRecord): boolean {
  return (severity ?? severityOfLabel(level) ?? 50) >= 50
}

function show({ level, message, error }: LogRecord): string {
  const { name, type = name, message: said } = (error ?? {}) as Readonly<Record<string, string>>
  const shown = typeof error === 'string' ? error : error === undefined ? '' : `${type}: ${said}`
  return `=> ${level.toLowerCase()} | ${message} | ${shown}`.replaceAll('\n', '⏎')
}
