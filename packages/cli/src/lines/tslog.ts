import { readLeveled } from './leveled.ts'
import type { Described } from './plain.ts'

/** tslog's layout for people: ` TypeError  no card`, then this line, then two lines for each frame. */
export const tslogStart = 'error stack:'
const frame = /^ {2}• |^\t\S|^Caused by \(\d+\): /

/** Whether a line belongs to the stack above it. */
export function tslogContinues(line: string): boolean {
  return frame.test(line)
}

/** As Node prints it: name and message on one line, a frame on one line. */
export function readTslog(lines: readonly string[]): Described {
  const start = lines.findIndex((line) => frame.test(line))
  const own = readLeveled(lines[0] ?? '')
  const header = lines[start - 1] ?? ''
  const [, name = 'Error', message = header.trim()] = /^ ?([\w$.]+) {1,2}(.*)$/.exec(header) ?? []
  const text = [own?.text ?? '', ...lines.slice(own === undefined ? 0 : 1, start - 1)].join('\n')
  const frames = lines.slice(start).flatMap((line, index, all) => {
    const [, , called] = /^ {2}• ([^\t]*)(?:\t(.*))?$/.exec(line) ?? []
    if (line.startsWith('\t')) return []
    if (!line.startsWith('  • ')) return [line.replace(/^Caused by \(\d+\): /, '  [cause]: ')]
    const place = all[index + 1]?.trim() ?? ''
    return [called ? `    at ${called} (${place})` : `    at ${place}`]
  })
  const stack = [`${name}: ${message}`, ...frames].join('\n')
  return { text: text.trim(), error: { name, message, stack }, own }
}
