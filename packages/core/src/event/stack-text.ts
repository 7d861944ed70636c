import { isList, isObject, readProperty } from './read-safely.ts'

/** Names under which loggers, other languages and log schemas keep a stack. */
export const stackKeys: readonly string[] = [
  'stack',
  'stack_trace',
  'stacktrace',
  'stackTrace',
  'traceback',
  'backtrace',
  'exc_info',
  'exc_text',
  'exception.stacktrace',
  'error.stack',
  'error.stack_trace',
]
/** The text of a stack, also where it came as a list of lines or call sites. */
export function readStack(value: object): string | undefined {
  for (const key of stackKeys) {
    const stack = readProperty(value, key)
    if (typeof stack === 'string' && stack !== '') return stack
    const lines = isList(stack) ? readLines(stack) : []
    if (lines.length > 0) return lines.join('\n')
  }
  return undefined
}

const maxLines = 500

function readLines(stack: readonly unknown[]): readonly string[] {
  const lines: string[] = []
  for (let index = 0; index < Math.min(stack.length, maxLines); index += 1) {
    const line = readProperty(stack, index)
    if (typeof line === 'string') lines.push(line)
    else if (isObject(line) && typeof readProperty(line, 'getFileName') === 'function') {
      lines.push(`    at ${printCallSite(line)}`)
    }
  }
  return lines
}

/** With `Error.prepareStackTrace` overridden a stack may be a list of V8's call sites. */
function printCallSite(site: object): string {
  const print = readProperty(site, 'toString')
  try {
    return typeof print === 'function' ? String(Reflect.apply(print, site, [])) : '<anonymous>'
  } catch {
    // A frame of which nothing can be told is one all the same.
    return '<anonymous>'
  }
}
