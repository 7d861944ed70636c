/** An error as a runtime prints it. */
export interface PrintedError {
  readonly name: string
  readonly message: string
  readonly stack: string
}

/** How a runtime prints an error. */
export interface Trace {
  /**
   * Where the print begins.
   *
   * @param before the lines before this one
   * @returns the index of its first line in `before`, whose length stands for the line itself; `undefined` for a line of something else
   */
  readonly startAt: (line: string, before: readonly string[]) => number | undefined
  readonly continues: (line: string, lines: readonly string[]) => boolean
  readonly describe: (lines: readonly string[]) => PrintedError
}

function printed(name: string, message: string, lines: readonly string[]): PrintedError {
  return { name, message, stack: lines.join('\n') }
}

/** Where the last line is that matches; `undefined` if none does. */
function lastMatch(pattern: RegExp, lines: readonly string[]): number | undefined {
  const index = lines.findLastIndex((line) => pattern.test(line))
  return index < 0 ? undefined : index
}

const pythonStart = /^\s*(?:\+ )?(?:Exception Group )?Traceback \(most recent call last\):/
const pythonChain =
  /^(?:During handling of the above exception|The above exception was the direct cause)/
/** Without a traceback for what Python cannot parse; loguru marks where it was caught. */
const pythonFile = /^(?: {2}|> )?File ".+", line \d+/
const pythonError = /^(?:\s*\| )?([\w.]+)(?:: ([\s\S]*))?$/

const pythonGroup = /^ {2}\+ Exception Group Traceback/

/** Python prints the error after its frames, and a group of errors behind bars. */
export const python: Trace = {
  startAt: (line, before) =>
    pythonStart.test(line) || pythonFile.test(line) ? before.length : undefined,
  continues: (line, lines) => {
    const last = lines.findLastIndex((one) => /^\S/.test(one))
    if (lines.findLastIndex((one) => pythonGroup.test(one)) > last)
      return line === '' || /^\s*[|+]/.test(line) || pythonChain.test(line)
    if (line === '' || /^\s/.test(line) || pythonChain.test(line)) return true
    const above = lines[last] ?? ''
    if (pythonStart.test(line)) return pythonChain.test(above)
    return above === '' || [pythonStart, pythonChain, pythonFile].some((one) => one.test(above))
  },
  describe: (lines) => {
    const last = lines.findLastIndex((line) => /^[^\s>]/.test(line))
    const group = lines.findLastIndex((line) => pythonGroup.test(line))
    const header =
      group > last
        ? (lines.slice(group).find((line) => /^ {2}\| [\w.]+: /.test(line)) ?? '')
        : (lines[last] ?? '')
    const [isError, name = 'Error', message = ''] = pythonError.exec(header) ?? []
    return printed(name, isError === undefined ? header : message, lines)
  },
}

const goStart = /^(?:(panic|fatal error): |.*http: panic serving \S+: )/
const goLine = /^(?:\t|goroutine \d|created by |exit status \d|\[signal |runtime stack:)/
const goCall = /^[\w./*$[\]{}·-]+\(/

export const go: Trace = {
  startAt: (line, before) =>
    /^goroutine \d+ (?:gp=\S+ )?.*\[.+\]:$/.test(line) ? lastMatch(goStart, before) : undefined,
  continues: (line) =>
    line === '' || goLine.test(line) || (line.endsWith(')') && goCall.test(line)),
  describe: (lines) => {
    const [start = '', name = 'panic'] = goStart.exec(lines[0] ?? '') ?? []
    return printed(name, lines[0]?.slice(start.length) ?? '', lines)
  },
}

const rubyStart = /^\S+:\d+:in [`'].+': (.*) \(([A-Z]\w*(?:::\w+)*)\)$/

export const ruby: Trace = {
  startAt: (line, before) => (rubyStart.test(line) ? before.length : undefined),
  continues: (line, lines) =>
    /^\s+(?:\d+: )?from /.test(line) || (lines.length > 1 && rubyStart.test(line)),
  describe: (lines) => {
    const [, message = '', name = 'Error'] = rubyStart.exec(lines[0] ?? '') ?? []
    return printed(name, message, lines)
  },
}

const phpStart = /^(?:PHP )?(?:Fatal|Parse|Recoverable fatal) error: +/
const phpError =
  /(?:Uncaught |^)([\w\\]+): (.*?)(?: in \S+:\d+)?$|\[object\] \(([\w\\]+)\(code: \d+\): (.*) at \S+:\d+\)/

export const php: Trace = {
  startAt: (line, before) => {
    if (phpStart.test(line)) return before.length
    // Monolog's print is a part of its line.
    return line === '[stacktrace]' && before.length > 0 ? before.length - 1 : undefined
  },
  continues: (line, [first = '']) =>
    /^(?:$|Stack trace:|\[stacktrace\]|#\d+ |\s+thrown in |Next |"\})/.test(line) ||
    // To the log and to the page.
    first.replaceAll(/^PHP | +/g, '') === line.replaceAll(/ +/g, ''),
  describe: (lines) => {
    const header = (lines[0] ?? '').replace(phpStart, '')
    const [, name, message, objectName, text] = phpError.exec(header) ?? []
    return printed(name ?? objectName ?? 'Error', message ?? text ?? header, lines)
  },
}

const rustStart = /^thread '.*'(?: \(\d+\))? panicked at (?:'(.*)', )?\S+:\d+:\d+:?$/

export const rust: Trace = {
  startAt: (line, before) => (rustStart.test(line) ? before.length : undefined),
  continues: (line, lines) =>
    (lines.length === 1 && lines[0]?.endsWith(':') === true) ||
    /^(?:$|\s|note: |stack backtrace:)/.test(line),
  describe: (lines) => {
    const [, message = lines[1] ?? ''] = rustStart.exec(lines[0] ?? '') ?? []
    return printed('panic', message, lines)
  },
}

/** What Node prints last of an uncaught error. */
export const nodeVersion: RegExp = /^Node\.js v\d/

/** What was thrown without being an error, or without frames: only the marked line of the source says that it ended the program. */
export const thrown: Trace = {
  startAt: (line, before) => {
    const caret = nodeVersion.test(line) ? lastMatch(/^\s*\^+$/, before) : undefined
    return caret === undefined || caret + 1 === before.length ? undefined : caret + 1
  },
  continues: () => false,
  describe: (lines) => {
    const text = lines.filter((line) => !nodeVersion.test(line) && !line.startsWith('(Use `node '))
    // Without a stack, an error is in brackets.
    const [, name = 'Error', message = text.join('\n')] =
      /^\[?([\w$.]+): ([\s\S]*?)\]?(?: \{[\s\S]*)?$/.exec(text.join('\n')) ?? []
    return printed(name, message, text)
  },
}
